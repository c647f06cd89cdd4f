import { fireEvent, screen, waitFor, within } from "@solidjs/testing-library";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { BulkRecipientView, BulkView } from "../../../shared/contract/api/bulk.ts";
import Bulks from "../routes/(signed-in)/bulks/index.tsx";
import Bulk from "../routes/(signed-in)/bulks/[bulkId].tsx";
import { bulkExample, connectionsRoute } from "./bulk-examples.ts";
import { failing, never, startFakeApi } from "./fake-api.ts";
import { givesNativeDialogs } from "./native-dialogs.ts";
import { renderPage } from "./render-page.tsx";
import { recordSavedFiles } from "./saved-files.ts";

const results: BulkRecipientView[] = [
  { recipient: "ada@people.example", status: "sent", messageId: "message-1" },
  { recipient: "nobody", status: "invalid", code: "invalid_address", message: "must be one address" },
  { recipient: "eve@people.example", status: "suppressed", reason: "bounce", since: "2026-11-01T08:00:00.000Z" },
  { recipient: "joe@people.example", status: "waiting" },
];

const stored = {
  ...connectionsRoute,
  "GET /mail/bulk/blk_1": () => ({ body: bulkExample() }),
  "GET /mail/bulk/blk_1/recipients": (url: URL) => {
    const status = url.searchParams.get("status");
    return { body: { items: results.filter((result) => status === null || result.status === status) } };
  },
};

const renderBulk = (query = "") => renderPage(Bulk, `/bulks/blk_1${query}`, "/bulks/:bulkId");

describe("the page of bulks", () => {
  test("says that it is loading, under its heading", async () => {
    startFakeApi({ ...connectionsRoute, "GET /mail/bulk": never });

    renderPage(Bulks);

    expect(await screen.findByRole("status", { name: "Loading" })).toBeTruthy();
    expect(screen.getByRole("heading", { name: "Bulk mail" })).toBeTruthy();
  });

  test("says what would be here when there are none", async () => {
    startFakeApi({ ...connectionsRoute, "GET /mail/bulk": () => ({ body: { items: [] } }) });

    renderPage(Bulks);

    expect(await screen.findByText("No bulk mail yet")).toBeTruthy();
  });

  test("shows why it failed, and asks anew on a retry", async () => {
    const api = startFakeApi({ ...connectionsRoute, "GET /mail/bulk": () => failing("Try again in a minute.") });
    renderPage(Bulks);
    const retry = await screen.findByRole("button", { name: "Try again" });

    api.routes["GET /mail/bulk"] = () => ({ body: { items: [bulkExample()] } });
    retry.click();

    expect(await screen.findByRole("link", { name: "Autumn news" })).toBeTruthy();
  });

  test("says of each where it goes out, how far it is, and in numbers what came of it", async () => {
    startFakeApi({ ...connectionsRoute, "GET /mail/bulk": () => ({ body: { items: [bulkExample()] } }) });

    renderPage(Bulks);

    const [row] = await screen.findAllByRole("listitem");
    await waitFor(() => expect(row?.textContent).toContain("222222222222 in us-east-1"));
    expect(row?.textContent).toContain("250 sent · 3 suppressed · 7 sending · 740 waiting");
    const bar = screen.getByRole("progressbar", { name: "Progress of Autumn news" });
    expect(bar.getAttribute("aria-valuenow")).toBe("253");
    expect(bar.getAttribute("aria-valuemax")).toBe("1000");
  });

  test("tells one that waits, and one that has nobody left, from one that goes out", async () => {
    const items = [
      bulkExample({ id: "blk_3", waitingUntil: "2026-11-23T09:00:00.000Z", waitingFor: "quota_exceeded" }),
      bulkExample({ id: "blk_2", counts: { sent: 1000 } }),
      bulkExample(),
    ];
    startFakeApi({ ...connectionsRoute, "GET /mail/bulk": () => ({ body: { items } }) });

    renderPage(Bulks);

    const rows = await screen.findAllByRole("listitem");
    expect(rows.map((row) => /Waiting|Finishing|Sending/.exec(row.textContent)?.[0])).toEqual([
      "Waiting",
      "Finishing",
      "Sending",
    ]);
  });

  test.each([
    [{ sent: 1000 }, "bg-good-soft"],
    [{ sent: 990, suppressed: 10 }, "bg-good-soft"],
    [{ sent: 999, failed: 1 }, "bg-warn-soft"],
    [{ failed: 1000 }, "bg-bad-soft"],
  ])("does not call it well finished when mail did not go out that could have: %j", async (counts, colour) => {
    const items = [bulkExample({ status: "finished", counts })];
    startFakeApi({ ...connectionsRoute, "GET /mail/bulk": () => ({ body: { items } }) });

    renderPage(Bulks);

    expect((await screen.findByText("Finished")).className).toContain(colour);
  });

  test("names the id of a connection that is gone", async () => {
    startFakeApi({
      "GET /connections": () => ({ body: { items: [] } }),
      "GET /mail/bulk": () => ({ body: { items: [bulkExample()] } }),
    });

    renderPage(Bulks);

    expect(await screen.findByText("con_1")).toBeTruthy();
  });

  test("loads further ones on demand", async () => {
    startFakeApi({
      ...connectionsRoute,
      "GET /mail/bulk": (url) => ({
        body: url.searchParams.has("cursor")
          ? { items: [bulkExample({ id: "blk_0", name: "Older", createdAt: "2026-11-19T08:00:00.000Z" })] }
          : { items: [bulkExample()], cursor: "next" },
      }),
    });
    renderPage(Bulks);

    (await screen.findByRole("button", { name: "Load more" })).click();

    const link = await screen.findByRole("link", { name: "Older" });
    expect(link.getAttribute("href")).toBe("/bulks/blk_0");
    expect(screen.getAllByRole("listitem")).toHaveLength(2);
    expect(screen.queryByRole("button", { name: "Load more" })).toBeNull();
  });

  describe("as time passes", () => {
    beforeEach(() => vi.useFakeTimers());
    afterEach(() => vi.useRealTimers());

    test("refreshes itself while one runs, and keeps what has moved off the first page", async () => {
      let items: BulkView[] = [bulkExample()];
      startFakeApi({ ...connectionsRoute, "GET /mail/bulk": () => ({ body: { items } }) });
      renderPage(Bulks);
      await vi.waitFor(() => screen.getByText(/250 sent/), 60_000);

      items = [bulkExample({ id: "blk_2", name: "Newer", createdAt: "2026-11-21T08:00:00.000Z" })];
      await vi.advanceTimersByTimeAsync(2100);

      await vi.waitFor(() => screen.getByRole("link", { name: "Newer" }), 60_000);
      expect(screen.getAllByRole("listitem")).toHaveLength(2);
    });
  });
});

