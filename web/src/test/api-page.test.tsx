import { screen, within } from "@solidjs/testing-library";
import { describe, expect, test } from "vitest";
import { openApiDocument } from "../../../shared/contract/openapi/document.ts";
import Api from "../routes/(signed-in)/api.tsx";
import { failing, never, startFakeApi } from "./fake-api.ts";
import { renderPage } from "./render-page.tsx";

const path = "GET /openapi.json";
const described = () => ({ body: { ...openApiDocument(), servers: [{ url: "https://api.example" }] } });

/** The fold of an operation, by its summary. */
const operation = async (summary: string) => (await screen.findByText(summary)).closest("details")!;

describe("the API page", () => {
  test("says that it is loading, under its heading", async () => {
    startFakeApi({ [path]: never });

    renderPage(Api);

    expect(await screen.findByRole("status", { name: "Loading" })).toBeTruthy();
    expect(screen.getByRole("heading", { name: "API" })).toBeTruthy();
  });

  test("shows why it failed, and asks anew on a retry", async () => {
    const api = startFakeApi({ [path]: () => failing("Try again in a minute.") });
    renderPage(Api);
    const retry = await screen.findByRole("button", { name: "Try again" });

    api.routes[path] = described;
    retry.click();

    expect(await screen.findByText("Send a mail")).toBeTruthy();
  });

  test("lists every operation of the description in its group", async () => {
    startFakeApi({ [path]: described });

    renderPage(Api);

    await screen.findByText("Send a mail");
    const shown = screen
      .getAllByRole("list")
      .flatMap((list) => Array.from(list.querySelectorAll("summary"), ({ textContent }) => textContent));
    const all = Object.values(openApiDocument().paths).flatMap((methods) => Object.values(methods));
    expect(shown).toHaveLength(all.length);
    const mail = screen.getByRole("region", { name: "Mail" });
    expect([...mail.querySelectorAll("summary code")].map(({ textContent }) => textContent)).toEqual([
      "/mail",
      "/mail/{mailId}",
      "/mail/{mailId}/cancel",
      "/mail/{mailId}/reschedule",
    ]);
  });

  test("explains a body's members, which are required, and what may be answered", async () => {
    startFakeApi({ [path]: described });

    renderPage(Api);

    const send = within(await operation("Send a mail"));
    const row = (name: string) => send.getByRole("rowheader", { name, hidden: true }).closest("tr")?.textContent;
    expect(row("from required")).toContain("verified in your SES");
    expect(row("attachments")).toContain("list of Attachment");
    expect(row("Idempotency-Key")).toContain("24 hours");
    expect(send.getByText("429")).toBeTruthy();
  });

  test("gives a command for each operation, with its example, its key and what it needs", async () => {
    startFakeApi({ [path]: described });

    renderPage(Api);

    const commandOf = async (summary: string) => (await operation(summary)).querySelector("pre")?.textContent;
    expect(await commandOf("Send a mail")).toMatch(
      /^curl 'https:\/\/api\.example\/mail' \\\n {2}-H "Authorization: Bearer \$SESAMI_API_KEY" \\\n {2}-H "Content-Type: application\/json" \\\n {2}-d '\{/,
    );
    expect(await commandOf("See what became of a mail")).toContain("https://api.example/mail/MAIL_ID");
    expect(await commandOf("Export events as CSV or NDJSON")).toContain("/events/export?format=csv'");
    expect(await commandOf("Revoke an API key")).toMatch(/^curl -X DELETE 'https.*KEY_ID' \\\n {2}-H .*\$ID_TOKEN"$/);
  });
});
