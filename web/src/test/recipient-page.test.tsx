import { fireEvent, screen, waitFor, within } from "@solidjs/testing-library";
import { describe, expect, test } from "vitest";
import type { ErasureView } from "../../../shared/contract/api/recipient-rights.ts";
import type { RecipientOutcomeView } from "../../../shared/contract/api/recipients.ts";
import Recipient from "../routes/(signed-in)/recipients/[address].tsx";
import { outcomeExample } from "./examples.ts";
import { failing, startFakeApi } from "./fake-api.ts";
import { givesNativeDialogs } from "./native-dialogs.ts";
import { renderPage } from "./render-page.tsx";
import { recordSavedFiles } from "./saved-files.ts";

const address = "ada+shop@customer.example";
const path = `/recipients/${encodeURIComponent(address)}`;

const outcome = (change: Partial<RecipientOutcomeView> = {}): RecipientOutcomeView => {
  const { recipient: _recipient, events: _events, ...fate } = outcomeExample();
  return {
    messageId: "m/1",
    sentAt: "2026-11-23T08:00:00.000Z",
    subject: "Your order",
    eventCount: 2,
    ...fate,
    ...change,
  };
};

const erasure: ErasureView = {
  address,
  erasedAt: "2026-11-23T12:00:00.000Z",
  state: "running",
  messages: 3,
  copiesKeptDays: { eventArchive: 30, tableBackups: 65, sentMailRecords: 30, deadLetterQueues: 14 },
};

const answers = {
  [`GET ${path}`]: () => ({ body: { recipient: address, items: [outcome()] } }),
  [`GET ${path}/erasure`]: () => ({ status: 204, body: "" }),
  "GET /suppression-list": () => ({ body: { items: [] } }),
};

const renderRecipient = () => renderPage(Recipient, path, "/recipients/:address");

