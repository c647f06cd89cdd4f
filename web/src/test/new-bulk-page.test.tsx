import { fireEvent, screen, waitFor, within } from "@solidjs/testing-library";
import { beforeEach, describe, expect, test } from "vitest";
import type { BulkPreview } from "../../../shared/contract/api/bulk.ts";
import NewBulk from "../routes/(signed-in)/bulks/new.tsx";
import { bulkExample, connectionsRoute } from "./bulk-examples.ts";
import { startFakeApi } from "./fake-api.ts";
import { givesNativeDialogs } from "./native-dialogs.ts";
import { renderPage } from "./render-page.tsx";

const preview: BulkPreview = {
  connection: "con_1",
  recipients: 9812,
  repeated: 2,
  invalid: 120,
  problems: [{ recipient: "nobody", line: 7, code: "invalid_address", message: "must be one address" }],
  first: { recipient: "ada@people.example", subject: "Ada, hello", html: "<p>Dear Ada</p>", text: "Dear Ada" },
};

const stored = {
  ...connectionsRoute,
  "GET /templates": () => ({ body: { items: [] } }),
  "POST /mail/bulk/preview": () => ({ body: preview }),
};

const write = (label: RegExp | string, value: string) =>
  fireEvent.input(screen.getByRole("textbox", { name: label }), { target: { value } });

async function writeBulk(): Promise<void> {
  await screen.findByRole("textbox", { name: "From" });
  write("From", "Shop <hello@shop.example>");
  write("Subject", "{{name}}, hello");
  write(/^HTML/, "<p>Dear {{name}}</p>");
  write(/paste/, "email,name\nada@people.example,Ada");
}
const check = () => fireEvent.submit(screen.getByRole("form", { name: "Bulk" }));

beforeEach(givesNativeDialogs);

