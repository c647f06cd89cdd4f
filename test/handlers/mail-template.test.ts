// Mail from templates: what is wrong is told before anything is sent, and what is sent is what the template makes.
import PostalMime from "postal-mime";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { sendMail } from "../../lambdas/mail/send-mail.ts";
import { testTemplate } from "../../lambdas/mail/test-template.ts";
import { httpHandler } from "../../lambdas/runtime/http.ts";
import type { SendMailResponse } from "../../shared/contract/api/mail.ts";
import type { TemplateContent } from "../../shared/store/templates.ts";
import { adasKey, bob, call, type RequestParts } from "../support/api-request.ts";
import { captureOutput } from "../support/captured-output.ts";
import { startDynamoDb, type LocalDynamoDb } from "../support/dynamodb.ts";
import { refusal, setUpMail, type MailSetup } from "../support/mail-setup.ts";

let dynamodb: LocalDynamoDb;
let setup: MailSetup;
let tables = 0;

const order: TemplateContent = {
  name: "Order",
  subject: "Order {{number}} for {{name}}",
  html: `<p>Dear {{name}},</p><p><a href="https://shop.example/{{number}}">see</a></p>`,
};
const data = { name: "Ada & <co>", number: 7 };

beforeAll(async () => {
  dynamodb = await startDynamoDb();
});
afterAll(() => dynamodb.stop());
beforeEach(async () => {
  captureOutput();
  setup = await setUpMail(dynamodb, await dynamodb.createDirectoryTable(`Directory${(tables += 1)}`));
  await setup.connect();
  await makeTemplate("tpl_1", order);
  await makeTemplate("tpl_2", { name: "Note", subject: "Note", html: "{{note}}{{note}}" });
  return setup.stop;
});

const makeTemplate = (templateId: string, content: TemplateContent) =>
  setup.templates.createTemplate("ten_ada", templateId, { content, atIso: "2026-11-23T07:00:00.000Z", by: "sub-ada" });
const changeTemplate = (content: TemplateContent) =>
  setup.templates.changeTemplate("ten_ada", "tpl_1", { content, atIso: "2026-11-23T07:30:00.000Z", by: "sub-ada" });

/** Instead of the usual subject and text. */
const send = (body: Record<string, unknown>, parts?: RequestParts) =>
  setup.send({ subject: undefined, text: undefined, ...body }, parts);
const sentMails = () => Promise.all(setup.messages.map(({ raw }) => PostalMime.parse(raw)));

describe("a mail from a template", () => {
  test("is what the template makes of the data, with the text made from the HTML", async () => {
    const { status, body } = await send({ template: "tpl_1", data, to: ["ada@example.com", "eve@example.com"] });

    expect(status).toBe(202);
    expect(body.recipients.map(({ status: one }) => one)).toEqual(["sent", "sent"]);
    const [first, second] = await sentMails();
    expect(first?.subject).toBe("Order 7 for Ada & <co>");
    expect(first?.html?.trim()).toBe(
      `<p>Dear Ada &amp; &lt;co&gt;,</p><p><a href="https://shop.example/7">see</a></p>`,
    );
    expect(first?.text?.trim()).toBe("Dear Ada & <co>,\n\nsee <https://shop.example/7>");
    expect(second?.html).toBe(first?.html);
  });

  test("has the template's own text where there is one", async () => {
    await changeTemplate({ ...order, text: "{{name}}: {{number}} & more" });

    await send({ template: "tpl_1", data });

    expect((await sentMails())[0]?.text?.trim()).toBe("Ada & <co>: 7 & more");
  });

  test("is from the newest version, or from the one that is named", async () => {
    await changeTemplate({ ...order, subject: "second {{number}}" });

    await send({ template: "tpl_1", data });
    await send({ template: { id: "tpl_1", version: 1 }, data });

    expect((await sentMails()).map(({ subject }) => subject)).toEqual(["second 7", "Order 7 for Ada & <co>"]);
  });

  test("keeps its attachments, tags and headers", async () => {
    await send({
      template: "tpl_1",
      data,
      headers: { "X-Order": "7" },
      tags: { campaign: "orders" },
      attachments: [{ name: "bill.txt", content: "SGk=" }],
    });

    const [mail] = await sentMails();
    expect(mail?.headers).toContainEqual(expect.objectContaining({ key: "x-order", value: "7" }));
    expect(mail?.attachments.map(({ filename }) => filename)).toEqual(["bill.txt"]);
    expect(setup.messages[0]?.tags).toMatchObject({ campaign: "orders" });
  });

  test("is answered the first answer again by its key, even when the template is gone since", async () => {
    const headers = { "idempotency-key": "order-7" };
    const first = await send({ template: "tpl_1", data }, { headers });
    await setup.templates.deleteTemplate("ten_ada", "tpl_1");

    const again = await send({ template: "tpl_1", data }, { headers });

    expect(again).toMatchObject({ status: 202, body: first.body });
    expect(setup.asked).toHaveLength(1);
  });
});