describe("the page of a recipient", () => {
  test("tells what became of every message to the address", async () => {
    const items = [
      outcome({
        status: "clicked",
        opens: { total: 5, byPersons: { total: 2 } },
        clicks: { total: 1, byPersons: { total: 1 } },
      }),
      outcome({ messageId: "m2", status: "bounced", bounce: { type: "Transient", subType: "MailboxFull" } }),
    ];
    startFakeApi({ ...answers, [`GET ${path}`]: () => ({ body: { recipient: address, items } }) });

    renderRecipient();

    const rows = within(await screen.findByRole("list", { name: "Messages" })).getAllByRole("listitem");
    expect(rows.map(({ textContent }) => textContent)).toEqual([
      expect.stringContaining("5 opens, 2 by persons · 1 click"),
      expect.stringContaining("Soft bounce: the mailbox is full."),
    ]);
    expect(within(rows[0]!).getByRole("link").getAttribute("href")).toBe("/messages/m%2F1");
    expect(screen.getByRole("heading", { name: address })).toBeTruthy();
    expect(screen.getByRole("link", { name: "All events" }).getAttribute("href")).toBe(
      "/events?recipient=ada%2Bshop%40customer.example",
    );
  });

  test("says that the address may be mailed", async () => {
    startFakeApi(answers);

    renderRecipient();

    expect(await screen.findByText("May be mailed")).toBeTruthy();
  });

  test("says why it may not be mailed, with the evidence", async () => {
    const complaint = {
      reason: "complaint",
      since: "2026-11-23T08:00:00.000Z",
      possible: true,
      evidence: { messageId: "m1", eventId: "e1" },
    };
    const left = { reason: "unsubscribe", list: "news", since: "2026-11-23T08:00:00.000Z" };
    const suppressed = { address, ...complaint, reasons: [complaint, left] };
    startFakeApi({ ...answers, "GET /suppression-list": () => ({ body: { items: [suppressed] } }) });

    renderRecipient();

    const reasons = await screen.findByRole("list", { name: "Why it is suppressed" });
    expect(reasons.textContent).toMatch(/^Complained.*possibly somebody else's/);
    expect(reasons.textContent).toMatch(/Unsubscribed.*SESami refuses mail of the list news to it\.$/);
    expect(within(reasons).getByRole("link", { name: "Evidence" }).getAttribute("href")).toBe("/messages/m1");
  });

  test("says when no mail to it is known", async () => {
    startFakeApi({ ...answers, [`GET ${path}`]: () => ({ body: { recipient: address, items: [] } }) });

    renderRecipient();

    expect(await screen.findByText("No mail to this address is known")).toBeTruthy();
  });

  test("asks nothing about what is no address", async () => {
    const api = startFakeApi({});

    renderPage(Recipient, "/recipients/nonsense", "/recipients/:address");

    expect(await screen.findByText("This is no address")).toBeTruthy();
    expect(api.requests).toEqual([]);
  });

  test("shows the rest when one part fails", async () => {
    startFakeApi({ ...answers, "GET /suppression-list": () => failing("Not now.") });

    renderRecipient();

    expect(await screen.findByText("Not now.")).toBeTruthy();
    expect(await screen.findByRole("list", { name: "Messages" })).toBeTruthy();
  });

  test("takes the next page below the first", async () => {
    startFakeApi({
      ...answers,
      [`GET ${path}`]: ({ searchParams }) => ({
        body: searchParams.has("cursor")
          ? { recipient: address, items: [outcome({ messageId: "m2", subject: "Older" })] }
          : { recipient: address, items: [outcome()], cursor: "2" },
      }),
    });
    renderRecipient();

    (await screen.findByRole("button", { name: "Load more" })).click();

    expect(await screen.findByRole("link", { name: "Older" })).toBeTruthy();
    expect(screen.getByRole("link", { name: "Your order" })).toBeTruthy();
  });
});

describe("what a person may ask for", () => {
  const saved = recordSavedFiles();

  test("is a copy of everything, as one file of all its parts", async () => {
    const exported = (change: object) => ({
      address,
      exportedAt: "now",
      outcomes: [],
      furtherEvents: [],
      sentMail: [],
      bulks: [],
      contents: [],
      ...change,
    });
    startFakeApi({
      ...answers,
      [`GET ${path}/export`]: ({ searchParams }) => ({
        body: searchParams.has("cursor")
          ? exported({
              outcomes: [{ messageId: "m2" }],
              sentMail: [{ mailId: "mai_2" }],
              contents: [{ messageId: "m2" }],
            })
          : exported({ outcomes: [{ messageId: "m1" }], suppressions: [{ reason: "bounce" }], cursor: "2" }),
      }),
    });
    renderRecipient();

    (await screen.findByRole("button", { name: "Export all data" })).click();

    await waitFor(() => expect(saved).toHaveLength(1));
    expect(saved[0]?.name).toMatch(/^ada\+shop@customer\.example-.*\.json$/);
    expect(JSON.parse((await saved[0]?.text) ?? "")).toEqual(
      exported({
        outcomes: [{ messageId: "m1" }, { messageId: "m2" }],
        sentMail: [{ mailId: "mai_2" }],
        contents: [{ messageId: "m2" }],
        suppressions: [{ reason: "bounce" }],
      }),
    );
  });

  test("is to be erased, once the address is typed", async () => {
    givesNativeDialogs();
    let isErased = false;
    const api = startFakeApi({
      ...answers,
      [`GET ${path}/erasure`]: () => (isErased ? { body: erasure } : answers[`GET ${path}/erasure`]!()),
      [`DELETE ${path}`]: () => {
        isErased = true;
        return { status: 202, body: erasure };
      },
    });
    renderRecipient();
    (await screen.findByRole("button", { name: "Erase…" })).click();
    const dialog = within(screen.getByRole("dialog"));
    const confirm = dialog.getByRole<HTMLButtonElement>("button", { name: "Erase for good" });
    const phrase = dialog.getByLabelText(`Type ${address} to go on`);

    fireEvent.input(phrase, { target: { value: "ada@customer.example" } });
    expect(confirm.disabled).toBe(true);
    fireEvent.input(phrase, { target: { value: address } });
    confirm.click();

    expect(await screen.findByText("Being erased")).toBeTruthy();
    expect(api.requests).toContain(`DELETE ${path}`);
    expect(screen.getByText(/65 days \(backups\)/)).toBeTruthy();
  });
});

describe("the messages of a recipient as a file", () => {
  const saved = recordSavedFiles();

  test("are put together from all its parts", async () => {
    const asked = `GET ${path}/messages/export`;
    const api = startFakeApi({
      ...answers,
      [asked]: ({ searchParams }) =>
        searchParams.get("cursor") === "2"
          ? { body: "second\r\n" }
          : { body: "head\r\nfirst\r\n", headers: { "x-next-cursor": "2" } },
    });
    renderRecipient();

    (await screen.findByRole("button", { name: "CSV" })).click();

    await waitFor(() => expect(saved).toHaveLength(1));
    expect(saved[0]?.name).toMatch(/^messages-\d{4}-\d\d-\d\d\.csv$/);
    expect(await saved[0]?.text).toBe("head\r\nfirst\r\nsecond\r\n");
    expect(api.requests.filter((request) => request.startsWith(asked))).toEqual([
      `${asked}?format=csv`,
      `${asked}?format=csv&cursor=2`,
    ]);
  });
});
