// POST /mail as one message for several people, who see each other: `group`, cc and bcc.
import PostalMime from "postal-mime";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { AwsError } from "../../local/protocol.ts";
import { captureOutput } from "../support/captured-output.ts";
import { startDynamoDb, type LocalDynamoDb } from "../support/dynamodb.ts";
import { setUpMail, type MailSetup } from "../support/mail-setup.ts";

let dynamodb: LocalDynamoDb;
let setup: MailSetup;
let tables = 0;

beforeAll(async () => {
  dynamodb = await startDynamoDb();
});
afterAll(() => dynamodb.stop());
beforeEach(async () => {
  captureOutput();
  setup = await setUpMail(dynamodb, await dynamodb.createDirectoryTable(`Directory${(tables += 1)}`));
  return setup.stop;
});

const ada = "Ada <ada@example.com>";

test("cc and bcc make it one message, and nobody sees who has the bcc", async () => {
  await setup.connect();

  const { status, body } = await setup.send({ to: ada, cc: ["eve@example.com"], bcc: "Bob <bob@example.com>" });

  expect(status).toBe(202);
  const ids = body.recipients.map((result) => (result.status === "sent" ? result.messageId : result.status));
  expect(body.recipients.map(({ recipient }) => recipient)).toEqual([
    "ada@example.com",
    "eve@example.com",
    "bob@example.com",
  ]);
  expect(new Set(ids).size).toBe(1);
  const [message, ...others] = setup.messages;
  expect(others).toEqual([]);
  expect(message?.recipients).toEqual(["ada@example.com", "eve@example.com", "bob@example.com"]);
  const email = await PostalMime.parse(message!.raw);
  expect(email.to).toEqual([{ address: "ada@example.com", name: "Ada" }]);
  expect(email.cc).toEqual([{ address: "eve@example.com", name: "" }]);
  expect(new TextDecoder().decode(message!.raw)).not.toContain("bob@example.com");
});

test("`group` puts all of `to` in one header", async () => {
  await setup.connect();

  const { body } = await setup.send({ to: [ada, "eve@example.com"], group: true });

  expect(body.recipients).toMatchObject([{ status: "sent" }, { status: "sent" }]);
  const [message] = setup.messages;
  expect((await PostalMime.parse(message!.raw)).to).toMatchObject([{ name: "Ada" }, { address: "eve@example.com" }]);
  expect(message?.tags).toEqual({ "sesami-attempt": "mai_1-0" });
});

test("who is named in two places is mailed once, in the first", async () => {
  await setup.connect();

  await setup.send({ to: ada, cc: ["ADA@example.com", "eve@example.com"], bcc: ["eve@example.com"] });

  expect(setup.messages[0]?.recipients).toEqual(["ada@example.com", "eve@example.com"]);
});

test("who is suppressed, or has no address, is neither mailed nor named to the others", async () => {
  await setup.connect();
  await setup.suppress("ten_ada", "bounced@example.com");

  const { body } = await setup.send({ to: [ada, "nobody"], cc: ["bounced@example.com", "eve@example.com"] });

  expect(body.recipients.map(({ status }) => status)).toEqual(["sent", "invalid", "suppressed", "sent"]);
  const raw = new TextDecoder().decode(setup.messages[0]!.raw);
  expect(raw).toContain("eve@example.com");
  expect(raw).not.toMatch(/bounced@|nobody/);
});

test("nothing is sent when nobody is left", async () => {
  await setup.connect();
  await setup.suppress("ten_ada", "bounced@example.com");

  const answer = await setup.send({ to: "bounced@example.com", cc: "nobody" });

  expect(answer.status).toBe(422);
  expect(answer.body).toMatchObject({ error: { details: [{ path: "to[0]" }, { path: "cc[0]" }] } });
  expect(setup.asked).toEqual([]);
});

test("what SES refuses is told of everyone in the message", async () => {
  await setup.connect();
  setup.faults.ses = () => {
    throw new AwsError("MessageRejected", "Invalid content");
  };

  const { body } = await setup.send({ to: ada, cc: "eve@example.com" });

  expect(body.recipients).toMatchObject([{ code: "message_rejected" }, { code: "message_rejected" }]);
  expect(setup.asked).toHaveLength(1);
});
