// POST /mail/bulk with `scheduledAt`, in virtual time: due, cancelled, put off, forgotten by EventBridge Scheduler.
import { describe, expect, test } from "vitest";
import type { BulkView } from "../../shared/contract/api/bulk.ts";
import type { ErrorBody } from "../../shared/contract/error.ts";
import { createBulks } from "../../shared/store/bulk/bulks.ts";
import { createDueList } from "../../shared/store/bulk/due-list.ts";
import { bob } from "../support/api-request.ts";
import { bulk, people, setUpBulk } from "../support/bulk-setup.ts";
import type { LocalDynamoDb } from "../support/dynamodb.ts";
import { beforeEachBulkTest, type BulkTest } from "../support/bulk-tests.ts";

const nine = "2026-11-23T09:00:00.000Z";
const ten = "2026-11-23T10:00:00.000Z";
const hourMs = 3_600_000;

let { dynamodb, time, ses, setup } = {} as BulkTest;
beforeEachBulkTest((made) => ({ dynamodb, time, ses, setup } = made));

const later = (body: Record<string, unknown> = {}, parts = {}) =>
  setup.send({ scheduledAt: nine, recipients: people(70), ...body }, parts);
const isFinished = ({ status }: BulkView) => status === "finished";
const mailed = () => ses.account("con_a").accepted.flatMap(({ recipients }) => recipients);
const errorOf = ({ body }: { body: unknown }) => (body as ErrorBody).error;
const passTo = (iso: string) => setup.passTime(Date.parse(iso) - time.clock());
const everyone = people(70)
  .map(({ to }) => to)
  .toSorted();

describe("a scheduled bulk", () => {
  test("waits for its time, and then goes out to everyone once", async () => {
    const { status, body } = await later();
    await setup.passTime(hourMs - 1000);
    const before = [await setup.getBulk(body.id), mailed()] as const;
    await passTo(nine);
    await setup.tellDue(body.id);
    await setup.tellDue(body.id);
    const done = await setup.waitFor(body.id, isFinished);

    expect([status, body.status, body.scheduledAt, body.counts.waiting]).toEqual([202, "scheduled", nine, 70]);
    expect([before[0].status, before[1]]).toEqual(["scheduled", []]);
    expect([done.counts.sent, mailed().toSorted()]).toEqual([70, everyone]);
    expect(setup.schedules.open).toEqual([{ tenantId: "ten_ada", bulkId: body.id, dueAtMs: Date.parse(nine) }]);
  });

  test("is found by the sweep when EventBridge Scheduler never got it", async () => {
    setup.schedules.isDown = true;
    const { body } = await later();
    await passTo(nine);
    await setup.sweep();
    const atNine = (await setup.getBulk(body.id)).status;
    await setup.passTime(61_000);
    await setup.sweep();
    await setup.waitFor(body.id, isFinished);

    expect(atNine).toBe("scheduled");
    expect(mailed().toSorted()).toEqual(everyone);
  });

  test("goes on by the sweep when what it told the workers on entering its line was lost", async () => {
    const { body } = await later();
    await passTo(nine);
    await setup.tellDue(body.id);
    setup.loseMessages(true);
    await setup.passTime(5000);
    const inLine = (await setup.getBulk(body.id)).status;
    setup.loseMessages(false);

    await setup.sweep();
    await setup.waitFor(body.id, isFinished);

    expect(inLine).toBe("queued");
    expect(mailed().toSorted()).toEqual(everyone);
  });

  test("is previewed with its time, which must be a good one", async () => {
    const previewAt = (scheduledAt: string) =>
      setup.request<unknown>("POST /mail/bulk/preview", { body: { ...bulk, recipients: people(1), scheduledAt } });

    const answers = [await previewAt(nine), await previewAt("2026-11-23T07:00:00Z")];

    expect(answers.map(({ status }) => status)).toEqual([200, 400]);
  });

  test("with a key is made once, also when it is asked for again near its time", async () => {
    const parts = { headers: { "idempotency-key": "spring" } };
    const first = await later({}, parts);
    await setup.passTime(hourMs - 10_000);

    const again = await later({}, parts);
    const other = await later({ scheduledAt: ten }, parts);

    expect([again.status, again.body.id, again.headers["idempotent-replayed"]]).toEqual([202, first.body.id, "true"]);
    expect([other.status, setup.schedules.open.length]).toEqual([422, 1]);
  });

  test("at a time that is over, too near, or too far, is refused", async () => {
    const times = ["2026-11-23T07:00:00Z", "2026-11-23T08:00:30Z", "2026-12-24T08:00:00Z"];

    const answers = await Promise.all(times.map((scheduledAt) => later({ scheduledAt })));

    expect(answers.map((answer) => [answer.status, errorOf(answer).details?.[0]?.path])).toEqual(
      times.map(() => [400, "scheduledAt"]),
    );
  });

  test("goes before a bulk of its connection that was made later", async () => {
    const { body: first } = await later({ scheduledAt: "2026-11-23T08:10:00Z", recipients: people(20) });
    await setup.passTime(600_000);
    await setup.tellDue(first.id);
    const { body: second } = await setup.send({ recipients: [{ to: "last@people.example", data: { name: "L" } }] });

    await setup.waitFor(second.id, isFinished);

    expect(mailed().at(-1)).toBe("last@people.example");
  });
});

