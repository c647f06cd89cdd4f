import { fireEvent, screen, waitFor, within } from "@solidjs/testing-library";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import Start from "../routes/(signed-in)/index.tsx";
import { countsExample, eventExample, statsExample } from "./examples.ts";
import { failing, never, startFakeApi } from "./fake-api.ts";
import { renderPage } from "./render-page.tsx";

const sample = {
  activity: { send: 12, open: 9, openByPerson: 4, bounce: 3, automaticReply: 1 },
  cohort: { sent: 10, delivered: 8, opened: 6, openedByPersons: 2, bouncedHard: 1, bouncedSoft: 1 },
  rates: { delivered: 0.8, opened: 0.75, openedByPersons: 0.25, bounced: 0.2, complained: 0.0012 },
};
const answers = {
  "GET /connections": () => ({ body: { items: [{ state: "verified" }] } }),
  "GET /api-keys": () => ({ body: { items: [{ keyId: "key_1" }] } }),
  "GET /stats": () => ({ body: statsExample(sample) }),
  "GET /events": () => ({ body: { items: [eventExample()] } }),
};

/** What stands under a figure's name. */
const figureNow = (name: string) => {
  const box = screen.getByRole("checkbox", { name: `Show ${name} in the chart` });
  return [...(box.closest("dl > div")?.querySelectorAll("dd") ?? [])].map(({ textContent }) => textContent);
};
const figure = async (name: string) => {
  await screen.findByRole("checkbox", { name: `Show ${name} in the chart` });
  return figureNow(name);
};

beforeEach(() => {
  vi.stubEnv("TZ", "Europe/Berlin");
  // jsdom has no media queries.
  globalThis.matchMedia = () => Object.assign(new EventTarget(), { matches: false }) as MediaQueryList;
});
afterEach(() => {
  vi.unstubAllEnvs();
  Reflect.deleteProperty(globalThis, "matchMedia");
});

describe("the overview", () => {
  test("says that it is loading", async () => {
    startFakeApi({ ...answers, "GET /connections": never });

    renderPage(Start);

    expect(await screen.findByRole("status", { name: "Loading" })).toBeTruthy();
    expect(screen.queryByRole("table")).toBeNull();
  });

  test("tells a newcomer what to do next", async () => {
    startFakeApi({
      ...answers,
      "GET /connections": () => ({ body: { items: [{ state: "pending" }] } }),
      "GET /events": () => ({ body: { items: [] } }),
    });

    renderPage(Start);

    const steps = await screen.findByRole("region", { name: "First steps" });
    const [connect, send] = within(steps).getAllByRole("listitem");
    expect(connect?.textContent).not.toContain("Done");
    expect(send?.textContent).toContain("Done");
    expect(await screen.findByText("No events yet")).toBeTruthy();
  });

  test("shows what became of the mail of the last 30 days, as numbers and as shares", async () => {
    const api = startFakeApi(answers);

    renderPage(Start);

    expect(await figure("Sent")).toEqual(["10"]);
    expect(await figure("Delivered")).toEqual(["8", "80% of sent"]);
    expect(await figure("Opened")).toEqual(["6", "75% of delivered"]);
    expect(await figure("Bounced")).toEqual(["2", "20% of sent", "1 hard, 1 soft"]);
    expect(await figure("Complained")).toEqual(["0", "0.12% of delivered"]);
    expect(await figure("Clicked")).toEqual(["0", "– of delivered"]);
    expect(api.requests).toContain("GET /stats?period=30d&tz=Europe%2FBerlin");
    expect(screen.queryByRole("region", { name: "First steps" })).toBeNull();
  });

  test("leaves machines out on request, and keeps that in the address bar", async () => {
    startFakeApi(answers);
    const history = renderPage(Start);

    (await screen.findByRole("button", { name: "Persons only" })).click();

    await waitFor(() => expect(figureNow("Opened")).toEqual(["2", "25% of delivered"]));
    await waitFor(() => expect(history.get()).toBe("/?by=persons"));
  });

  test("counts what happened instead, without shares, and out-of-office replies apart from bounces", async () => {
    startFakeApi(answers);

    renderPage(Start, "/?count=events&by=persons");

    expect(await figure("Sent")).toEqual(["12"]);
    expect(await figure("Opens")).toEqual(["4"]);
    expect(await figure("Bounces")).toEqual(["2", "and 1 out of office"]);
  });

  test("asks for the days that the address bar says", async () => {
    const api = startFakeApi(answers);

    renderPage(Start, "/?from=2026-11-01&to=2026-11-20");

    await figure("Sent");
    expect(api.requests).toContain("GET /stats?from=2026-11-01&to=2026-11-20&tz=Europe%2FBerlin");
    expect(screen.getByLabelText<HTMLInputElement>("From").value).toBe("2026-11-01");
  });

  test("takes nonsense in the address bar for nothing", async () => {
    const api = startFakeApi(answers);

    renderPage(Start, "/?period=forever&from=yesterday&count=sheep&by=aliens");

    expect(await figure("Sent")).toEqual(["10"]);
    expect(api.requests).toContain("GET /stats?period=30d&tz=Europe%2FBerlin");
  });

  test("says why the numbers are not quite what was asked for", async () => {
    const stats = statsExample(sample, { note: "Ranges of more than 31 days are counted by days of UTC." });
    startFakeApi({ ...answers, "GET /stats": () => ({ body: stats }) });

    renderPage(Start, "/?period=90d");

    expect(await screen.findByText(/counted by days of UTC/)).toBeTruthy();
  });

  test("shows the events even when the numbers fail", async () => {
    startFakeApi({ ...answers, "GET /stats": () => failing("No numbers now.") });

    renderPage(Start);

    expect(await screen.findByRole("table", { name: "Events" })).toBeTruthy();
    expect(await screen.findByText("No numbers now.")).toBeTruthy();
  });

  test("tells of what makes the numbers incomplete", async () => {
    const account = { accountId: "222222222222", region: "eu-west-1" };
    const items = [
      { ...account, state: "broken" },
      { ...account, state: "verified", reconciliation: { withoutSendEvent: 3 } },
      { ...account, state: "verified", reconciliation: { withoutSendEvent: 0 } },
    ];
    startFakeApi({ ...answers, "GET /connections": () => ({ body: { items } }) });

    renderPage(Start);

    const notices = within(await screen.findByRole("list", { name: "Notices" })).getAllByRole("listitem");
    expect(notices.map(({ textContent }) => textContent)).toEqual([
      expect.stringMatching(/^The connection to 222222222222 .* is broken/),
      expect.stringMatching(/^3 mails .* have no Send event/),
    ]);
  });
});