describe("nothing is sent, and its key is free again, when", () => {
  const headers = { "idempotency-key": "order-7" };

  test.each<[what: string, body: Record<string, unknown>, status: number, paths: string[]]>([
    ["data are missing", { template: "tpl_1", data: { number: 7 } }, 400, ["data.name"]],
    ["all data are missing", { template: "tpl_1" }, 400, ["data.number", "data.name"]],
    ["an object is given for a text", { template: "tpl_1", data: { ...data, name: {} } }, 400, ["data.name"]],
    [
      "data break the subject's line",
      { template: "tpl_1", data: { ...data, name: "x\r\nBcc: eve@example.com" } },
      400,
      ["data"],
    ],
    ["data make the subject too long", { template: "tpl_1", data: { ...data, name: "x".repeat(998) } }, 400, ["data"]],
    ["there is no such template", { template: "tpl_9", data }, 404, ["template"]],
    ["there is no such version", { template: { id: "tpl_1", version: 2 }, data }, 404, ["template"]],
    ["the mail grows too large", { template: "tpl_2", data: { note: "x".repeat(2_100_000) } }, 413, ["data"]],
    ["subject, HTML or text are given, too", { template: "tpl_1", data, text: "Hi" }, 400, ["template"]],
    ["there are data without a template", { subject: "Hi", text: "Hi", data }, 400, ["data"]],
    ["the template is no id", { template: "order", data }, 400, ["template"]],
    ["there is neither a subject nor a template", { text: "Hi" }, 400, ["subject"]],
  ])("%s", async (_what, body, status, paths) => {
    const refused = await send(body, { headers });

    expect(refused.status).toBe(status);
    expect(refusal(refused).details?.map(({ path }) => path)).toEqual(paths);
    expect(setup.asked).toEqual([]);
    expect((await setup.getMail("mai_1")).status).toBe(404);
    expect((await send({ template: "tpl_1", data }, { headers })).status).toBe(202);
  });

  test("the template is another tenant's", async () => {
    await setup.connect({ accountId: "333333333333" }, "ten_bob", "con_b");

    const refused = await send({ template: "tpl_1", data }, { actor: bob });

    expect(refused).toMatchObject({ status: 404, body: { error: { code: "not_found" } } });
    expect(setup.asked).toEqual([]);
  });
});

describe("a test of a template", () => {
  const testOf = (body: object, parts: RequestParts = {}) =>
    call<SendMailResponse>(
      httpHandler({
        "POST /templates/{templateId}/test": testTemplate({
          templates: setup.templates,
          sendMail: sendMail(setup.deps),
        }),
      }),
      "POST /templates/{templateId}/test",
      {
        actor: adasKey,
        path: { templateId: "tpl_1" },
        body: { from: "hello@shop.example", to: "ada@example.com", ...body },
        ...parts,
      },
    );

  test("is sent as any mail is, and marked in its subject and its events", async () => {
    const { status, body } = await testOf({ data });

    expect(status).toBe(202);
    expect(body.recipients).toMatchObject([{ recipient: "ada@example.com", status: "sent" }]);
    expect((await sentMails())[0]?.subject).toBe("[Test] Order 7 for Ada & <co>");
    const [sent] = await setup.cloud.takeEvents();
    expect(sent?.detail.mail.tags).toMatchObject({ "template-test": ["tpl_1"] });
  });

  test("respects suppressions", async () => {
    await setup.suppress("ten_ada", "ada@example.com");

    expect(await testOf({ data })).toMatchObject({ status: 422, body: { recipients: [{ status: "suppressed" }] } });
  });

  test("goes to a few at most, needs all data, and is of one's own template", async () => {
    const many = Array.from({ length: 6 }, (_, index) => `p${index}@example.com`);

    expect(await testOf({ data, to: many })).toMatchObject({
      status: 400,
      body: { error: { details: [{ path: "to" }] } },
    });
    expect(await testOf({})).toMatchObject({
      status: 400,
      body: { error: { details: [{ path: "data.number" }, { path: "data.name" }] } },
    });
    expect((await testOf({ data }, { actor: bob })).status).toBe(404);
    expect(setup.asked).toEqual([]);
  });
});
