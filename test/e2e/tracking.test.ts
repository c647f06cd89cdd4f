// The whole path in a real browser: from signing up to seeing who opened, clicked and bounced.
import { mkdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { EventPage, MessageView } from "../../shared/contract/api/events.ts";
import type { SendMailResponse } from "../../shared/contract/api/mail.ts";
import type { SuppressionPage } from "../../shared/contract/api/suppressions.ts";
import { customerAccountId } from "../../local/laptop.ts";
import { projectRoot } from "../../local/start/build.ts";
import { apiOf, eventually, type Api } from "../support/api.ts";
import { logPage, openBrowser, showPage, type TestBrowser } from "../support/browser.ts";
import { readInbox } from "../support/connected-laptop.ts";
import { startTestLaptop, type TestLaptop } from "../support/laptop.ts";
import { settle } from "../support/settled.ts";
import { publishWeekOfMail } from "../support/week-of-mail.ts";

const email = "owner@shop.example";
const password = "Open-Sesame-2026";
const ada = "ada@people.example";
const grace = "grace@people.example";
const bouncing = "bounce+autumn@simulator.amazonses.com";
const subject = "The autumn harvest is in";

/** Where the link of the mail leads. */
const shopServer = createServer((_, response) => response.end("The shop"));

let link: string;
let laptop: TestLaptop;
let browser: TestBrowser;
let page: Page;
let api: Api;
const messageIds: Record<string, string> = {};

beforeAll(async () => {
  laptop = await startTestLaptop();
  browser = await openBrowser();
  await new Promise<void>((resolve) => shopServer.listen(0, "127.0.0.1", resolve));
  link = `http://127.0.0.1:${(shopServer.address() as AddressInfo).port}/sesame?colour=black`;
  page = await browser.context.newPage();
  logPage(page, laptop.logs);
});

afterAll(async () => {
  await browser?.close();
  await laptop?.stop();
  shopServer.close();
  shopServer.closeAllConnections();
});

afterEach(async ({ task }) => {
  if (task.result?.state !== "fail") return;
  process.stderr.write(`${await showPage(page)}\nLast logs:\n${laptop.logs.slice(-20).join("\n")}\n`);
});

const field = (name: string) => page.getByLabel(name, { exact: true });
const button = (name: string) => page.getByRole("button", { name, exact: true });

const codeMailedTo = async (address: string): Promise<string> => {
  const [mail] = await readInbox(laptop, address);
  return /\d{6}/.exec(mail?.text ?? "")?.[0] ?? expect.fail("no code was mailed");
};

const eventsOf = async (recipient: string) => {
  const { body } = await api<EventPage>("GET", `/events?recipient=${encodeURIComponent(recipient)}`);
  return body.items;
};

/** Steps of one person's day, in order: each test stands on those before it. */
describe("a person who has never seen SESami", () => {
  it("signs up, confirms with the mailed code and signs in", async () => {
    await page.goto(laptop.dashboardUrl);
    await page.getByRole("link", { name: "Create an account" }).click();
    await page.getByRole("heading", { name: "Create an account" }).waitFor();
    await field("E-mail").fill(email);
    await field("Password").fill(password);
    await button("Create account").click();
    await page.getByRole("heading", { name: "Confirm your address" }).waitFor();
    await field("Code").fill(await codeMailedTo(email));
    await button("Confirm").click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    await field("Password").fill(password);
    await button("Sign in").click();

    await page.getByRole("heading", { name: "Overview", exact: true }).waitFor();
    await page.getByRole("heading", { name: "First steps" }).waitFor();
  });

  it("connects the customer's account with the template, until every check is green", async () => {
    await page.getByRole("link", { name: "Connections" }).click();
    await field("AWS account id").fill(customerAccountId);
    await button("Connect").click();
    const opening = browser.context.waitForEvent("page");
    await page.getByRole("link", { name: "Open CloudFormation" }).click();
    const console = await opening;
    await console.getByRole("checkbox").check();
    await console.getByRole("button", { name: "Create stack" }).click();
    await console.getByText("CREATE_COMPLETE").waitFor();
    await console.close();
    await button("Check connection").click();

    await page.getByText("Verified", { exact: true }).waitFor();
    const checks = page.getByRole("list", { name: "Checks" }).getByRole("listitem");
    await expect.poll(() => checks.count()).toBe(7);
    await expect.poll(() => checks.filter({ hasText: "OK" }).count()).toBe(7);
  });

  it("makes an API key, which is shown once", async () => {
    await page.getByRole("link", { name: "API keys" }).click();
    await field("Name of the key").fill("Shop, test");
    await button("Make a key").click();
    const shown = page.getByText(/^sk_[A-Za-z0-9]+$/);
    await shown.first().waitFor();
    const key = (await shown.first().textContent()) ?? "";
    api = apiOf(laptop.apiUrl, key.trim());
    await page.reload();
    await page.getByRole("list", { name: "API keys" }).waitFor();

    expect(await page.getByText(key).count()).toBe(0);
  });

  it("mails three people, one of whom bounces", async () => {
    const { status, body } = await api<SendMailResponse>("POST", "/mail", {
      from: "Sesame Shop <hello@shop.example>",
      to: [ada, grace, bouncing],
      subject,
      html: `<p>Fresh <a href="${link}">black sesame</a> for you.</p>`,
      tags: { campaign: "autumn" },
    });

    expect(status).toBe(202);
    expect(body.recipients.map((each) => [each.recipient, each.status])).toEqual([
      [ada, "sent"],
      [grace, "sent"],
      [bouncing, "sent"],
    ]);
    for (const each of body.recipients) if (each.status === "sent") messageIds[each.recipient] = each.messageId;
    expect(new Set(Object.values(messageIds)).size).toBe(3);
  });

  it("reads one mail in the inbox and clicks its link twice", async () => {
    const inbox = await browser.context.newPage();
    await inbox.goto(`${laptop.inboxUrl}?to=${encodeURIComponent(ada)}`);
    await inbox.getByRole("link", { name: subject }).first().click();
    const mail = inbox.frameLocator("iframe");
    for (let click = 0; click < 2; click += 1) {
      const opening = browser.context.waitForEvent("page");
      await mail.getByRole("link", { name: "black sesame" }).click();
      const shop = await opening;
      await shop.getByText("The shop").waitFor();
      await shop.close();
    }
    await inbox.close();
    const seen = await eventually(
      () => eventsOf(ada),
      (events) =>
        events.filter(({ type }) => type === "click").length === 2 && events.some(({ type }) => type === "open"),
    );

    expect(seen.filter(({ type }) => type === "click").map((event) => event.link)).toEqual([link, link]);
  });

  it("sees on the dashboard what became of it, on the right person and on nobody else", async () => {
    await eventually(
      () => eventsOf(bouncing),
      (events) => events.some(({ type }) => type === "bounce"),
    );
    await settle(laptop);
    await page.goto(`${laptop.dashboardUrl}/messages/${messageIds[ada]}`);
    const card = page.getByRole("article", { name: ada });
    await card.getByRole("list", { name: "Clicked links" }).getByText("×2").waitFor();
    const words = await card.innerText();
    for (const word of ["Sent", "Delivered", "Opened", "Clicked"]) expect(words).toContain(word);
    expect(await card.getByRole("list", { name: "Clicked links" }).innerText()).toContain(link);
    expect(await card.locator("time").count()).toBeGreaterThanOrEqual(5);

    const { body: other } = await api<MessageView>("GET", `/messages/${messageIds[grace]}`);
    expect(other.recipients).toMatchObject([
      { recipient: grace, status: "delivered", opens: { total: 0 }, clicks: { total: 0 } },
    ]);
    const { body: bounced } = await api<MessageView>("GET", `/messages/${messageIds[bouncing]}`);
    expect(bounced.recipients).toMatchObject([
      { recipient: bouncing, status: "bounced", bounce: { type: "Permanent" } },
    ]);
    expect(other.ambiguous).toEqual([]);
  });

  it("filters the events by the address bar, takes them along as a file, and goes on to message and recipient", async () => {
    await page.goto(`${laptop.dashboardUrl}/events?status=bounced&q=HARVEST`);
    const rows = page.getByRole("table", { name: "Events" }).locator("tbody tr");
    await rows.first().waitFor();
    const download = page.waitForEvent("download");
    await button("CSV").click();
    const csv = readFileSync(await (await download).path(), "utf8");

    expect(await rows.count()).toBe(1);
    expect(await rows.first().innerText()).toContain(bouncing);
    expect(csv.split("\r\n")).toEqual([expect.any(String), expect.stringContaining(`,bounce,${bouncing},`), ""]);
    await rows.first().getByRole("link", { name: subject }).click();
    await page.getByRole("heading", { name: bouncing }).getByRole("link").click();
    await page.getByRole("list", { name: "Messages" }).getByText("Hard bounce").waitFor();
    await page.getByRole("list", { name: "Why it is suppressed" }).waitFor();
  });

  it("finds the bounced address suppressed, and a second mail to it refused by name", async () => {
    const listed = await eventually(
      () => api<SuppressionPage>("GET", "/suppression-list"),
      ({ body }) => body.items.length > 0,
    );
    const second = await api<SendMailResponse>("POST", "/mail", {
      from: "hello@shop.example",
      to: bouncing,
      subject: "Once more",
      text: "Hello",
    });
    await page.goto(`${laptop.dashboardUrl}/suppressions`);
    await page.getByRole("list", { name: "Suppressed addresses" }).getByRole("link", { name: bouncing }).waitFor();

    expect(listed.body.items).toMatchObject([{ address: bouncing, reason: "bounce" }]);
    expect(second.body.recipients).toMatchObject([{ recipient: bouncing, status: "suppressed", reason: "bounce" }]);
  });

  it("has a dashboard worth showing", async () => {
    // The README's picture: `UPDATE_SCREENSHOTS=1 npm test` takes a new one.
    const folder = join(projectRoot, process.env["UPDATE_SCREENSHOTS"] ? "docs/images" : ".build/test");
    mkdirSync(folder, { recursive: true });
    publishWeekOfMail(laptop.cloud, customerAccountId, Date.now());
    await settle(laptop);
    await page.goto(`${laptop.dashboardUrl}/?period=7d&split=tag%3Acampaign`);
    await page.getByRole("table", { name: "Events" }).waitFor();
    await page.locator("canvas").waitFor();
    for (const campaign of ["orders", "autumn", "welcome"])
      await page.getByRole("rowheader", { name: campaign, exact: true }).waitFor();
    await page.waitForTimeout(500);

    const picture = await page.screenshot({ path: join(folder, "dashboard.png") });

    expect(picture.length).toBeGreaterThan(20_000);
  });

  it("meets nothing that the dashboard's content security policy had to refuse", async () => {
    const { headers } = await fetch(laptop.dashboardUrl);

    expect(headers.get("content-security-policy")).toContain(
      "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline';",
    );
    expect(laptop.logs.filter((line) => /content security policy/i.test(line))).toEqual([]);
  });

  it("signs out, and the pages are closed", async () => {
    await button("Sign out").click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    await page.goto(`${laptop.dashboardUrl}/suppressions`);

    await page.waitForURL(/\/sign-in\?next=%2Fsuppressions/);
  });
});