describe("the comparison", () => {
  const split = {
    by: "tag:campaign",
    values: [{ value: "autumn", ...countsExample({ cohort: { sent: 6 }, rates: { opened: 0.5 } }) }],
    other: countsExample({ cohort: { sent: 4 } }),
    note: "Only the first 200 have counters of their own.",
  };

  test("is by a tag whose name is typed, and leads to the events of each value", async () => {
    const api = startFakeApi({
      ...answers,
      "GET /stats": ({ searchParams }) => ({ body: statsExample(sample, searchParams.has("split") ? { split } : {}) }),
    });
    const history = renderPage(Start, "/?period=7d");
    const chosen = within(await screen.findByRole("group", { name: "Compare by" }));

    chosen.getByRole("button", { name: "Tag" }).click();
    fireEvent.change(await screen.findByLabelText("Name of the tag"), { target: { value: " campaign " } });

    const table = await screen.findByRole("table", { name: "Figures by tag:campaign" });
    const rows = within(table).getAllByRole("row").slice(1);
    expect(rows.map((row) => within(row).getByRole("rowheader").textContent)).toEqual(["autumn", "other"]);
    expect(within(table).getByRole("link", { name: "autumn" }).getAttribute("href")).toBe(
      "/events?period=7d&tag=campaign%3Aautumn",
    );
    expect(screen.getByText(split.note)).toBeTruthy();
    await waitFor(() => expect(history.get()).toBe("/?period=7d&split=tag%3Acampaign"));
    expect(api.requests).toContain("GET /stats?period=7d&tz=Europe%2FBerlin&split=tag%3Acampaign");
  });

  test("says when there is nothing to compare", async () => {
    const empty = statsExample(sample, { split: { by: "tag:nothing", values: [] } });
    startFakeApi({ ...answers, "GET /stats": () => ({ body: empty }) });

    renderPage(Start, "/?split=tag%3Anothing");

    expect(await screen.findByText("Nothing to compare")).toBeTruthy();
  });
});
