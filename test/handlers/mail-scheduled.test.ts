// POST /mail with `scheduledAt`, and what follows it: cancelled, put off, due, forgotten by EventBridge Scheduler. Real handlers,
// the laptop's SES and tables, a clock that the test moves.
import { ScanCommand, TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { WorkDeps } from "../../lambdas/mail/line/work-batch.ts";
import type { MailView, SendMailResponse } from "../../shared/contract/api/mail.ts";
import type { ErrorBody } from "../../shared/contract/error.ts";
import { createBulks } from "../../shared/store/bulk/bulks.ts";
import { bob } from "../support/api-request.ts";
import { captureOutput } from "../support/captured-output.ts";
import { startDynamoDb, type LocalDynamoDb } from "../support/dynamodb.ts";
import { setUpMail, type MailSetup } from "../support/mail-setup.ts";

/** The clock of the set-up begins at 8:00 UTC. */
const nine = "2026-11-23T09:00:00.000Z";
const ten = "2026-11-23T10:00:00.000Z";

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
  await setup.connect({ maxSendRate: 1000 });
  return setup.stop;
});

const statuses = ({ recipients }: Pick<MailView | SendMailResponse, "recipients">) =>
  recipients.map(({ status }) => status);
const errorOf = ({ body }: { body: unknown }) => (body as ErrorBody).error;
const mailedTo = () => setup.messages.flatMap(({ recipients }) => recipients);
const later = (body: Record<string, unknown> = {}, parts = {}) => setup.send({ scheduledAt: nine, ...body }, parts);
const bulkOf = (mailId: string) => mailId.replace("mai_", "blk_");

const setClock = (iso: string) => {
  setup.time.nowMs = Date.parse(iso);
};

/** EventBridge Scheduler tells the workers, and they do what they are told until nobody is told any more. */
const tellDue = async (mailId: string) => {
  setup.woken.push({ kind: "due", tenantId: "ten_ada", bulkId: bulkOf(mailId) });
  while (setup.woken.length > 0) await setup.workLines();
};

