// POST /mail: gate, one SES message a recipient, and an answer that hides nothing. What SES refuses: mail-failures.test.ts.
import PostalMime from "postal-mime";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { bob } from "../support/api-request.ts";
import { captureOutput } from "../support/captured-output.ts";
import { startDynamoDb, type LocalDynamoDb } from "../support/dynamodb.ts";
import { refusal, setUpMail, type MailSetup } from "../support/mail-setup.ts";

let dynamodb: LocalDynamoDb;
let setup: MailSetup;
let output: ReturnType<typeof captureOutput>;
let tables = 0;

beforeAll(async () => {
  dynamodb = await startDynamoDb();
});
afterAll(() => dynamodb.stop());
beforeEach(async () => {
  output = captureOutput();
  setup = await setUpMail(dynamodb, await dynamodb.createDirectoryTable(`Directory${(tables += 1)}`));
  return setup.stop;
});

describe("one mail to several people", () => {
  test("is one SES message each, with their own name alone in its header", async () => {
    await setup.connect();

    const answer = await setup.send({ to: ["Ada <ada@example.com>", "eve@example.com"] });

    expect(answer.status).toBe(202);
    const ids = answer.body.recipients.map((result) => (result.status === "sent" ? result.messageId : ""));
    expect(answer.body.recipients).toEqual([
      { recipient: "ada@example.com", status: "sent", messageId: ids[0] },
      { recipient: "eve@example.com", status: "sent", messageId: ids[1] },
    ]);
    expect(new Set(ids).size).toBe(2);
    const events = await setup.cloud.takeEvents();
    const sentTo = events
      .filter((event) => event["detail-type"] === "Email Sent")
      .map(({ detail }) => (detail.mail as unknown as { destination: string[] }).destination.join());
    expect(new Set(sentTo)).toEqual(new Set(["ada@example.com", "eve@example.com"]));
    expect(sentTo).toHaveLength(2);
  });

  test("goes once to an address that is given twice, however it is written", async () => {
    await setup.connect();

    const { body } = await setup.send({ to: ["Ada <ADA@Example.com>", "ada@example.com", " ada@example.com "] });

    expect(body.recipients).toMatchObject([{ recipient: "ada@example.com", status: "sent" }]);
    expect(setup.asked).toEqual(["SendRawEmail"]);
    const [sent] = await setup.cloud.takeEvents();
    expect(sent?.detail.mail).toMatchObject({ commonHeaders: { to: ["Ada <ADA@example.com>"] } });
  });

  test("names who is suppressed and who has no address, and goes to the rest", async () => {
    await setup.connect();
    await setup.suppress("ten_ada", "bounced@example.com");

    const { status, body } = await setup.send({ to: ["Bounced <Bounced@example.com>", "nobody", "ada@example.com"] });

    expect(status).toBe(202);
    expect(body.recipients).toEqual([
      { recipient: "bounced@example.com", status: "suppressed", reason: "bounce", since: "2026-11-01T08:00:00.000Z" },
      { recipient: "nobody", status: "invalid", code: "invalid_address", message: expect.any(String) as string },
      { recipient: "ada@example.com", status: "sent", messageId: expect.any(String) as string },
    ]);
    expect(setup.asked).toEqual(["SendRawEmail"]);
  });

  test("keeps what SES refuses for one from hiding what it took for the others", async () => {
    await setup.connect({ production: false, identities: ["shop.example", "ada@example.com"] });

    const { status, body } = await setup.send({ to: ["ada@example.com", "eve@example.com"] });

    expect(status).toBe(202);
    expect(body.recipients).toMatchObject([
      { recipient: "ada@example.com", status: "sent" },
      { recipient: "eve@example.com", status: "failed", code: "recipient_not_verified" },
    ]);
  });

  test("says of everyone what became of them, in the order given, with fifty of them", async () => {
    await setup.connect({ maxSendRate: 100 });
    const to = Array.from({ length: 50 }, (_, index) => `person${index}@example.com`);

    const { body } = await setup.send({ to });

    expect(body.recipients.map(({ recipient }) => recipient)).toEqual(to);
    expect(body.recipients.every(({ status }) => status === "sent")).toBe(true);
  });
});

test("the mail carries subject, sender, tags and the connection's configuration set to SES", async () => {
  await setup.connect();

  await setup.send({
    from: "Müller <hello@shop.example>",
    subject: "Grüße ✓",
    replyTo: ["Support <support@shop.example>", "sales@shop.example"],
    tags: { campaign: "autumn-2026" },
  });

  const [sent] = await setup.cloud.takeEvents();
  expect(sent?.detail.mail).toMatchObject({
    source: "hello@shop.example",
    commonHeaders: {
      subject: "Grüße ✓",
      to: ["ada@example.com"],
      replyTo: ["Support <support@shop.example>, sales@shop.example"],
    },
    tags: {
      campaign: ["autumn-2026"],
      "ses:configuration-set": ["sesami"],
      "ses:operation": ["SendRawEmail"],
    },
  });
});

