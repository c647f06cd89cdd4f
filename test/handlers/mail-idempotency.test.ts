// The Idempotency-Key of POST /mail, and what is left of a mail whose request crashed: nobody is mailed twice.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { MailDeps } from "../../lambdas/mail/send-mail.ts";
import { AwsError } from "../../local/protocol.ts";
import { bob } from "../support/api-request.ts";
import { captureOutput } from "../support/captured-output.ts";
import { startDynamoDb, type LocalDynamoDb } from "../support/dynamodb.ts";
import { refusal, setUpMail, type MailSetup } from "../support/mail-setup.ts";

let dynamodb: LocalDynamoDb;
let setup: MailSetup;
let tables = 0;
/** Asked before each operation of DynamoDB. */
let database: ((operation: string) => Promise<void> | void) | undefined;

beforeAll(async () => {
  dynamodb = await startDynamoDb({ faults: (operation) => database?.(operation) });
});
afterAll(() => dynamodb.stop());
beforeEach(async () => {
  captureOutput();
  database = undefined;
  setup = await setUpMail(dynamodb, await dynamodb.createDirectoryTable(`Directory${(tables += 1)}`));
  await setup.connect({ maxSendRate: 100 });
  return setup.stop;
});

const key = (text = "order-7") => ({ headers: { "idempotency-key": text } });
const never = () => new Promise<never>(() => undefined);
const minutes = (count: number) => count * 60_000;

describe("the same request with the same key", () => {
  test("is answered as the first time, byte for byte, and sends nothing", async () => {
    const first = await setup.send({ to: ["ada@example.com", "nobody"] }, key());

    const again = await setup.send({ to: ["ada@example.com", "nobody"] }, key());

    expect(first).toMatchObject({ status: 202, body: { id: "mai_1" } });
    expect(first.headers["idempotent-replayed"]).toBeUndefined();
    expect(again.headers["idempotent-replayed"]).toBe("true");
    expect([again.status, JSON.stringify(again.body)]).toEqual([202, JSON.stringify(first.body)]);
    expect(setup.asked).toEqual(["SendRawEmail"]);
  });

  test("is the same whatever order its members are in", async () => {
    await setup.send({ tags: { a: "1", b: "2" }, html: "<p>Hi</p>" }, key());

    const again = await setup.send({ html: "<p>Hi</p>", tags: { b: "2", a: "1" } }, key());

    expect(again.headers["idempotent-replayed"]).toBe("true");
  });

  test("is answered so for 24 hours, and is a new request then", async () => {
    await setup.send({}, key());
    setup.time.nowMs += minutes(24 * 60) - 1000;
    const before = await setup.send({}, key());
    setup.time.nowMs += 1000;

    const after = await setup.send({}, key());

    expect([before.body.id, after.body.id]).toEqual(["mai_1", "mai_3"]);
    expect(setup.asked).toHaveLength(2);
  });

  test("sends once when it comes twice at the same time", async () => {
    const answers = await Promise.all([setup.send({}, key()), setup.send({}, key()), setup.send({}, key())]);

    expect(setup.asked).toEqual(["SendRawEmail"]);
    for (const answer of answers.filter(({ status }) => status === 409)) {
      expect(refusal(answer)).toMatchObject({ code: "conflict", requestId: "request-1" });
      expect(answer.headers["retry-after"]).toBe("5");
    }
    const accepted = answers.filter(({ status }) => status === 202).map(({ body }) => body.id);
    expect(new Set(accepted).size).toBe(1);
    expect(answers.every(({ status }) => status === 202 || status === 409)).toBe(true);
  });

  test("waits while the first is still running", async () => {
    let letSesGoOn: () => void = () => undefined;
    setup.faults.ses = () => new Promise((resolve) => (letSesGoOn = resolve));
    const running = setup.send({}, key());
    await expect.poll(() => setup.asked).toEqual(["SendRawEmail"]);

    const meanwhile = await setup.send({}, key());
    letSesGoOn();
    const first = await running;

    expect(meanwhile.status).toBe(409);
    expect(first.status).toBe(202);
  });

  test("may be tried again once nobody was mailed for a reason that has gone", async () => {
    setup.faults.ses = () => {
      throw new AwsError("AccountSendingPausedException", "paused");
    };
    const paused = await setup.send({}, key());
    delete setup.faults.ses;

    const after = await setup.send({}, key());

    expect([paused.status, after.status]).toEqual([422, 202]);
    expect(after.headers["idempotent-replayed"]).toBeUndefined();
  });

  test("is not sent again to those who failed while others were sent to", async () => {
    setup.faults.ses = () => {
      if (setup.asked.length === 2) throw new AwsError("MessageRejected", "Invalid content");
    };
    const to = ["ada@example.com", "eve@example.com"];
    await setup.send({ to }, key());

    const again = await setup.send({ to }, key());

    expect(again.body.recipients.map(({ status }) => status).toSorted()).toEqual(["failed", "sent"]);
    expect(setup.asked).toHaveLength(2);
  });
});