describe("a mail for later", () => {
  test("is answered at once, sent to nobody, and goes out when its time has come, each recipient once", async () => {
    const { status, body } = await later({
      to: ["ada@example.com", "grace@example.com"],
      tags: { campaign: "spring" },
    });
    const before = await setup.getMail(body.id);
    const mailedBefore = mailedTo();
    setClock(nine);
    await tellDue(body.id);
    await tellDue(body.id);
    await setup.takeEvents();
    const after = await setup.getMail(body.id);

    expect([status, body.scheduledAt, statuses(body)]).toEqual([202, nine, ["scheduled", "scheduled"]]);
    expect([before.body.scheduledAt, statuses(before.body), mailedBefore]).toEqual([nine, statuses(body), []]);
    expect(mailedTo()).toEqual(["ada@example.com", "grace@example.com"]);
    expect(after.body.recipients.map((one) => [one.status, one.outcome])).toEqual([
      ["sent", "delivered"],
      ["sent", "delivered"],
    ]);
    expect(setup.messages[0]?.tags).toMatchObject({ campaign: "spring" });
  });

  test("has one schedule, for its time to the second, and never before it", async () => {
    const { body } = await later({ scheduledAt: "2026-11-23T10:00:00.5+01:00" });

    expect(body.scheduledAt).toBe("2026-11-23T09:00:00.500Z");
    expect(setup.schedules.open).toEqual([
      { tenantId: "ten_ada", bulkId: bulkOf(body.id), dueAtMs: Date.parse("2026-11-23T09:00:00.500Z") },
    ]);
  });

  test("is filled in from its template as it was when it was asked for", async () => {
    const content = { name: "Winter", subject: "Winter, {{name}}", html: "<p>Dear {{name}}</p>" };
    const change = { content, atIso: "2026-11-23T08:00:00.000Z", by: "key_ada" };
    await setup.templates.createTemplate("ten_ada", "tpl_1", change);
    const { body } = await later({ subject: undefined, text: undefined, template: "tpl_1", data: { name: "Ada" } });
    await setup.templates.changeTemplate("ten_ada", "tpl_1", { ...change, content: { ...content, subject: "Spring" } });
    setClock(nine);

    await tellDue(body.id);

    expect(new TextDecoder().decode(setup.messages[0]?.raw)).toContain("Subject: Winter, Ada");
  });

  test("is one message where its recipients are a group", async () => {
    const { body } = await later({ to: ["ada@example.com"], cc: ["grace@example.com"] });
    setClock(nine);

    await tellDue(body.id);

    expect(setup.messages.map(({ recipients }) => recipients)).toEqual([["ada@example.com", "grace@example.com"]]);
  });

  test("asks whom not to mail when its time has come", async () => {
    const { body } = await later({ to: ["ada@example.com", "grace@example.com"] });
    await setup.suppress("ten_ada", "grace@example.com");
    setClock(nine);

    await tellDue(body.id);

    expect(statuses((await setup.getMail(body.id)).body)).toEqual(["sent", "suppressed"]);
    expect(mailedTo()).toEqual(["ada@example.com"]);
  });

  test("says at once which address is none, and keeps nothing when all are", async () => {
    const some = await later({ to: ["ada@example.com", "nobody"] });
    const none = await later({ to: ["nobody"] });
    setClock(nine);
    await tellDue(some.body.id);

    expect([some.status, statuses(some.body)]).toEqual([202, ["scheduled", "invalid"]]);
    expect([none.status, setup.schedules.open.length]).toEqual([422, 1]);
    expect(statuses((await setup.getMail(some.body.id)).body)).toEqual(["sent", "invalid"]);
    expect((await setup.getMail(none.body.id)).status).toBe(404);
  });

  test("is told of for 30 days after its time, not after its request", async () => {
    const { body } = await later({ scheduledAt: "2026-12-22T08:00:00Z" });
    setClock("2026-12-22T08:00:00Z");
    await tellDue(body.id);

    setClock("2027-01-21T07:00:00Z");
    const then = await setup.getMail(body.id);
    setClock("2027-01-22T09:00:00Z");

    expect([then.status, statuses(then.body)]).toEqual([200, ["sent"]]);
    expect((await setup.getMail(body.id)).status).toBe(404);
  });

  test("goes out by the sweep when EventBridge Scheduler never got it, and no minute before", async () => {
    setup.schedules.isDown = true;
    const { status, body } = await later();
    setClock("2026-11-23T09:00:59Z");
    await setup.sweep();
    const early = setup.woken.length;
    setClock("2026-11-23T09:01:01Z");
    await setup.sweep();
    const told = [...setup.woken];
    while (setup.woken.length > 0) await setup.workLines();
    await setup.sweep();

    expect([status, early, told]).toEqual([202, 0, [{ kind: "due", tenantId: "ten_ada", bulkId: bulkOf(body.id) }]]);
    expect([mailedTo(), setup.woken]).toEqual([["ada@example.com"], []]);
  });

  test("whose time is told too early is not sent before it", async () => {
    const { body } = await later();
    setClock("2026-11-23T08:59:59.600Z");
    setup.woken.push({ kind: "due", tenantId: "ten_ada", bulkId: bulkOf(body.id) });
    await setup.workLines();
    const again = [...setup.woken];

    expect([mailedTo(), again]).toEqual([[], [{ kind: "due", tenantId: "ten_ada", bulkId: bulkOf(body.id) }]]);
    setClock(nine);
    while (setup.woken.length > 0) await setup.workLines();
    expect(mailedTo()).toEqual(["ada@example.com"]);
  });
});

describe("a time", () => {
  test.each([
    ["over", "2026-11-23T07:00:00Z", "at least 60 seconds ahead: leave it out to send now"],
    ["nearer than a minute", "2026-11-23T08:00:59Z", "at least 60 seconds ahead"],
    ["more than 30 days ahead", "2026-12-23T08:00:01Z", "at most 30 days ahead"],
    ["without a zone", "2026-11-23T09:00:00", "with its zone"],
    ["of no calendar", "2026-11-31T09:00:00Z", "with its zone"],
    ["in words", "in 1 hour", "with its zone"],
  ])("that is %s is refused, with what to do", async (_, scheduledAt, says) => {
    const answer = await later({ scheduledAt });

    expect([answer.status, errorOf(answer).details?.[0]?.path]).toEqual([400, "scheduledAt"]);
    expect(errorOf(answer).details?.[0]?.message).toContain(says);
    expect(setup.schedules.open).toEqual([]);
  });
});