describe("cancelled", () => {
  test("it goes to nobody, whoever says then that it is due", async () => {
    const { body } = await later();
    const cancelled = await setup.steer("cancel", body.id);
    const again = await setup.steer("cancel", body.id);
    await passTo(nine);
    await setup.tellDue(body.id);
    await setup.passTime(hourMs);
    await setup.sweep();
    await setup.passTime(60_000);

    expect([cancelled.status, cancelled.body.status, cancelled.body.counts.cancelled]).toEqual([200, "cancelled", 70]);
    expect([again.body, setup.schedules.open, mailed()]).toEqual([cancelled.body, [], []]);
  });

  test("just when it becomes due, everybody is either mailed or cancelled", async () => {
    const { body } = await later();
    await passTo(nine);

    await Promise.all([setup.tellDue(body.id), setup.steer("cancel", body.id)]);
    await setup.passTime(60_000);

    const { status, counts } = await setup.getBulk(body.id);
    expect([status, counts.sent + counts.cancelled, mailed().length]).toEqual(["cancelled", 70, counts.sent]);
  });
});

describe("rescheduled", () => {
  const at = (scheduledAt: string) => ({ body: { scheduledAt } });

  test("it goes out at its new time and not at the one before", async () => {
    const { body } = await later();
    const moved = await setup.steer("reschedule", body.id, at(ten));
    await passTo(nine);
    await setup.tellDue(body.id);
    await setup.passTime(120_000);
    await setup.sweep();
    const before = mailed();
    await passTo(ten);
    await setup.tellDue(body.id);
    await setup.waitFor(body.id, isFinished);

    expect([moved.status, moved.body.status, moved.body.scheduledAt]).toEqual([200, "scheduled", ten]);
    expect(setup.schedules.open.map(({ dueAtMs }) => dueAtMs)).toEqual([Date.parse(ten)]);
    expect([before, mailed().toSorted()]).toEqual([[], everyone]);
  });

  test("at whatever step of its cancelling, it is cancelled", async () => {
    let stepsLeft = Infinity;
    let onStep = async (): Promise<void> => undefined;
    const send = async (command: never) => {
      stepsLeft -= 1;
      if (stepsLeft === 0) await onStep();
      return dynamodb.client.send(command);
    };
    const client = Object.create(dynamodb.client, { send: { value: send } }) as LocalDynamoDb["client"];
    const tableName = await dynamodb.createDirectoryTable("Racing");
    const racing = setUpBulk({ client }, tableName, time, ses);
    racing.connect();
    const bulks = createBulks({ client: dynamodb.client, tableName });
    const moved: boolean[] = [];

    for (let step = 1, isReached = true; isReached; step++) {
      const { body } = await racing.send({ scheduledAt: nine, recipients: people(1) });
      isReached = false;
      onStep = async () => {
        isReached = true;
        const known = await bulks.findBulk("ten_ada", body.id, time.clock());
        moved.push(known !== undefined && (await bulks.reschedule("ten_ada", known, Date.parse(ten))));
      };
      stepsLeft = step;
      const { status, body: cancelled } = await racing.steer("cancel", body.id);
      stepsLeft = Infinity;

      expect([step, status, cancelled.status]).toEqual([step, 200, "cancelled"]);
    }

    const late = { nowMs: Date.parse(ten) + hourMs, limit: 1000 };
    expect([moved.includes(true), moved.includes(false)]).toEqual([true, true]);
    expect(await createDueList({ client: dynamodb.client, tableName }).listDue(late.nowMs, late)).toEqual([]);
  });

  test("is refused of a bulk that has begun, of another tenant's, and without a good time", async () => {
    const { body: begun } = await setup.send({ recipients: people(5) });
    const { body } = await later();

    const answers = [
      await setup.steer("reschedule", begun.id, at(nine)),
      await setup.steer("reschedule", body.id, { ...at(ten), actor: bob }),
      await setup.steer("reschedule", body.id, at("2026-11-23T07:00:00Z")),
    ];

    expect(answers.map(({ status }) => status)).toEqual([409, 404, 400]);
  });
});