describe("a key", () => {
  test("is refused for another request", async () => {
    await setup.send({}, key());

    const other = await setup.send({ subject: "Another" }, key());

    expect(other).toMatchObject({ status: 422, body: { error: { code: "unprocessable" } } });
    expect(setup.asked).toHaveLength(1);
  });

  test("belongs to its tenant", async () => {
    await setup.connect({ accountId: "444444444444" }, "ten_bob", "con_b");
    const ada = await setup.send({}, key());

    const bobs = await setup.send({}, { ...key(), actor: bob });

    expect(bobs.status).toBe(202);
    expect(bobs.headers["idempotent-replayed"]).toBeUndefined();
    expect(bobs.body.id).not.toBe(ada.body.id);
  });

  test.each([["", "x".repeat(256), "with spaces", "ümlaut"]])("is refused when it is none: %j", async (...wrong) => {
    for (const text of wrong) {
      const answer = await setup.send({}, key(text));

      expect(answer.status).toBe(400);
      expect(refusal(answer).details?.[0]?.path).toBe("headers.Idempotency-Key");
    }
  });

  test("may be 255 characters long", async () => {
    expect((await setup.send({}, key("k".repeat(255)))).status).toBe(202);
  });

  test("is not taken by a request that is refused whole", async () => {
    await setup.send({ from: "nobody" }, key());

    expect((await setup.send({}, key())).status).toBe(202);
  });

  test("is free again when the suppressions could not be read, as nothing was sent", async () => {
    database = (operation) => {
      if (operation === "BatchGetItem") throw new AwsError("InternalServerError", "out of order", { status: 500 });
    };
    const failed = await setup.send({}, key());
    database = undefined;

    const after = await setup.send({}, key());

    expect([failed.status, after.status]).toEqual([503, 202]);
    expect(await setup.attempts.findMail("ten_ada", "mai_1", setup.time.nowMs)).toBeUndefined();
  });
});

/** The points at which a function that sends can be lost: from there on it does nothing more. */
const crashes: Record<string, (deps: MailDeps) => Partial<MailDeps>> = {
  "before SES was asked": () => ({ sender: { ...setup.deps.sender, sendMessage: never } }),
  "after SES took the mail": ({ sender }) => ({
    sender: {
      ...sender,
      sendMessage: async (...message) => {
        await sender.sendMessage(...message);
        return never();
      },
    },
  }),
  "before its answer was recorded": ({ attempts }) => ({
    attempts: { ...attempts, recordAnswer: never },
    clock: () => setup.time.nowMs,
  }),
};

const isSentAt = (point: string): boolean => !point.startsWith("before SES");

const crashAt = async (point: string, body: Record<string, unknown> = {}) => {
  void setup.send(body, key(), crashes[point]?.(setup.deps));
  await expect.poll(async () => (await setup.getMail("mai_1")).status).toBe(200);
  if (isSentAt(point)) await expect.poll(() => setup.asked.length).toBeGreaterThan(0);
  await setup.cloud.ses.drain();
};

describe.each(Object.keys(crashes))("a request that crashed %s", (point) => {
  test("is still running for half a minute, and in doubt then; it is never sent again", async () => {
    await crashAt(point);
    const soon = await setup.send({}, key());
    setup.time.nowMs += 30_000;

    const later = await setup.send({}, key());

    expect(soon.status).toBe(409);
    expect(later).toMatchObject({
      status: 202,
      body: { id: "mai_1", recipients: [{ recipient: "ada@example.com", status: "unknown", code: "no_answer" }] },
    });
    expect(later.headers["idempotent-replayed"]).toBe("true");
    expect(setup.asked).toHaveLength(isSentAt(point) ? 1 : 0);
  });
});

describe.each(Object.keys(crashes).filter(isSentAt))("a mail whose request crashed %s", (point) => {
  test("is settled by its Send event, for the same key and for GET /mail", async () => {
    await crashAt(point);
    await setup.takeEvents();

    const again = await setup.send({}, key());
    const followed = await setup.getMail("mai_1");

    const sent = { recipient: "ada@example.com", status: "sent", messageId: expect.any(String) as string };
    expect(again.body).toEqual({ id: "mai_1", recipients: [sent] });
    expect(followed.body.recipients).toEqual([{ ...sent, outcome: "delivered" }]);
    expect(setup.asked).toHaveLength(1);
  });
});

test("a group that crashed is settled as one, and those who were held back were not mailed", async () => {
  await setup.suppress("ten_ada", "bounced@example.com");
  const body = { to: ["ada@example.com", "bounced@example.com", "nobody"], cc: "eve@example.com" };
  await crashAt("after SES took the mail", body);
  setup.time.nowMs += 30_000;
  await setup.takeEvents();

  const again = await setup.send(body, key());

  expect(again.body.recipients).toMatchObject([
    { recipient: "ada@example.com", status: "sent" },
    { recipient: "bounced@example.com", status: "failed", code: "unavailable" },
    { recipient: "nobody", status: "invalid" },
    { recipient: "eve@example.com", status: "sent" },
  ]);
});

test("another tenant's events settle nothing of ours", async () => {
  await crashAt("after SES took the mail");
  setup.time.nowMs += 30_000;
  await setup.takeEvents("ten_bob");

  const again = await setup.send({}, key());

  expect(again.body.recipients).toMatchObject([{ status: "unknown" }]);
});

test("the answer is given although it cannot be recorded", async () => {
  database = (operation) => {
    if (operation === "BatchWriteItem") throw new AwsError("InternalServerError", "out of order", { status: 500 });
  };

  const answer = await setup.send({}, key());

  expect(answer).toMatchObject({ status: 202, body: { recipients: [{ status: "sent" }] } });
});

test("the attempt is written and the gate passed in one step, before SES is asked", async () => {
  const steps: string[] = [];
  await setup.send();
  setup.faults.ses = (operation) => void steps.push(operation);
  // Each waits for the other: one after the other they would wait for ever.
  const both = Promise.withResolvers<void>();
  database = (operation) => {
    // Not the points within an operation.
    if (operation.includes(":")) return undefined;
    steps.push(operation);
    if (steps.length === 2) both.resolve();
    return steps.length <= 2 ? both.promise : undefined;
  };

  await setup.send({}, key());

  expect(steps.slice(0, 2).toSorted()).toEqual(["BatchGetItem", "TransactWriteItems"]);
  expect(steps.slice(2)).toEqual(["SendRawEmail", "BatchWriteItem"]);
});