describe("the connection", () => {
  test("is read once in half a minute, the suppressions each time", async () => {
    await setup.connect();
    await setup.send();
    await setup.connections.deleteConnection("ten_ada", "con_a");
    await setup.suppress("ten_ada", "ada@example.com");

    const remembered = await setup.send({ to: ["eve@example.com", "ada@example.com"] });
    setup.time.nowMs += 30_000;
    const forgotten = await setup.send();

    expect(remembered.body.recipients.map(({ status }) => status)).toEqual(["sent", "suppressed"]);
    expect(forgotten).toMatchObject({ status: 422, body: { error: { code: "unprocessable" } } });
  });

  test("may be chosen", async () => {
    await setup.connect();
    await setup.connect({ accountId: "444444444444", identities: ["other.example"] }, "ten_ada", "con_b");

    const answer = await setup.send({ from: "hello@other.example", connection: "con_b" });

    expect(answer.status).toBe(202);
    expect((await setup.cloud.takeEvents()).map(({ account }) => account)).toEqual(["444444444444", "444444444444"]);
  });

  test("that is not proven yet sends nothing", async () => {
    await setup.claimConnection("con_p");

    expect(await setup.send({ connection: "con_p" })).toMatchObject({ status: 422 });
    expect(await setup.send()).toMatchObject({ status: 422 });
    expect(setup.asked).toEqual([]);
  });

  test("of another tenant is not found, and neither are their suppressions used", async () => {
    await setup.connect();
    await setup.suppress("ten_ada", "ada@example.com");
    await setup.connect({ accountId: "444444444444" }, "ten_bob", "con_b");

    const byName = await setup.send({ connection: "con_a" }, { actor: bob });
    const own = await setup.send({}, { actor: bob });

    expect(byName).toMatchObject({ status: 404, body: { error: { code: "not_found" } } });
    expect(own.body.recipients).toMatchObject([{ recipient: "ada@example.com", status: "sent" }]);
  });
});

const people = (count: number) => Array.from({ length: count }, (_, index) => `p${index}@example.com`);
const file = (changes: object) => ({ name: "a.txt", content: "YQ==", ...changes });

describe("the request is refused whole", () => {
  test.each<[string, Record<string, unknown>, string]>([
    ["without a sender", { from: undefined }, "from"],
    ["with a sender that is no address", { from: "Shop" }, "from"],
    ["with two senders", { from: "a@shop.example, b@shop.example" }, "from"],
    ["with a line break in the sender", { from: "a@shop.example\r\nBcc: eve@example.com" }, "from"],
    ["with a line break in the subject", { subject: "Hello\nBcc: eve@example.com" }, "subject"],
    ["with a Reply-To that is no address", { replyTo: ["support@shop.example", "x"] }, "replyTo[1]"],
    ["without a recipient", { to: [] }, "to"],
    ["with too many Reply-To addresses", { replyTo: Array.from({ length: 51 }, () => "a@shop.example") }, "replyTo"],
    ["with too many recipients", { to: Array.from({ length: 51 }, (_, index) => `p${index}@example.com`) }, "to"],
    ["with a tag that SES does not take", { tags: { campaign: "ä" } }, "tags.campaign"],
    ["with a field it does not know", { template: "welcome" }, "template"],
    ["with too many in to, cc and bcc", { cc: people(25), bcc: people(25) }, "to"],
    ["with cc and no group", { cc: "eve@example.com", group: false }, "group"],
    ["with a tag of ours", { tags: { "sesami-attempt": "mai_1-0" } }, "tags.sesami-attempt"],
    ["with a line break in a header", { headers: { "X-Order": "7\r\nBcc: eve@example.com" } }, "headers.X-Order"],
    [
      "with a line break in a header's name",
      { headers: { "X-A: 1\r\nBcc": "e@example.com" } },
      "headers.X-A: 1\r\nBcc",
    ],
    ["with a header that has a field of its own", { headers: { bCC: "eve@example.com" } }, "headers.bCC"],
    ["with a header that SES sets", { headers: { "DKIM-Signature": "v=1" } }, "headers.DKIM-Signature"],
    ["with a header of the MIME", { headers: { "Content-Type": "text/html" } }, "headers.Content-Type"],
    ["with a header that tells SES", { headers: { "X-SES-MESSAGE-TAGS": "a=b" } }, "headers.X-SES-MESSAGE-TAGS"],
    ["with a header twice", { headers: { "X-A": "1", "x-a": "2" } }, "headers"],
    [
      "with an attachment that SES does not send",
      { attachments: [file({ name: "Setup.EXE. " })] },
      "attachments[0].name",
    ],
    ["with an attachment that is no base64", { attachments: [file({ content: "ä===" })] }, "attachments[0].content"],
    ["with an attachment's name of two lines", { attachments: [file({ name: "a\r\nb.txt" })] }, "attachments[0].name"],
    ["with an attachment's type of two lines", { attachments: [file({ type: "a/b\r\nc: d" })] }, "attachments[0].type"],
    ["with a message as attachment", { attachments: [file({ type: "message/rfc822" })] }, "attachments[0].type"],
    ["with a contentId that breaks out", { attachments: [file({ contentId: "a> x" })] }, "attachments[0].contentId"],
    ["with a path for a file's name", { attachments: [file({ name: "../bill.pdf" })] }, "attachments[0].name"],
    ["with a name that reads backwards", { attachments: [file({ name: "a\u202Efdp.zip" })] }, "attachments[0].name"],
    ["with an empty header", { headers: { "X-Empty": " " } }, "headers.X-Empty"],
    ["with a contentId twice", { attachments: [file({ contentId: "a" }), file({ contentId: "a" })] }, "attachments"],
    ["with no name of a configuration set", { configurationSet: "a/*" }, "configurationSet"],
  ])("%s", async (_, wrong, path) => {
    await setup.connect();

    const answer = await setup.send(wrong);

    expect(answer.status).toBe(400);
    expect(refusal(answer).details?.map((detail) => detail.path)).toContain(path);
    expect(setup.asked).toEqual([]);
  });
});