describe("the page of a new bulk", () => {
  test("leads to the connections where there is none", async () => {
    startFakeApi({ ...stored, "GET /connections": () => ({ body: { items: [] } }) });

    renderPage(NewBulk, "/bulks/new");

    expect(await screen.findByText("Connect your AWS account first")).toBeTruthy();
    expect(screen.getByRole("link", { name: "Connections" }).getAttribute("href")).toBe("/connections");
  });

  test("shows to how many it goes, who is left out and why, and the first mail, before anything is sent", async () => {
    let sent: unknown;
    const api = startFakeApi({
      ...stored,
      "POST /mail/bulk/preview": (_url, body) => {
        sent = body;
        return { body: preview };
      },
    });
    renderPage(NewBulk, "/bulks/new");
    await writeBulk();

    check();

    expect(await screen.findByText("9,812 people get it")).toBeTruthy();
    expect(screen.getByText(/2 more rows repeat an address/)).toBeTruthy();
    const left = within(screen.getByRole("list", { name: "Who gets no mail" })).getAllByRole("listitem");
    expect(left.map(({ textContent }) => textContent)).toEqual(["Line 7 · nobodymust be one address", "and 119 more"]);
    expect(screen.getByText("Ada, hello")).toBeTruthy();
    expect(screen.getByTitle<HTMLIFrameElement>("The mail as HTML").srcdoc).toContain("Dear Ada");
    expect(document.activeElement?.textContent).toBe("Before it is sent");
    expect(sent).toEqual({
      from: "Shop <hello@shop.example>",
      subject: "{{name}}, hello",
      html: "<p>Dear {{name}}</p>",
      csv: "email,name\nada@people.example,Ada",
    });
    expect(api.requests).not.toContain("POST /mail/bulk");
  });

  test("sends what was checked once that is confirmed, and its page comes up", async () => {
    let sent: unknown;
    startFakeApi({
      ...stored,
      "POST /mail/bulk": (_url, body) => {
        sent = body;
        return { status: 202, body: bulkExample() };
      },
    });
    const history = renderPage(NewBulk, "/bulks/new");
    await writeBulk();
    check();

    (await screen.findByRole("button", { name: "Send to 9,812 people…" })).click();
    expect(sent).toBeUndefined();
    screen.getByRole("button", { name: "Send to 9,812 people" }).click();

    await waitFor(() => expect(history.get()).toBe("/bulks/blk_1"));
    expect(sent).toMatchObject({ csv: "email,name\nada@people.example,Ada" });
  });

  test("sends once, also when the answer was lost and somebody presses again", async () => {
    let isLost = true;
    const api = startFakeApi({
      ...stored,
      "POST /mail/bulk": () => {
        if (isLost) throw new TypeError("lost");
        return { status: 202, body: bulkExample() };
      },
    });
    const history = renderPage(NewBulk, "/bulks/new");
    await writeBulk();
    check();
    (await screen.findByRole("button", { name: "Send to 9,812 people…" })).click();
    const send = screen.getByRole<HTMLButtonElement>("button", { name: "Send to 9,812 people" });

    send.click();
    await screen.findByText(/cannot be reached/);
    isLost = false;
    await waitFor(() => expect(send.disabled).toBe(false));
    send.click();

    await waitFor(() => expect(history.get()).toBe("/bulks/blk_1"));
    expect(api.idempotencyKeys).toHaveLength(2);
    expect(new Set(api.idempotencyKeys).size).toBe(1);
  });

  test("is scheduled for a day and a time of the reader's own", async () => {
    let sent: unknown;
    startFakeApi({
      ...stored,
      "POST /mail/bulk": (_url, body) => {
        sent = body;
        return { status: 202, body: bulkExample({ status: "scheduled" }) };
      },
    });
    const history = renderPage(NewBulk, "/bulks/new");
    await writeBulk();

    screen.getByRole("button", { name: "Later" }).click();
    check();
    expect(await screen.findByText(/Choose the day and the time/)).toBeTruthy();
    fireEvent.input(screen.getByLabelText("Day and time"), { target: { value: "2026-12-01T09:30" } });
    check();
    (await screen.findByRole("button", { name: "Schedule for 9,812 people…" })).click();
    const [dialog] = screen.getAllByRole("dialog");
    screen.getByRole("button", { name: "Schedule for 9,812 people" }).click();

    await waitFor(() => expect(history.get()).toBe("/bulks/blk_1"));
    const local = new Date(2026, 11, 1, 9, 30).toISOString();
    expect(dialog?.querySelector("time")?.dateTime).toBe(local);
    expect(sent).toMatchObject({ scheduledAt: local });
  });

  test("must be checked again after a change", async () => {
    startFakeApi(stored);
    renderPage(NewBulk, "/bulks/new");
    await writeBulk();
    check();
    await screen.findByRole("button", { name: "Send to 9,812 people…" });

    write("Subject", "Another");

    expect(await screen.findByText(/changed since/)).toBeTruthy();
    expect(screen.queryByRole("button", { name: /^Send to/ })).toBeNull();
  });

  test("cannot be sent to nobody", async () => {
    startFakeApi({
      ...stored,
      "POST /mail/bulk/preview": () => ({
        body: { ...preview, recipients: 0, first: undefined } satisfies Omit<BulkPreview, "first"> & {
          first: undefined;
        },
      }),
    });
    renderPage(NewBulk, "/bulks/new");
    await writeBulk();

    check();

    expect(await screen.findByText("Nobody gets this mail")).toBeTruthy();
    expect(screen.queryByRole("button", { name: /^Send to/ })).toBeNull();
  });

  test("says field by field what the API refuses, and keeps what is written", async () => {
    const details = [
      { path: "csv", message: "line 3 has 1 column, not as many as the header row" },
      { path: "from", message: "must be an address" },
    ];
    startFakeApi({
      ...stored,
      "POST /mail/bulk/preview": () => ({
        status: 400,
        body: { error: { code: "invalid_request", message: "csv line 3 …", details } },
      }),
    });
    renderPage(NewBulk, "/bulks/new");
    await writeBulk();

    check();

    const told = await screen.findByRole("alert", { name: "What is wrong" });
    expect(
      within(told)
        .getAllByRole("listitem")
        .map(({ textContent }) => textContent),
    ).toEqual(["Recipients: line 3 has 1 column, not as many as the header row", "From: must be an address"]);
    expect(screen.getByRole<HTMLInputElement>("textbox", { name: "Subject" }).value).toBe("{{name}}, hello");
  });

  test("takes a file instead of what is pasted, and lets it go again", async () => {
    let sent: unknown;
    startFakeApi({
      ...stored,
      "POST /mail/bulk/preview": (_url, body) => {
        sent = body;
        return { body: preview };
      },
    });
    renderPage(NewBulk, "/bulks/new");
    await writeBulk();
    const file = new File(["email,name\neve@people.example,Eve\n"], "people.csv", { type: "text/csv" });

    fireEvent.change(screen.getByLabelText(/Choose a CSV file/), { target: { files: [file] } });
    expect(await screen.findByText("people.csv")).toBeTruthy();
    expect(screen.getByText(/2 lines/)).toBeTruthy();
    check();
    await screen.findByText("9,812 people get it");

    expect(sent).toMatchObject({ csv: "email,name\neve@people.example,Eve\n" });
    screen.getByRole("button", { name: "Remove" }).click();
    expect(await screen.findByRole("textbox", { name: /paste/ })).toBeTruthy();
  });

  test("is made from a template, of the version that is chosen, with its list to leave", async () => {
    let sent: unknown;
    const template = { templateId: "tpl_1", name: "Winter", version: 2, createdAt: "", updatedAt: "" };
    startFakeApi({
      ...stored,
      "GET /templates": () => ({ body: { items: [template] } }),
      "GET /templates/tpl_1": (url) => ({
        body: {
          variables: [
            { name: url.searchParams.get("version") === "1" ? "order" : "number", optional: false },
            { name: "note", optional: true },
            { name: "unsubscribeUrl", optional: false },
          ],
        },
      }),
      "GET /templates/tpl_1/versions": () => ({
        body: { items: [2, 1].map((version) => ({ version, name: "Winter", subject: `Subject ${version}` })) },
      }),
      "POST /mail/bulk/preview": (_url, body) => {
        sent = body;
        return { body: preview };
      },
    });
    renderPage(NewBulk, "/bulks/new?template=tpl_1", "/bulks/new");
    await screen.findByRole("option", { name: "1: Subject 1" });

    expect(screen.getByRole<HTMLSelectElement>("combobox", { name: "Template" }).value).toBe("tpl_1");
    expect((await screen.findByText(/^Needs/)).textContent).toBe("Needs number; may have note.");
    write("From", "hello@shop.example");
    write(/paste/, "ada@people.example");
    fireEvent.change(screen.getByRole("combobox", { name: "Version" }), { target: { value: "1" } });
    await waitFor(() => expect(screen.getByText(/^Needs/).textContent).toBe("Needs order; may have note."));
    fireEvent.change(screen.getByRole("combobox", { name: "Unsubscribe" }), { target: { value: "list" } });
    write("List", "news");
    check();
    await screen.findByText("9,812 people get it");

    expect(sent).toEqual({
      from: "hello@shop.example",
      template: { id: "tpl_1", version: 1 },
      recipients: ["ada@people.example"],
      unsubscribe: { list: "news" },
    });
  });
});
