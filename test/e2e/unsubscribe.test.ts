// Leaving a list over the real stacks: the headers of a mail that arrived, one click by a mail program, the page in a browser,
// and whom the next mails reach.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RefusedMailResponse, SendMailResponse } from "../../shared/contract/api/mail.ts";
import type { SuppressionPage } from "../../shared/contract/api/suppressions.ts";
import { projectRoot } from "../../local/start/build.ts";
import { apiOf, eventually, type Api } from "../support/api.ts";
import { openBrowser } from "../support/browser.ts";
import {
  owner,
  readInbox,
  readSource,
  startConnectedLaptop,
  type ConnectedLaptop,
} from "../support/connected-laptop.ts";

let connected: ConnectedLaptop;
let api: Api;

beforeAll(async () => {
  connected = await startConnectedLaptop();
  api = apiOf(connected.laptop.apiUrl, connected.apiKey);
});
afterAll(() => connected?.laptop.stop());

const oneClick = {
  method: "POST",
  redirect: "error",
  headers: { "content-type": "application/x-www-form-urlencoded" },
  body: "List-Unsubscribe=One-Click",
} as const;

const send = (to: string, unsubscribe?: unknown) =>
  api<SendMailResponse | RefusedMailResponse>("POST", "/mail", {
    from: "Shop <news@shop.example>",
    to,
    subject: "What is new",
    html: '<p>News. <a href="{{unsubscribeUrl}}">Unsubscribe</a> <a href="https://shop.example/">Shop</a></p>',
    unsubscribe,
  });

const sendPlain = (to: string) =>
  api<SendMailResponse>("POST", "/mail", { from: "news@shop.example", to, subject: "Your password", text: "Here." });