describe("with an idempotency key", () => {
  const parts = { headers: { "idempotency-key": "order-7" } };

  test("a mail for later is made once, also when it is asked for again near its time, or after it", async () => {
    const first = await later({}, parts);
    setClock("2026-11-23T08:59:30Z");
    const near = await later({}, parts);
    setClock(nine);
    await tellDue(first.body.id);
    const afterwards = await later({}, parts);

    expect([near.status, near.body, near.headers["idempotent-replayed"]]).toEqual([202, first.body, "true"]);
    expect(afterwards.body).toEqual(first.body);
    expect(setup.schedules.open).toHaveLength(1);
    expect(mailedTo()).toEqual(["ada@example.com"]);
  });

  test("asked for twice at once it is made once", async () => {
    const answers = await Promise.all([later({}, parts), later({}, parts)]);
    setClock(nine);
    for (const { body } of answers) await tellDue(body.id);

    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect(mailedTo()).toEqual(["ada@example.com"]);
  });

  test("it is there when the table took it and its answer was lost", async () => {
    const send = async (command: object) => {
      const answer = await dynamodb.client.send(command as never);
      // As the SDK asks again.
      return command instanceof TransactWriteCommand
        ? dynamodb.client.send(new TransactWriteCommand({ ...command.input, ClientRequestToken: "again" }))
        : answer;
    };
    const client = Object.create(dynamodb.client, { send: { value: send } }) as LocalDynamoDb["client"];
    const bulks = createBulks({ client, tableName: `Directory${tables}` });
    const first = await setup.send({ scheduledAt: nine }, parts, { bulks });
    setClock(nine);

    await tellDue(first.body.id);

    expect([first.status, mailedTo()]).toEqual([202, ["ada@example.com"]]);
  });

  test("another time is another request", async () => {
    await later({}, parts);

    const other = await later({ scheduledAt: ten }, parts);

    expect([other.status, errorOf(other).code]).toEqual([422, "unprocessable"]);
  });

  test("nothing is left of one that could not be stored: the same again makes it", async () => {
    const createBulk = () => Promise.reject(new Error("died"));
    const died = await setup.send({ scheduledAt: nine }, parts, { bulks: { ...setup.deps.bulks, createBulk } });

    const again = await later({}, parts);
    setClock(nine);
    await tellDue(again.body.id);

    expect([died.status, again.status]).toEqual([500, 202]);
    expect(mailedTo()).toEqual(["ada@example.com"]);
  });
});

