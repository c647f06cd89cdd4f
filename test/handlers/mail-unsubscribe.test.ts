// POST /mail for mail that people can leave: headers and links of each recipient, and whom an unsubscribe holds back.
import PostalMime from "postal-mime";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { SuppressionRecord } from "../../shared/store/suppressions.ts";
import { captureOutput } from "../support/captured-output.ts";
import { startDynamoDb, type LocalDynamoDb } from "../support/dynamodb.ts";
import { refusal, setUpMail, type MailSetup } from "../support/mail-setup.ts";

let dynamodb: LocalDynamoDb;
let mail: MailSetup;
let tables = 0;

beforeAll(async () => {
  dynamodb = await startDynamoDb();
});
afterAll(() => dynamodb.stop());
beforeEach(async ({ onTestFinished }) => {
  captureOutput();
  mail = await setUpMail(dynamodb, await dynamodb.createDirectoryTable(`Unsubscribe${tables++}`));
  await mail.connect();
  onTestFinished(() => mail.stop());
});

/** By recipient: those of one request go side by side. */
const sent = () =>
  Promise.all(
    mail.messages
      .toSorted((a, b) => (a.recipients.join() < b.recipients.join() ? -1 : 1))
      .map(({ raw }) => PostalMime.parse(raw)),
  );
type Parsed = Awaited<ReturnType<typeof sent>>[number];

const header = ({ headers }: Parsed, key: string) => headers.filter((one) => one.key === key).map(({ value }) => value);

const linkOf = (parsed: Parsed): string => header(parsed, "list-unsubscribe")[0]?.replace(/^<(.*)>$/, "$1") ?? "";
const open = (link: string) => mail.unsubscribeLinks.open(link.split("/").at(-1) ?? "");

const unsubscribed = (address: string, list?: string): Promise<void> => {
  const record: SuppressionRecord = { address, reason: "unsubscribe", since: "2026-11-22T08:00:00.000Z" };
  return mail.suppressions.recordSuppression("ten_ada", { ...record, ...(list === undefined ? {} : { list }) });
};

