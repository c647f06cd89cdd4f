// Bulks over the real stacks: functions as they are uploaded, queue, tables, SES and its events; by API, and at the dashboard.
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Page } from "playwright-core";
import type { BulkRecipientPage, BulkView } from "../../shared/contract/api/bulk.ts";
import type { ConnectionView, VerifyConnectionResponse } from "../../shared/contract/api/connections.ts";
import type { EventPage } from "../../shared/contract/api/events.ts";
import { customerAccountId, laptopRegion } from "../../local/laptop.ts";
import { apiOf, eventually, type Api } from "../support/api.ts";
import { logPage, openBrowser, showPage, type TestBrowser } from "../support/browser.ts";
import { startTestLaptop, type TestLaptop } from "../support/laptop.ts";
import { settle } from "../support/settled.ts";

let laptop: TestLaptop;
let api: Api;

beforeAll(async () => {
  laptop = await startTestLaptop();
  laptop.cloud.userPools.addConfirmedUser(laptop.userPoolId, "owner@shop.example", "Open-Sesame-2026");
  const { IdToken } = await laptop.cloud.userPools.signIn(laptop.userPoolId, "owner@shop.example", "Open-Sesame-2026");
  api = apiOf(laptop.apiUrl, IdToken);
  const { body: connection } = await api<ConnectionView>("POST", "/connections", {
    accountId: customerAccountId,
    region: laptopRegion,
  });
  await laptop.deployConnection(customerAccountId, connection.templateParameters);
  await eventually(
    () => api<VerifyConnectionResponse>("GET", `/verify-sts?connection=${connection.connectionId}`),
    ({ body }) => body.connection.state === "verified",
  );
});

let browser: TestBrowser | undefined;
afterAll(async () => {
  await browser?.close();
  await laptop?.stop();
});

const bulk = { from: "Shop <hello@shop.example>", subject: "Hello {{name}}", html: "<p>Dear {{name}}</p>" };
/** Beside them there is the mail of the connection check. */
const peopleOf = ({ items }: EventPage) =>
  items.flatMap(({ recipient }) => (recipient?.endsWith("@people.example") ? [recipient] : []));
const get = (id: string) => api<BulkView>("GET", `/mail/bulk/${id}`);

describe("a bulk", () => {
  it("goes out person by person, and its events come in", async () => {
    const people = Array.from({ length: 60 }, (_, index) => ({
      to: `p${index}@people.example`,
      data: { name: `P${index}` },
    }));

    const { status, body } = await api<BulkView>("POST", "/mail/bulk", { ...bulk, recipients: people });
    const { body: done } = await eventually(
      () => get(body.id),
      (answer) => answer.body.status === "finished",
    );
    const { body: page } = await api<BulkRecipientPage>("GET", `/mail/bulk/${body.id}/recipients?status=sent&limit=1`);
    const [first] = page.items;
    const { body: events } = await eventually(
      () => api<EventPage>("GET", "/events?status=sent&limit=100"),
      (answer) => peopleOf(answer.body).length === 60,
    );

    expect(status).toBe(202);
    expect(done.counts).toMatchObject({ sent: 60, waiting: 0 });
    expect(first).toMatchObject({ recipient: "p0@people.example", status: "sent" });
    expect(new Set(peopleOf(events)).size).toBe(60);
  });
});