describe("cancelled", () => {
  test("it goes to nobody, has no schedule any more, and says so again when asked again", async () => {
    const { body } = await later({ to: ["ada@example.com", "grace@example.com"] });
    const cancelled = await setup.steer("cancel", body.id);
    const again = await setup.steer("cancel", body.id);
    setClock(nine);
    await tellDue(body.id);
    setClock(ten);
    await setup.sweep();

    expect([cancelled.status, statuses(cancelled.body)]).toEqual([200, ["cancelled", "cancelled"]]);
    expect([again.status, again.body]).toEqual([200, cancelled.body]);
    expect([setup.schedules.open, setup.woken, mailedTo()]).toEqual([[], [], []]);
  });

  test("it stays so when its schedule could not be deleted", async () => {
    const { body } = await later();
    setup.schedules.isDown = true;
    const { status } = await setup.steer("cancel", body.id);
    setClock(nine);

    await tellDue(body.id);

    expect([status, mailedTo()]).toEqual([200, []]);
  });

  /** Tries a cancel before each step of the table's while a mail begins and goes out. @returns what was answered, and came of it */
  async function cancelAtEachStep(to: string[], workDeps: Partial<WorkDeps>) {
    let stepsLeft = Infinity;
    let onStep = async (): Promise<void> => undefined;
    const send = async (command: never) => {
      stepsLeft -= 1;
      if (stepsLeft === 0) await onStep();
      return dynamodb.client.send(command);
    };
    const client = Object.create(dynamodb.client, { send: { value: send } }) as LocalDynamoDb["client"];
    const tableName = await dynamodb.createDirectoryTable(`Racing${(tables += 1)}`);
    const racing = await setUpMail({ ...dynamodb, client }, tableName);
    await racing.connect({ maxSendRate: 1000 });
    const races: { status: number; answered: string[]; after: string[]; mailed: number }[] = [];
    for (let step = 1, isReached = true; isReached; step++) {
      racing.time.nowMs = Date.parse("2026-11-23T08:00:00Z");
      racing.messages.length = 0;
      const { body } = await racing.send({ scheduledAt: nine, to });
      racing.time.nowMs = Date.parse(nine);
      let answer: Awaited<ReturnType<typeof racing.steer>> | undefined;
      onStep = async () => {
        answer = await racing.steer("cancel", body.id);
      };
      racing.woken.push({ kind: "due", tenantId: "ten_ada", bulkId: bulkOf(body.id) });
      stepsLeft = step;
      while (racing.woken.length > 0) await racing.workLines(workDeps);
      stepsLeft = Infinity;
      isReached = answer !== undefined;
      if (!answer) continue;
      const after = statuses((await racing.getMail(body.id)).body);
      const answered = answer.status === 200 ? statuses(answer.body) : [];
      races.push({ status: answer.status, answered, after, mailed: racing.messages.length });
    }
    await racing.stop();
    return races;
  }

  test("at whatever step of its beginning, either it goes out or it does not", async () => {
    const races = await cancelAtEachStep(["ada@example.com", "grace@example.com"], {});

    expect(new Set(races.map(({ status }) => status))).toEqual(new Set([200, 409]));
    for (const { status, answered, after, mailed } of races) {
      const [end, many] = status === 200 ? ["cancelled", 0] : ["sent", 2];
      expect([after, mailed]).toEqual([[end, end], many]);
      if (status === 200) expect(answered).toEqual(after);
    }
  });

  test("at whatever step of going out one by one, what it answers is how it stays", async () => {
    const oneByOne = { findSendQuota: async () => ({ ratePerSecond: 4, left: 1000 }) };

    const races = await cancelAtEachStep(["p1@example.com", "p2@example.com", "p3@example.com"], oneByOne);

    for (const { status, answered, after, mailed } of races) {
      expect(after.filter((end) => end === "sent")).toHaveLength(mailed);
      if (status === 409) expect(after).toEqual(["sent", "sent", "sent"]);
      else expect([answered, answered.at(-1)]).toEqual([after, "cancelled"]);
    }
    const ends = new Set(races.map(({ status, after }) => `${status} ${after.join()}`));
    expect([...ends]).toEqual(expect.arrayContaining(["200 sent,cancelled,cancelled", "409 sent,sent,sent"]));
  });

  test("in its line, before anyone is begun, it goes to nobody", async () => {
    const { body } = await later();
    setClock(nine);
    setup.woken.push({ kind: "due", tenantId: "ten_ada", bulkId: bulkOf(body.id) });
    await setup.workLines();
    const inLine = await setup.getMail(body.id);

    const cancelled = await setup.steer("cancel", body.id);
    while (setup.woken.length > 0) await setup.workLines();

    expect([statuses(inLine.body), statuses(cancelled.body), mailedTo()]).toEqual([["queued"], ["cancelled"], []]);
  });

  test("too late it is told so", async () => {
    const { body } = await later();
    setClock(nine);
    await tellDue(body.id);
    const { body: atOnce } = await setup.send();

    const answers = [await setup.steer("cancel", body.id), await setup.steer("cancel", atOnce.id)];

    expect(answers.map((answer) => [answer.status, errorOf(answer).code])).toEqual([
      [409, "conflict"],
      [409, "conflict"],
    ]);
    expect(errorOf(answers[0]!).message).toContain(`GET /mail/${body.id}`);
  });

  test("those of a mail who are queued are, and those who were sent to are not", async () => {
    const to = ["p1@example.com", "p2@example.com", "p3@example.com"];
    const { body } = await setup.send({ to }, {}, { findSendRate: async () => 1 });

    const { body: after } = await setup.steer("cancel", body.id);
    await setup.workLines();

    expect(statuses(body)).toEqual(["sent", "sent", "queued"]);
    expect(statuses(after)).toEqual(["sent", "sent", "cancelled"]);
    expect(mailedTo()).toEqual(to.slice(0, 2));
  });
});