describe("the headers of one-click unsubscribe", () => {
  it("are in each recipient's message, once, with a link of their own", async () => {
    await mail.send({ to: ["Ada <ada@example.com>", "grace@example.com"], unsubscribe: { list: "news" } });

    const messages = await sent();
    expect(messages.map((one) => header(one, "list-unsubscribe-post"))).toEqual([
      ["List-Unsubscribe=One-Click"],
      ["List-Unsubscribe=One-Click"],
    ]);
    expect(messages.map((one) => header(one, "list-unsubscribe").length)).toEqual([1, 1]);
    expect(linkOf(messages[0]!)).toMatch(/^https:\/\/api\.shop\.example\/unsubscribe\/[\w-]+$/);
    expect(await Promise.all(messages.map((one) => open(linkOf(one))))).toEqual(
      ["ada@example.com", "grace@example.com"].map((address) => ({
        tenantId: "ten_ada",
        address,
        list: "news",
        sender: "shop.example",
        sentAt: "2026-11-23T08:00:00.000Z",
      })),
    );
  });

  it("are not there unless asked for, nor those of the caller touched", async () => {
    await mail.send({ headers: { "List-Unsubscribe": "<https://shop.example/leave>" } });

    const [message] = await sent();
    expect(header(message!, "list-unsubscribe")).toEqual(["<https://shop.example/leave>"]);
    expect(header(message!, "list-unsubscribe-post")).toEqual([]);
  });

  it("lead to the domain that the operator has given", async () => {
    await mail.send({ unsubscribe: true }, {}, { linksUrl: "https://links.operator.example" });

    expect(linkOf((await sent())[0]!)).toMatch(/^https:\/\/links\.operator\.example\/unsubscribe\//);
  });

  it("are needed: without their key nothing is sent, and the same can be sent again", async () => {
    const linksOf = () => Promise.reject(new Error("no key"));
    const headers = { "idempotency-key": "news-1" };
    const failed = await mail.send({ unsubscribe: true }, { headers }, { unsubscribeLinks: { linksOf } });

    const again = await mail.send({ unsubscribe: true }, { headers });

    expect(failed.status).toBe(500);
    expect(again.status).toBe(202);
    expect(mail.messages).toHaveLength(1);
  });
});

describe("the link in the body", () => {
  it("is each recipient's own, in HTML and text, and SES is told not to track it", async () => {
    await mail.send({
      to: ["ada@example.com", "grace@example.com"],
      text: "Leave: {{ unsubscribeUrl }}",
      html: `<p><a class="x" href="{{unsubscribeUrl}}">Leave</a> <a href='https://shop.example/'>Shop</a> {{{unsubscribeUrl}}}</p>`,
      unsubscribe: true,
    });

    const messages = await sent();
    const links = messages.map(linkOf);
    expect(new Set(links).size).toBe(2);
    for (const [index, { html, text }] of messages.entries()) {
      expect(html?.trim()).toBe(
        `<p><a ses:no-track class="x" href="${links[index]}">Leave</a> <a href='https://shop.example/'>Shop</a> ${links[index]}</p>`,
      );
      expect(text?.trim()).toBe(`Leave: ${links[index]}`);
    }
  });

  it("is in the text that is made of the HTML", async () => {
    await mail.send({ text: undefined, html: '<a href="{{unsubscribeUrl}}">Leave the list</a>', unsubscribe: true });

    const [message] = await sent();
    expect(message?.text?.trim()).toBe(`Leave the list <${linkOf(message!)}>`);
  });

  it("stays untracked where the caller has said so already", async () => {
    await mail.send({ html: '<a href="{{unsubscribeUrl}}" ses:no-track>Leave</a>', unsubscribe: true });

    expect((await sent())[0]?.html?.match(/ses:no-track/g)).toHaveLength(1);
  });

  it("costs no more time in markup that is none", async () => {
    const html = `${"<a ".repeat(200_000)}{{unsubscribeUrl}}${"<a href=".repeat(100_000)}`;

    expect((await mail.send({ html, unsubscribe: true })).status).toBe(202);
  });
});

describe("data of a template that look like the link", () => {
  const comment = "https://eve.example/?{{unsubscribeUrl}} {{{ unsubscribeUrl }}}".repeat(20);
  const sendTemplate = async (unsubscribe: { unsubscribe?: true }) => {
    const content = { name: "Comment", subject: "{{name}}", html: "<p>{{{name}}}</p>", text: "{{name}}" };
    const change = { content, atIso: "2026-11-23T07:00:00.000Z", by: "sub-ada" };
    await mail.templates.createTemplate("ten_ada", "tpl_1", change);
    const template = { subject: undefined, html: undefined, text: undefined, template: "tpl_1" };
    return mail.send({ ...template, data: { name: comment.slice(0, 900) }, ...unsubscribe });
  };

  it("take nobody's link out of the mail", async () => {
    await sendTemplate({ unsubscribe: true });

    const [message] = await sent();
    expect(message?.text).toContain("https://eve.example/?{ {unsubscribeUrl} }");
    expect(`${message?.html} ${message?.text} ${message?.subject}`).not.toContain("/unsubscribe/");
  });

  it("have no mail refused that nobody can leave", async () => {
    const { status } = await sendTemplate({});

    expect(status).toBe(202);
  });
});

describe("a request", () => {
  it.each([
    ["cc", { cc: "grace@example.com", unsubscribe: true }, "unsubscribe"],
    ["bcc", { bcc: "grace@example.com", unsubscribe: true }, "unsubscribe"],
    ["group", { group: true, unsubscribe: { list: "news" } }, "unsubscribe"],
    ["a link and no unsubscribe", { text: "{{unsubscribeUrl}}" }, "unsubscribe"],
    ["unsubscribe: false", { unsubscribe: false }, "unsubscribe"],
    ["a list in capitals", { unsubscribe: { list: "News" } }, "unsubscribe.list"],
    [
      "a header of its own beside",
      { unsubscribe: true, headers: { "list-Unsubscribe": "<https://x.example>" } },
      "headers.list-Unsubscribe",
    ],
    ["too many links", { unsubscribe: true, text: "{{unsubscribeUrl}}".repeat(21) }, "text"],
  ])("with %s is refused by its field, and nothing is sent", async (_, body, path) => {
    const answer = await mail.send(body);

    expect(answer.status).toBe(400);
    expect(refusal(answer).details?.map((detail) => detail.path)).toContain(path);
    expect(mail.messages).toEqual([]);
  });
});

describe("whoever unsubscribed", () => {
  /** What becomes of mail to ada, without unsubscribe, of two lists, and of none by name. */
  const results = async () => {
    const of = async (body: object) => {
      const { body: answered } = await mail.send({ ...body });
      return answered.recipients.map((one) =>
        one.status === "suppressed" ? `${one.reason} ${one.list ?? "all"}` : one.status,
      )[0];
    };
    return {
      receipt: await of({}),
      news: await of({ unsubscribe: { list: "news" } }),
      offers: await of({ unsubscribe: { list: "offers" } }),
      ofNoList: await of({ unsubscribe: true }),
    };
  };

  it("from one list gets no mail of it, and all other mail", async () => {
    await unsubscribed("ada@example.com", "news");

    expect(await results()).toEqual({ receipt: "sent", news: "unsubscribe news", offers: "sent", ofNoList: "sent" });
  });

  it("from everything gets no mail that can be left, and still a receipt or a new password", async () => {
    await unsubscribed("ada@example.com");

    expect(await results()).toEqual({
      receipt: "sent",
      news: "unsubscribe all",
      offers: "unsubscribe all",
      ofNoList: "unsubscribe all",
    });
  });

  it("and bounced gets nothing, for the weightier reason", async () => {
    await unsubscribed("ada@example.com", "news");
    await mail.suppress("ten_ada", "ada@example.com");

    const refused = "bounce all";
    expect(await results()).toEqual({ receipt: refused, news: refused, offers: refused, ofNoList: refused });
  });

  it("of another tenant gets it", async () => {
    await mail.suppressions.recordSuppression("ten_bob", {
      address: "ada@example.com",
      reason: "unsubscribe",
      since: "2026-11-22T08:00:00.000Z",
    });

    expect((await results()).ofNoList).toBe("sent");
  });
});

describe("a template", () => {
  const data = { name: "Ada" };
  const makeTemplate = (unsubscribe?: true | { list: string }, templateId = "tpl_1", subject = "News for {{name}}") =>
    mail.templates.createTemplate("ten_ada", templateId, {
      content: {
        name: "News",
        subject,
        html: '<p>{{name}}</p><a href="{{unsubscribeUrl}}">Leave</a>',
        ...(unsubscribe === undefined ? {} : { unsubscribe }),
      },
      atIso: "2026-11-23T07:00:00.000Z",
      by: "sub-ada",
    });
  const send = (body: object, data: object) =>
    mail.send({ template: "tpl_1", data, subject: undefined, text: undefined, ...body });

  it("that people can leave makes each recipient's link, and holds back who left its list", async () => {
    await makeTemplate({ list: "news" });
    await unsubscribed("eve@example.com", "news");

    const to = ["ada@example.com", "eve@example.com", "grace@example.com"];
    const { body } = await send({ to }, { ...data, unsubscribeUrl: "https://stranger.example/" });

    expect(body.recipients).toMatchObject([
      { status: "sent" },
      { status: "suppressed", list: "news" },
      { status: "sent" },
    ]);
    const messages = await sent();
    expect(messages.map(({ html }) => html?.trim())).toEqual(
      messages.map((one) => `<p>Ada</p><a ses:no-track href="${linkOf(one)}">Leave</a>`),
    );
    expect(await Promise.all(messages.map((one) => open(linkOf(one))))).toMatchObject([
      { address: "ada@example.com", list: "news" },
      { address: "grace@example.com", list: "news" },
    ]);
  });

  it("has its link in no subject, nor has any other mail", async () => {
    await makeTemplate({ list: "news" }, "tpl_1", "Leave: {{unsubscribeUrl}}");

    const filled = await send({}, data);
    const plain = await mail.send({ subject: "Leave: {{unsubscribeUrl}}", unsubscribe: true });

    for (const answer of [filled, plain]) {
      expect(answer.status).toBe(400);
      expect(refusal(answer).details?.map(({ path }) => path)).toEqual(["subject"]);
    }
    expect(mail.messages).toEqual([]);
  });

  it("has text of strangers in its subject as they wrote it, all but the braces", async () => {
    await makeTemplate({ list: "news" }, "tpl_1", "For {{name}}");

    await send({}, { name: "{{unsubscribeUrl}}" });

    expect((await sent())[0]?.subject).toBe("For { {unsubscribeUrl} }");
  });

  it("gives way to what the request says of leaving", async () => {
    await makeTemplate({ list: "news" });

    await send({ unsubscribe: { list: "offers" } }, data);

    expect(await open(linkOf((await sent())[0]!))).toMatchObject({ list: "offers" });
  });

  it("that people can leave is for no group, and one with a link for mail that people can leave", async () => {
    await makeTemplate({ list: "news" });
    const grouped = await send({ cc: "grace@example.com" }, data);
    await makeTemplate(undefined, "tpl_2");
    const without = await send({ template: "tpl_2" }, data);

    expect(grouped.status).toBe(400);
    expect(refusal(grouped).details?.map(({ path }) => path)).toEqual(["unsubscribe"]);
    expect(refusal(without).details?.map(({ path }) => path)).toEqual(["data.unsubscribeUrl"]);
    expect(mail.messages).toEqual([]);
  });
});