describe("the page of a bulk", () => {
  const saved = recordSavedFiles();

  test("shows what became of whom, and leads to the person and to the message", async () => {
    startFakeApi(stored);

    renderBulk();

    const list = await screen.findByRole("list", { name: "Recipients" });
    const rows = within(list).getAllByRole("listitem");
    expect(within(rows[0]!).getByRole("link", { name: "ada@people.example" }).getAttribute("href")).toBe(
      "/recipients/ada%40people.example",
    );
    expect(within(rows[0]!).getByRole("link", { name: "See the message" }).getAttribute("href")).toBe(
      "/messages/message-1",
    );
    expect(rows[1]?.textContent).toContain("must be one address");
    expect(within(rows[1]!).queryByRole("link")).toBeNull();
    expect(rows[2]?.textContent).toContain("It bounced");
    expect(screen.getByText("253 of 1,000 done")).toBeTruthy();
  });

  test("says why it waits, and when it goes on", async () => {
    const until = "2026-11-23T09:15:00.000Z";
    startFakeApi({
      ...stored,
      "GET /mail/bulk/blk_1": () => ({ body: bulkExample({ waitingUntil: until, waitingFor: "quota_exceeded" }) }),
    });

    renderBulk();

    const note = await screen.findByText(/reached its sending quota of 24 hours/);
    expect(note.textContent).toContain("It goes on by itself at");
    expect(note.querySelector("time")?.dateTime).toBe(until);
  });

  test("shows those with one status, and says so in the address bar", async () => {
    const api = startFakeApi(stored);
    const history = renderBulk();

    (await screen.findByRole("button", { name: /Suppressed/ })).click();

    await waitFor(() => expect(history.get()).toBe("/bulks/blk_1?status=suppressed"));
    await waitFor(() => expect(screen.queryByText("ada@people.example")).toBeNull());
    expect(await screen.findByText("eve@people.example")).toBeTruthy();
    expect(api.requests).toContain("GET /mail/bulk/blk_1/recipients?status=suppressed&limit=50");
  });

  test("asks on where the API has answered with few, or none", async () => {
    const api = startFakeApi({
      ...stored,
      "GET /mail/bulk/blk_1/recipients": (url) => ({
        body: url.searchParams.has("cursor") ? { items: [results[2]] } : { items: [], cursor: "on" },
      }),
    });

    renderBulk("?status=suppressed");

    expect(await screen.findByText("eve@people.example")).toBeTruthy();
    // The page goes on to refresh itself.
    expect(api.requests.filter((request) => request.includes("recipients")).slice(0, 2)).toEqual([
      "GET /mail/bulk/blk_1/recipients?status=suppressed&limit=50",
      "GET /mail/bulk/blk_1/recipients?status=suppressed&cursor=on&limit=50",
    ]);
  });

  test("turns its pages there and back", async () => {
    const page = (from: number) => ({
      items: Array.from({ length: 50 }, (_, at) => ({ recipient: `p${from + at}@people.example`, status: "waiting" })),
    });
    startFakeApi({
      ...stored,
      "GET /mail/bulk/blk_1/recipients": (url) => ({
        body: url.searchParams.has("cursor") ? page(50) : { ...page(0), cursor: "50" },
      }),
    });
    renderBulk();
    await screen.findByText("p0@people.example");

    screen.getByRole("button", { name: "Next" }).click();
    expect(await screen.findByText("p50@people.example")).toBeTruthy();
    expect(screen.getByRole<HTMLButtonElement>("button", { name: "Next" }).disabled).toBe(true);
    expect(screen.getByText("Page 2")).toBeTruthy();
    screen.getByRole("button", { name: "Previous" }).click();

    expect(await screen.findByText("p0@people.example")).toBeTruthy();
    expect(screen.getByRole<HTMLButtonElement>("button", { name: "Previous" }).disabled).toBe(true);
  });

  describe("as time passes", () => {
    beforeEach(() => vi.useFakeTimers());
    afterEach(() => vi.useRealTimers());

    test("shows how it ended for everyone, also when it was finished between two looks, and asks no more then", async () => {
      let isDone = false;
      const api = startFakeApi({
        ...stored,
        "GET /mail/bulk/blk_1": () => ({
          body: isDone
            ? bulkExample({ status: "finished", total: 1, counts: { sent: 1 } })
            : bulkExample({ status: "queued", total: 1, counts: { waiting: 1 } }),
        }),
        "GET /mail/bulk/blk_1/recipients": () => ({
          body: {
            items: [
              isDone
                ? { recipient: "joe@people.example", status: "sent", messageId: "m" }
                : { recipient: "joe@people.example", status: "waiting" },
            ],
          },
        }),
      });
      renderBulk();
      const list = await vi.waitFor(() => screen.getByRole("list", { name: "Recipients" }), 60_000);
      expect(within(list).getByText("Waiting")).toBeTruthy();

      await vi.advanceTimersByTimeAsync(7000);
      isDone = true;
      await vi.advanceTimersByTimeAsync(7000);

      expect(screen.getByText("Finished", { selector: "span" })).toBeTruthy();
      expect(within(list).getByText("Sent")).toBeTruthy();
      await vi.advanceTimersByTimeAsync(10_000);
      const asked = api.requests.length;
      await vi.advanceTimersByTimeAsync(20_000);
      expect(api.requests).toHaveLength(asked);
    });
  });

  test("is paused and goes on", async () => {
    let status: BulkView["status"] = "sending";
    const steer = (to: BulkView["status"]) => () => {
      status = to;
      return { body: bulkExample({ status }) };
    };
    startFakeApi({
      ...stored,
      "GET /mail/bulk/blk_1": () => ({ body: bulkExample({ status }) }),
      "POST /mail/bulk/blk_1/pause": steer("paused"),
      "POST /mail/bulk/blk_1/resume": steer("sending"),
    });
    renderBulk();

    (await screen.findByRole("button", { name: "Pause" })).click();
    const resume = await screen.findByRole<HTMLButtonElement>("button", { name: "Resume" });
    await waitFor(() => expect(resume.disabled).toBe(false));
    resume.click();

    expect(await screen.findByRole("button", { name: "Pause" })).toBeTruthy();
    expect(screen.queryByRole("button", { name: "Resume" })).toBeNull();
  });

  test("says why it could not be paused", async () => {
    startFakeApi({
      ...stored,
      "POST /mail/bulk/blk_1/pause": () => ({
        status: 409,
        body: { error: { code: "conflict", message: "The bulk blk_1 is finished: it cannot be paused." } },
      }),
    });
    renderBulk();

    (await screen.findByRole("button", { name: "Pause" })).click();

    expect(await screen.findByText(/it cannot be paused/)).toBeTruthy();
  });

  test("gets another time while it waits for its own", async () => {
    givesNativeDialogs();
    let bulk = bulkExample({ status: "scheduled", scheduledAt: "2026-12-01T08:00:00.000Z", counts: { waiting: 1000 } });
    let sent: unknown;
    startFakeApi({
      ...stored,
      "GET /mail/bulk/blk_1": () => ({ body: bulk }),
      "POST /mail/bulk/blk_1/reschedule": (_url, body) => {
        sent = body;
        bulk = { ...bulk, ...(body as Pick<BulkView, "scheduledAt">) };
        return { body: bulk };
      },
    });
    renderBulk();

    (await screen.findByRole("button", { name: "Change the time…" })).click();
    const field = screen.getByLabelText<HTMLInputElement>("Day and time");
    const before = field.value;
    fireEvent.input(field, { target: { value: "2026-12-02T09:30" } });
    fireEvent.submit(field.form!);

    const local = new Date(2026, 11, 2, 9, 30).toISOString();
    await waitFor(() =>
      expect(screen.getByText("Scheduled for").nextElementSibling?.querySelector("time")?.dateTime).toBe(local),
    );
    expect(new Date(before).toISOString()).toBe("2026-12-01T08:00:00.000Z");
    expect(sent).toEqual({ scheduledAt: local });
    expect(screen.queryByRole("button", { name: "Pause" })).toBeNull();
  });

  test("is cancelled once that is confirmed, and offers nothing to be done any more", async () => {
    givesNativeDialogs();
    let bulk = bulkExample();
    const api = startFakeApi({
      ...stored,
      "GET /mail/bulk/blk_1": () => ({ body: bulk }),
      "POST /mail/bulk/blk_1/cancel": () => {
        bulk = bulkExample({ status: "cancelled", counts: { sent: 260, cancelled: 740 } });
        return { body: bulk };
      },
    });
    renderBulk();

    (await screen.findByRole("button", { name: "Cancel…" })).click();
    expect(screen.getByText(/740 recipients who still wait/)).toBeTruthy();
    expect(api.requests).not.toContain("POST /mail/bulk/blk_1/cancel");
    screen.getByRole("button", { name: "Cancel the rest" }).click();

    await waitFor(() => expect(screen.queryByRole("button", { name: "Cancel…" })).toBeNull());
    expect(screen.getByText("1,000 of 1,000 done")).toBeTruthy();
  });

  test("saves what became of those with the status that is chosen as one file", async () => {
    const api = startFakeApi({
      ...stored,
      "GET /mail/bulk/blk_1/recipients/export": (url) =>
        url.searchParams.has("cursor")
          ? { body: "second\r\n" }
          : { headers: { "x-next-cursor": "2" }, body: "recipient,status\r\n" },
    });
    renderBulk("?status=suppressed");

    (await screen.findByRole("button", { name: "CSV" })).click();

    await waitFor(() => expect(saved).toHaveLength(1));
    expect(saved[0]?.name).toMatch(/^blk_1-suppressed-.*\.csv$/);
    expect(await saved[0]?.text).toBe("recipient,status\r\nsecond\r\n");
    expect(api.requests).toContain("GET /mail/bulk/blk_1/recipients/export?status=suppressed&format=csv&cursor=2");
  });

  test("shows why there is none", async () => {
    startFakeApi({
      ...connectionsRoute,
      "GET /mail/bulk/blk_1": () => ({
        status: 404,
        body: { error: { code: "not_found", message: "There is no bulk blk_1: a bulk is told of for 30 days." } },
      }),
    });

    renderBulk();

    expect((await screen.findByRole("alert")).textContent).toContain("told of for 30 days");
  });
});