describe("at the dashboard", () => {
  let page: Page;
  beforeAll(async () => {
    browser = await openBrowser();
    page = await browser.context.newPage();
    logPage(page, laptop.logs);
    await page.goto(laptop.dashboardUrl);
    await page.getByLabel("E-mail", { exact: true }).fill("owner@shop.example");
    await page.getByLabel("Password", { exact: true }).fill("Open-Sesame-2026");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("link", { name: "Bulk mail" }).click();
  });

  afterEach(async ({ task }) => {
    if (task.result?.state !== "fail") return;
    process.stderr.write(`${await showPage(page)}\nLast logs:\n${laptop.logs.slice(-20).join("\n")}\n`);
  });

  it("a bulk is made from a file, checked, sent, watched until it is finished, and leads to its people", async () => {
    const rows = Array.from({ length: 40 }, (_, index) => `w${index}@people.example;W${index}`);
    const csv = ["email;name", ...rows, "nobody;Nobody", ""].join("\r\n");
    const box = (name: string) => page.getByRole("textbox", { name, exact: true });

    await page.getByRole("link", { name: "New bulk" }).click();
    await box("From").fill("Shop <hello@shop.example>");
    await box("Subject").fill("{{name}}, the winter is here");
    await box("HTML").fill('<p id="dear" style="color: rgb(1, 2, 3)">Dear {{name}}</p>');
    await page.locator("input[type=file]").setInputFiles({
      name: "winter.csv",
      mimeType: "text/csv",
      buffer: Buffer.from(csv),
    });
    await page.getByRole("button", { name: "Check", exact: true }).click();
    await page.getByText("40 people get it").waitFor();
    const problems = await page.getByRole("list", { name: "Who gets no mail" }).innerText();
    const dear = page.frameLocator("iframe").locator("#dear");
    const looks = await dear.evaluate((element) => [element.textContent, getComputedStyle(element).color]);
    await page.getByRole("button", { name: "Send to 40 people…" }).click();
    await page.getByRole("button", { name: "Send to 40 people", exact: true }).click();
    await page.getByText("Finished", { exact: true }).first().waitFor();
    await page.getByText("41 of 41 done").waitFor();
    await page.getByRole("link", { name: "See the message" }).nth(39).waitFor();
    await page.getByRole("group", { name: "Status" }).getByRole("button", { name: "Invalid 1" }).click();
    const invalid = page.getByRole("list", { name: "Recipients" });
    await invalid.getByText("nobody").waitFor();
    await expect.poll(() => invalid.getByRole("listitem").count()).toBe(1);
    await page.getByRole("group", { name: "Status" }).getByRole("button", { name: "Sent 40" }).click();
    await settle(laptop);
    await page.getByRole("link", { name: "w7@people.example" }).click();

    await page.getByRole("heading", { name: "w7@people.example" }).waitFor();
    await page.getByRole("link", { name: "W7, the winter is here" }).click();
    await page.getByRole("heading", { name: "W7, the winter is here" }).waitFor();
    expect(problems).toContain("Line 42 · nobody");
    expect(looks).toEqual(["Dear W0", "rgb(1, 2, 3)"]);
  });

  it("a bulk is scheduled for tomorrow, gets another time, and is cancelled before it", async () => {
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);

    await page.goto(`${laptop.dashboardUrl}/bulks/new`);
    await page.getByRole("textbox", { name: "From", exact: true }).fill("hello@shop.example");
    await page.getByRole("textbox", { name: "Subject" }).fill("Tomorrow");
    await page.getByRole("textbox", { name: "Text", exact: true }).fill("Good morning");
    await page.getByRole("textbox", { name: "or paste them" }).fill("x1@people.example\nx2@people.example");
    await page.getByRole("button", { name: "Later" }).click();
    await page.getByLabel("Day and time").fill(`${tomorrow}T08:00`);
    await page.getByRole("button", { name: "Check", exact: true }).click();
    await page.getByRole("button", { name: "Schedule for 2 people…" }).click();
    await page.getByRole("button", { name: "Schedule for 2 people", exact: true }).click();
    await page.getByText("Scheduled", { exact: true }).waitFor();
    const id = page.url().split("/").at(-1) ?? "";
    const { body: scheduled } = await get(id);
    await page.getByRole("button", { name: "Change the time…" }).click();
    await page.getByLabel("Day and time").fill(`${tomorrow}T09:30`);
    await page.getByRole("button", { name: "Change", exact: true }).click();
    const { body: changed } = await eventually(
      () => get(id),
      ({ body }) => body.scheduledAt !== scheduled.scheduledAt,
    );
    await page.getByRole("button", { name: "Cancel…" }).click();
    await page.getByRole("button", { name: "Cancel the rest" }).click();

    await page.getByText("2 of 2 done").waitFor();
    // The browser's time zone is UTC.
    expect(scheduled).toMatchObject({ status: "scheduled", scheduledAt: `${tomorrow}T08:00:00.000Z` });
    expect(changed.scheduledAt).toBe(`${tomorrow}T09:30:00.000Z`);
    expect((await get(id)).body).toMatchObject({ status: "cancelled", counts: { cancelled: 2, sent: 0 } });
  });
});
