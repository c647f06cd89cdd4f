// Workers of a bulk that die at every point where they could mail somebody twice, or forget somebody.
import { describe, expect, test } from "vitest";
import type { BulkView } from "../../shared/contract/api/bulk.ts";
import { deathPoints } from "../support/bulk-death.ts";
import { people } from "../support/bulk-setup.ts";
import { beforeEachBulkTest, type BulkTest } from "../support/bulk-tests.ts";

let { ses, setup } = {} as BulkTest;
beforeEachBulkTest((made) => ({ ses, setup } = made));

const total = 60;
/** A quarter of a second's worth, and those who are begun while its last ones have their turns. */
const mostInDoubt = 20;
const isFinished = ({ status }: BulkView) => status === "finished";
const mailed = () => ses.account("con_a").accepted.flatMap(({ recipients }) => recipients);

describe.each(deathPoints)("a worker that dies %s", (point) => {
  test.each([0, 2])("(after %i times) mails nobody twice and forgets nobody", async (times) => {
    setup.death.planAt(point, times);
    const { body } = await setup.send({ recipients: people(total) });

    const done = await setup.waitFor(body.id, isFinished, { everyMs: 5000 });
    const doubtful = await setup.listRecipients(body.id, { status: "unknown" });
    await setup.settle("con_a");
    const settled = await setup.getBulk(body.id);
    const stillDoubtful = await setup.listRecipients(body.id, { status: "unknown" });

    expect(setup.death.isAhead()).toBe(false);
    expect(new Set(mailed()).size).toBe(mailed().length);
    expect(done.counts).toMatchObject({ waiting: 0, sending: 0 });
    expect(done.counts.sent + done.counts.unknown).toBe(total);
    expect(doubtful).toHaveLength(done.counts.unknown);
    expect(doubtful.length).toBeLessThanOrEqual(mostInDoubt);
    expect(settled.counts.sent).toBe(mailed().length);
    expect(stillDoubtful.map(({ recipient }) => recipient).toSorted()).toEqual(
      people(total)
        .map(({ to }) => to)
        .filter((to) => !mailed().includes(to))
        .toSorted(),
    );
    if (point === "before people are begun" && times === 0) expect(doubtful).toEqual([]);
  });
});

test("nobody is sent to before it is written that they are begun, however long that takes", async () => {
  setup.death.planAt("before people are begun", 1, { isHanging: true });
  const { body } = await setup.send({ recipients: people(total) });
  while (setup.death.isAhead()) await setup.passTime(100);
  await setup.passTime(5000);
  const mailedMeanwhile = mailed().length;
  setup.killWorkers();

  await setup.waitFor(body.id, isFinished, { everyMs: 5000 });
  await setup.settle("con_a");
  const settled = await setup.getBulk(body.id);

  // A quarter of a second's worth of 20 a second.
  expect(mailedMeanwhile).toBe(5);
  expect(new Set(mailed()).size).toBe(mailed().length);
  expect(settled.counts).toMatchObject({ sent: total, unknown: 0 });
});

test("workers that die again and again still come to an end, and nobody is mailed twice", async () => {
  const { body } = await setup.send({ recipients: people(total) });
  for (const point of deathPoints) {
    setup.death.planAt(point);
    while (setup.death.isAhead()) await setup.passTime(1000);
  }

  const done = await setup.waitFor(body.id, isFinished, { everyMs: 5000 });
  await setup.settle("con_a");
  const settled = await setup.getBulk(body.id);

  expect(new Set(mailed()).size).toBe(mailed().length);
  expect(done.counts).toMatchObject({ waiting: 0, sending: 0 });
  expect(settled.counts.sent).toBe(mailed().length);
  expect(settled.counts.sent + settled.counts.unknown).toBe(total);
});