describe("a mail of more than 4 MB", () => {
  const megabytes = (count: number) => "AAAA".repeat((count * 1_000_000) / 3);

  test.each<[string, Record<string, unknown>, string]>([
    ["of HTML and text", { html: "ü".repeat(1_500_000), text: "x".repeat(1_000_001) }, "html"],
    [
      "of attachments, decoded",
      { attachments: [file({ content: megabytes(3) }), file({ content: megabytes(1.2) })] },
      "attachments",
    ],
  ])("is too large: %s", async (_, large, path) => {
    await setup.connect();

    const answer = await setup.send(large);

    expect(answer.status).toBe(413);
    expect(refusal(answer)).toMatchObject({ code: "too_large", details: [{ path }] });
    expect(setup.asked).toEqual([]);
  });

  test("or more than SES takes once it is encoded, is told before SES is asked", async () => {
    await setup.connect();
    const html = "ü".repeat(1_950_000);

    const withItsText = await setup.send({ html, text: undefined });
    const alone = await setup.send({ html, text: "" });

    expect(withItsText.status).toBe(413);
    expect(refusal(withItsText)).toMatchObject({ code: "too_large", details: [{ path: "html" }] });
    expect(alone.status).toBe(202);
    expect(setup.asked).toHaveLength(1);
  });

  test("is a little more than what is sent", async () => {
    await setup.connect();

    const answer = await setup.send({ attachments: [file({ content: megabytes(3.9) })] });

    expect(answer.status).toBe(202);
  });
});

test("a mail without text gets one made of its HTML, and its attachments reach SES", async () => {
  await setup.connect();

  await setup.send({
    text: undefined,
    html: '<p>It is <a href="https://shop.example/track">on its way</a>.</p>',
    headers: { "X-Order": "7" },
    attachments: [file({ name: "a.csv", content: "MSwyCg==" })],
  });

  const email = await PostalMime.parse(setup.messages[0]!.raw);
  expect(email.text?.trim()).toBe("It is on its way <https://shop.example/track>.");
  expect(email.attachments).toMatchObject([{ filename: "a.csv", mimeType: "text/csv", disposition: "attachment" }]);
  expect(email.headers).toContainEqual(expect.objectContaining({ key: "x-order", value: "7" }));
});

test("another configuration set of the account is used when it is named", async () => {
  await setup.connect();

  const { body } = await setup.send({ configurationSet: "marketing" });

  expect(body.recipients).toMatchObject([{ status: "failed", code: "configuration_set_missing" }]);
});

test("the log and the metrics of a mail name nobody", async () => {
  await setup.connect();
  await setup.suppress("ten_ada", "bounced@example.com");

  await setup.send({ to: ["ada@example.com", "bounced@example.com", "nobody"] });

  expect(output.text()).not.toMatch(/@example\.com|@shop\.example/);
  expect(output.lines().filter((line) => "_aws" in line)).toMatchObject([
    { mailSent: 1, tenantId: "ten_ada" },
    { mailSuppressed: 1 },
    { mailInvalid: 1 },
  ]);
});