/** Where the test leaves what it has seen, for people to look at. */
function picturesFolder(): string {
  const folder = join(projectRoot, ".build/test/unsubscribe");
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** The source of the last mail that came to an address, with its folded lines joined, and its link. */
async function readMail(to: string): Promise<{ source: string; html: string; link: string }> {
  const [mail] = await eventually(
    () => readInbox(connected.laptop, to),
    (mails) => mails.length > 0,
  );
  const source = (await readSource(connected.laptop, mail?.id ?? "")).replaceAll(/\r?\n[ \t]+/g, " ");
  const [, link = ""] = /^List-Unsubscribe: <([^>]+)>\s*$/m.exec(source) ?? [];
  return { source, html: mail?.html ?? "", link };
}

const reasonsFor = async (address: string) => {
  const { body } = await api<SuppressionPage>("GET", `/suppression-list?address=${encodeURIComponent(address)}`);
  return body.items.flatMap(({ reasons }) => reasons.map(({ reason, list }) => [reason, list]));
};

describe("a recipient", () => {
  it("leaves one list by one click of their mail program, and gets all other mail", async () => {
    const ada = "ada@people.example";
    await send(ada, { list: "product-news" });
    const { source, html, link } = await readMail(ada);

    const opened = [await fetch(link), await fetch(link)];
    const beforeClick = await reasonsFor(ada);
    const { status } = await fetch(link, oneClick);
    const next = await eventually(
      () => send(ada, { list: "product-news" }),
      (answer) => answer.status === 422,
    );
    const other = await send(ada, { list: "offers" });
    const password = await sendPlain(ada);

    expect(source).toMatch(/^List-Unsubscribe-Post: List-Unsubscribe=One-Click\s*$/m);
    expect(link.startsWith(`${connected.laptop.apiUrl}/unsubscribe/`)).toBe(true);
    // Click tracking rewrites every other link.
    expect(html).toContain(`href="${link}"`);
    expect(html).not.toContain('href="https://shop.example/"');
    expect(opened.map((answer) => answer.status)).toEqual([200, 200]);
    expect(beforeClick).toEqual([]);
    expect(status).toBe(200);
    expect(await reasonsFor(ada)).toEqual([["unsubscribe", "product-news"]]);
    expect(next.body.recipients).toMatchObject([{ status: "suppressed", reason: "unsubscribe", list: "product-news" }]);
    expect(other.body.recipients).toMatchObject([{ status: "sent" }]);
    expect(password.body.recipients).toMatchObject([{ status: "sent" }]);
  });

  it("finds a forged link to be none", async () => {
    const grace = "grace@people.example";
    await send(grace, { list: "product-news" });
    const { link } = await readMail(grace);
    const forged = `${link.slice(0, -6)}forged`;

    const answers = [await fetch(forged), await fetch(forged, oneClick)];

    expect(forged).not.toBe(link);
    expect(answers.map((answer) => answer.status)).toEqual([404, 404]);
    expect(await reasonsFor(grace)).toEqual([]);
  });

  it.each(["light", "dark"] as const)("leaves and comes back on the page, in %s colours", async (colorScheme) => {
    const linus = `linus-${colorScheme}@people.example`;
    await send(linus, { list: "product-news" });
    const { link } = await readMail(linus);
    const { context, close } = await openBrowser({ colorScheme });
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    const seen: string[] = [];
    const look = async (name: string) => {
      seen.push(await page.getByRole("heading").innerText());
      await page.screenshot({ path: join(picturesFolder(), `${colorScheme}-${name}.png`) });
    };

    try {
      await page.goto(link);
      await look("asked");
      await page.getByRole("button", { name: "Unsubscribe" }).click();
      await page.getByRole("button", { name: "Subscribe again" }).waitFor();
      await look("left");
      expect(await reasonsFor(linus)).toEqual([["unsubscribe", "product-news"]]);
      await page.getByRole("button", { name: "Subscribe again" }).click();
      await page.getByRole("button", { name: "Unsubscribe" }).waitFor();
      await look("returned");
      await page.setViewportSize({ width: 360, height: 640 });
      await page.goto(`${link}x`);
      await look("wrong-link");
    } finally {
      await close();
    }

    expect(seen).toEqual([
      "Unsubscribe?",
      "You are unsubscribed",
      "You are subscribed again",
      "This link does not work",
    ]);
    expect(await reasonsFor(linus)).toEqual([]);
    // The browser itself says that it got a 404; anything else would be of the content security policy.
    expect(complaints.filter((text) => !text.includes("404"))).toEqual([]);
  });
});

describe("the owner", () => {
  it("sees who left, takes a reason away and suppresses an address, at the dashboard", async () => {
    const { dashboardUrl } = connected.laptop;
    const [left, bounced] = ["left@people.example", "bounce+dashboard@simulator.amazonses.com"];
    await api("POST", "/suppression-list", { address: [left, bounced], reason: "unsubscribe", list: "product-news" });
    await sendPlain(bounced);
    await eventually(
      () => reasonsFor(bounced),
      (reasons) => reasons.length === 2,
    );
    const { context, close } = await openBrowser({ colorScheme: "light" });
    const page = await context.newPage();
    const row = (address: string) =>
      page
        .getByRole("list", { name: "Suppressed addresses" })
        .getByRole("list", { name: `Why ${address} is suppressed` });
    const look = (name: string) => page.screenshot({ path: join(picturesFolder(), `dashboard-${name}.png`) });

    try {
      await page.goto(dashboardUrl);
      await page.getByLabel("E-mail", { exact: true }).fill(owner.email);
      await page.getByLabel("Password", { exact: true }).fill(owner.password);
      await page.getByRole("button", { name: "Sign in", exact: true }).click();
      await page.getByRole("link", { name: "Suppressions" }).click();
      await row(bounced).getByText("Bounced", { exact: true }).waitFor();
      await look("list");
      await row(bounced)
        .getByRole("listitem")
        .filter({ has: page.getByText("Bounced", { exact: true }) })
        .getByRole("button", { name: "Remove" })
        .click();
      await look("remove");
      await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
      await row(bounced).getByText("Bounced", { exact: true }).waitFor({ state: "detached" });
      await page.getByRole("button", { name: "Suppress an address" }).click();
      await page.getByLabel("Address to suppress").fill("by-hand@people.example");
      await look("add");
      await page.getByRole("button", { name: "Suppress", exact: true }).click();
      await row("by-hand@people.example").waitFor();
      await page.getByRole("button", { name: "Unsubscribed", exact: true }).click();
      await row("by-hand@people.example").waitFor({ state: "detached" });
      await row(left).getByText("product-news", { exact: true }).waitFor();
      await page.setViewportSize({ width: 390, height: 844 });
      await look("narrow");
    } finally {
      await close();
    }

    expect(await reasonsFor(bounced)).toEqual([["unsubscribe", "product-news"]]);
    expect(await reasonsFor("by-hand@people.example")).toEqual([["manual", undefined]]);
  });
});
