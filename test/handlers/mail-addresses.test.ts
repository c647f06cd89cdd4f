// Addresses of other scripts in POST /mail: what SES mails is mailed, and what it does not is told before anything is sent.
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { captureOutput } from "../support/captured-output.ts";
import { startDynamoDb, type LocalDynamoDb } from "../support/dynamodb.ts";
import { refusal, setUpMail, type MailSetup } from "../support/mail-setup.ts";

let dynamodb: LocalDynamoDb;
let setup: MailSetup;
let tables = 0;

beforeAll(async () => {
  dynamodb = await startDynamoDb();
});
afterAll(() => dynamodb.stop());
beforeEach(async () => {
  captureOutput();
  setup = await setUpMail(dynamodb, await dynamodb.createDirectoryTable(`Addresses${(tables += 1)}`));
  await setup.connect();
  return setup.stop;
});

test("international domains and names reach SES in the forms that it takes", async () => {
  const { status, body } = await setup.send({
    from: "Büchershop <hello@shop.example>",
    to: ["Jürgen <j@bücher.example>", "ada@例え.テスト"],
  });

  expect(status).toBe(202);
  expect(body.recipients).toMatchObject([
    { recipient: "j@xn--bcher-kva.example", status: "sent" },
    { recipient: "ada@xn--r8jz45g.xn--zckzah", status: "sent" },
  ]);
  expect(setup.messages.map(({ recipients }) => recipients)).toEqual([
    ["j@xn--bcher-kva.example"],
    ["ada@xn--r8jz45g.xn--zckzah"],
  ]);
  for (const { raw } of setup.messages) expect(Buffer.from(raw).toString("latin1")).toMatch(/^[\t\r\n -~]*$/);
});

test("letters before the @ that SES cannot mail keep nobody else from being mailed, one by one or as a group", async () => {
  const to = ["用户@example.com", "ada@example.com", "иван@bücher.example"];

  const single = await setup.send({ to });
  const group = await setup.send({ to, group: true });

  for (const { status, body } of [single, group]) {
    expect(status).toBe(202);
    expect(body.recipients).toMatchObject([
      { recipient: "用户@example.com", status: "invalid", code: "invalid_address" },
      { recipient: "ada@example.com", status: "sent" },
      { recipient: "иван@bücher.example", status: "invalid", code: "invalid_address" },
    ]);
  }
  expect(setup.asked).toHaveLength(2);
});

test("an address that no server takes keeps nobody else of its group from being mailed", async () => {
  const { status, body } = await setup.send({ to: ["ada..king@example.com", "ada@example.com"], group: true });

  expect(status).toBe(202);
  expect(body.recipients).toMatchObject([
    { status: "invalid", code: "invalid_address", message: expect.stringContaining("dots") as string },
    { recipient: "ada@example.com", status: "sent" },
  ]);
  expect(setup.messages.map(({ recipients }) => recipients)).toEqual([["ada@example.com"]]);
});

test.each([
  ["from", { from: "jörg@shop.example" }],
  ["replyTo[1]", { replyTo: ["support@shop.example", "jörg@shop.example"] }],
])("in %s they are refused whole, by their path", async (path, changes) => {
  const answer = await setup.send(changes);

  expect(answer.status).toBe(400);
  expect(refusal(answer)).toMatchObject({
    code: "invalid_request",
    details: [{ path, message: expect.stringContaining("not ASCII") as string }],
  });
  expect(setup.asked).toEqual([]);
});

test("who is suppressed is refused also in quotes that say nothing", async () => {
  await setup.suppress("ten_ada", "ada@example.com");

  const { status, body } = await setup.send({ to: ['Ada <"ada"@example.com>', '"A" <"a\\da"@Example.com>'] });

  expect(status).toBe(422);
  expect(body.recipients).toMatchObject([{ recipient: "ada@example.com", status: "suppressed" }]);
  expect(setup.asked).toEqual([]);
});