describe("rescheduled", () => {
  const at = (scheduledAt: string) => ({ body: { scheduledAt } });

  test("it goes out at its new time and not at the one before", async () => {
    const { body } = await later();
    const moved = await setup.steer("reschedule", body.id, at(ten));
    setClock(nine);
    await tellDue(body.id);
    setClock("2026-11-23T09:30:00Z");
    await setup.sweep();
    const before = mailedTo();
    setClock(ten);
    await tellDue(body.id);

    expect([moved.status, moved.body.scheduledAt, statuses(moved.body)]).toEqual([200, ten, ["scheduled"]]);
    expect(setup.schedules.open.map(({ dueAtMs }) => dueAtMs)).toEqual([Date.parse(ten)]);
    expect([before, mailedTo()]).toEqual([[], ["ada@example.com"]]);
  });

  test("to be earlier it is found by the sweep, too", async () => {
    const { body } = await later({ scheduledAt: ten });
    setup.schedules.isDown = true;
    await setup.steer("reschedule", body.id, at(nine));
    setClock("2026-11-23T09:02:00Z");

    await setup.sweep();
    while (setup.woken.length > 0) await setup.workLines();

    expect(mailedTo()).toEqual(["ada@example.com"]);
  });

  test("again and again it is still there, and told of 30 days after its last time", async () => {
    const { body } = await later();
    setClock("2026-11-23T08:30:00Z");
    await setup.steer("reschedule", body.id, at("2026-12-23T08:00:00Z"));
    setClock("2026-12-22T08:00:00Z");
    await setup.steer("reschedule", body.id, at("2027-01-20T08:00:00Z"));
    const { Items = [] } = await dynamodb.client.send(new ScanCommand({ TableName: `Directory${tables}` }));
    const ofMail = Items.filter(({ pk }) => /^(BULK|MAIL|DUE)#/.test(String(pk)));
    const keptUntil = Date.parse("2027-02-19T08:00:00Z") / 1000;
    expect(ofMail.map(({ pk, sk, expiresAtSeconds }) => [pk, sk, expiresAtSeconds])).toEqual(
      ofMail.map(({ pk, sk }) => [pk, sk, keptUntil]),
    );
    expect(ofMail).toHaveLength(5);
    setClock("2027-01-20T08:00:00Z");
    await tellDue(body.id);
    setClock("2027-02-18T08:00:00Z");

    expect(statuses((await setup.getMail(body.id)).body)).toEqual(["sent"]);
    expect(mailedTo()).toEqual(["ada@example.com"]);
  });

  test.each([
    ["a time that is over", { body: { scheduledAt: "2026-11-23T07:00:00Z" } }, 400],
    ["no time", { body: {} }, 400],
    ["another tenant", { ...at(ten), actor: bob }, 404],
  ])("with %s it is refused, and stays as it was", async (_, parts, status) => {
    const { body } = await later();

    const answer = await setup.steer("reschedule", body.id, parts);

    expect(answer.status).toBe(status);
    expect((await setup.getMail(body.id)).body.scheduledAt).toBe(nine);
  });

  test("too late, or cancelled, it is refused", async () => {
    const { body: sent } = await later();
    const { body: cancelled } = await later();
    await setup.steer("cancel", cancelled.id);
    setClock(nine);
    await tellDue(sent.id);

    const answers = await Promise.all([sent, cancelled].map(({ id }) => setup.steer("reschedule", id, at(ten))));

    expect(answers.map((answer) => errorOf(answer).code)).toEqual(["conflict", "conflict"]);
  });
});

test("another tenant sees and cancels none of it, and what nobody made is not found", async () => {
  const { body } = await later();

  const answers = [
    await setup.getMail(body.id, { actor: bob }),
    await setup.steer("cancel", body.id, { actor: bob }),
    await setup.steer("cancel", "mai_9"),
  ];

  expect(answers.map(({ status }) => status)).toEqual([404, 404, 404]);
  expect(statuses((await setup.getMail(body.id)).body)).toEqual(["scheduled"]);
});
