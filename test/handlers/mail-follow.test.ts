// GET /mail/{mailId}: what became of a mail, by its own record and by the events that came since.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { AwsError } from "../../local/protocol.ts";
import { createSentRecords } from "../../shared/store/sent-records.ts";
import { ada, bob } from "../support/api-request.ts";
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
  await setup.connect({ maxSendRate: 100 });
  return setup.stop;
});

describe("a mail that was answered", () => {
  test("is told of as in its answer, with what its events say since", async () => {
    await setup.suppress("ten_ada", "bounced@example.com");
    const { body } = await setup.send({
      to: ["ada@example.com", "bounce@simulator.amazonses.com", "bounced@example.com"],
    });
    const before = await setup.getMail(body.id);
    await setup.takeEvents();

    const after = await setup.getMail(body.id, { actor: ada });

    expect(before).toMatchObject({ status: 200, body: { id: "mai_1", createdAt: "2026-11-23T08:00:00.000Z" } });
    expect(before.body.recipients).toEqual(body.recipients);
    expect(after.body.recipients).toMatchObject([
      { recipient: "ada@example.com", status: "sent", outcome: "delivered" },
      { recipient: "bounce@simulator.amazonses.com", status: "sent", outcome: "bounced" },
      { recipient: "bounced@example.com", status: "suppressed", reason: "bounce" },
    ]);
  });

  test("by an error is told of too: its id is in the error's answer", async () => {
    setup.faults.ses = () => {
      throw new AwsError("AccountSendingPausedException", "paused");
    };
    const { status, body } = await setup.send();

    const followed = await setup.getMail(body.id);

    expect(status).toBe(422);
    expect(followed.body.recipients).toMatchObject([{ status: "failed", code: "sending_paused" }]);
  });

  test("with `unknown` is settled by its Send event", async () => {
    setup.faults.ses = () => {
      throw new AwsError("InternalFailure", "after the mail was taken", { status: 500 });
    };
    const { body } = await setup.send();
    await setup.attempts.settleMessages("ten_ada", [
      { mailId: body.id, messageNumber: 0, messageId: "ses-1", recipients: ["ada@example.com"], sentAtMs: 0 },
    ]);

    const followed = await setup.getMail(body.id);

    expect(body.recipients).toMatchObject([{ status: "unknown" }]);
    expect(followed.body.recipients).toEqual([{ recipient: "ada@example.com", status: "sent", messageId: "ses-1" }]);
  });
});

test("a mail whose request runs is being sent, to all who can be", async () => {
  let letSesGoOn: () => void = () => undefined;
  setup.faults.ses = () => new Promise((resolve) => (letSesGoOn = resolve));
  const key = { "idempotency-key": "order-7" };
  const running = setup.send({ to: ["ada@example.com", "nobody"] }, { headers: key });
  await expect.poll(() => setup.asked.length).toBe(1);

  const { body } = await setup.getMail("mai_1");
  letSesGoOn();
  await running;

  expect(body.recipients).toMatchObject([
    { recipient: "ada@example.com", status: "sending" },
    { recipient: "nobody", status: "invalid" },
  ]);
});

describe("there is no mail", () => {
  test("of another tenant", async () => {
    const { body } = await setup.send();

    expect(await setup.getMail(body.id, { actor: bob })).toMatchObject({
      status: 404,
      body: { error: { code: "not_found" } },
    });
  });

  test("of a month ago", async () => {
    const { body } = await setup.send();
    setup.time.nowMs += 30 * 86_400_000;

    expect((await setup.getMail(body.id)).status).toBe(404);
  });

  test("by an id that is none", async () => {
    expect((await setup.getMail("mai_nobody1")).status).toBe(404);
    expect((await setup.getMail("mai_1#MAIL")).status).toBe(400);
  });
});

describe("a mail to somebody who was erased since", () => {
  test("tells what became of it, and not whose it was, also of who was never mailed", async () => {
    await setup.suppress("ten_ada", "bounced@example.com");
    const { body } = await setup.send({ to: ["ada@example.com", "bounced@example.com", "eve@example.com"] });
    for (const address of ["ada@example.com", "bounced@example.com"])
      await setup.erasures.beginErasure("ten_ada", {
        address,
        nowMs: setup.time.nowMs,
        runId: `run ${address}`,
        pseudonym: "erased:x",
      });

    const { body: followed } = await setup.getMail(body.id);

    expect(followed.recipients).toMatchObject([
      { recipient: "erased", status: "sent" },
      { recipient: "erased", status: "suppressed" },
      { recipient: "eve@example.com", status: "sent" },
    ]);
  });

  test("names whom it was sent to when that was after the erasure", async () => {
    await setup.erasures.beginErasure("ten_ada", {
      address: "ada@example.com",
      nowMs: setup.time.nowMs - 1000,
      runId: "run",
      pseudonym: "erased:x",
    });
    const { body } = await setup.send();

    const { body: followed } = await setup.getMail(body.id);

    expect(followed.recipients).toMatchObject([{ recipient: "ada@example.com" }]);
  });

  test("is told of when all of a group were", async () => {
    const { body } = await setup.send({ to: ["ada@example.com", "eve@example.com"], group: true });
    await setup.takeEvents();
    const sentRecords = createSentRecords({
      client: dynamodb.client,
      tableName: `Directory${tables}`,
      listConnectionIds: async () => ["con_a"],
      clock: () => setup.time.nowMs,
    });
    const of = { messageId: "m", sentAt: "2026-11-23T08:00:00.000Z", tags: { "sesami-attempt": [`${body.id}-0`] } };
    for (const address of ["ada@example.com", "eve@example.com"]) await sentRecords.eraseSent("ten_ada", address, [of]);

    const followed = await setup.getMail(body.id);

    expect(followed).toMatchObject({
      status: 200,
      body: { recipients: [{ recipient: "erased" }, { recipient: "erased" }] },
    });
  });
});
