// A bulk of ten thousand at the account's rate, with throttles, crashes and neighbours: real handlers, virtual time.
import { describe, expect, test } from "vitest";
import type { BulkView } from "../../shared/contract/api/bulk.ts";
import { bob } from "../support/api-request.ts";
import { people } from "../support/bulk-setup.ts";
import { beforeEachBulkTest, type BulkTest } from "../support/bulk-tests.ts";

let { time, ses, setup } = {} as BulkTest;
beforeEachBulkTest((made) => ({ time, ses, setup } = made), { ratePerSecond: 200, throttledShare: 0.01 });

const mailed = (connectionId = "con_a") => ses.account(connectionId).accepted.flatMap(({ recipients }) => recipients);

const idealMs = 50_000;
const tookMs = ({ createdAt, finishedAt = "" }: BulkView) => Date.parse(finishedAt) - Date.parse(createdAt);

describe("a bulk of 10,000 at 200 a second", () => {
  test("finishes within 5 % of the ideal time with 1 % of throttles, and another tenant's mail does not wait for it", async () => {
    setup.connect("ten_bob", "con_b");

    const { body } = await setup.send({ recipients: people(10_000) });
    await setup.waitFor(body.id, ({ counts }) => counts.sent > 2000);
    const other = await setup.send({ recipients: people(1) }, { actor: bob });
    const otherDone = await setup.waitFor(other.body.id, ({ status }) => status === "finished", { actor: bob });
    const meanwhile = await setup.getBulk(body.id);
    const done = await setup.waitFor(body.id, ({ status }) => status === "finished");

    expect(tookMs(otherDone)).toBeLessThan(1500);
    expect(meanwhile.counts.waiting).toBeGreaterThan(7000);
    expect(tookMs(done)).toBeLessThan(idealMs * 1.05);
    expect(tookMs(done)).toBeGreaterThan(idealMs * 0.98);
    expect(done.counts).toMatchObject({ sent: 10_000, waiting: 0, sending: 0, unknown: 0 });
    expect(mailed()).toHaveLength(10_000);
    expect(new Set(mailed()).size).toBe(10_000);
    expect(ses.account("con_a").throttled).toBeGreaterThan(50);
    expect(setup.errors).toEqual([]);
  });

  test("whose worker is killed midway mails nobody twice, and ends for everyone: the few in doubt when their Send events have come", async () => {
    const { body } = await setup.send({ recipients: people(10_000) });
    await setup.waitFor(body.id, ({ counts }) => counts.sent >= 5000);
    const killedAtMs = time.clock();
    const doneBefore = (await setup.getBulk(body.id)).counts.sent;

    setup.killWorkers();
    await setup.waitFor(body.id, ({ counts }) => counts.sent > doneBefore + 100, { everyMs: 1000 });
    const resumedAtMs = Math.min(
      ...ses.account("con_a").accepted.flatMap(({ atMs }) => (atMs > killedAtMs + 1000 ? [atMs] : [])),
    );
    const done = await setup.waitFor(body.id, ({ status }) => status === "finished");
    const inDoubt = done.counts.unknown;
    await setup.settle("con_a");
    const settled = await setup.getBulk(body.id);
    const unknown = await setup.listRecipients(body.id, { status: "unknown" });

    expect(tookMs(done) - (resumedAtMs - killedAtMs)).toBeLessThan(idealMs * 1.05);
    expect(inDoubt).toBeGreaterThan(0);
    expect(inDoubt).toBeLessThanOrEqual(100);
    expect(done.counts.sent + inDoubt).toBe(10_000);
    expect(new Set(mailed()).size).toBe(mailed().length);
    // Whom SES had not taken when the worker died stays in doubt, and is not mailed again.
    expect(settled.counts.sent).toBe(mailed().length);
    expect(settled.counts.sent + settled.counts.unknown).toBe(10_000);
    expect(unknown.map(({ recipient }) => recipient).filter((recipient) => mailed().includes(recipient))).toEqual([]);
    expect(unknown).toHaveLength(settled.counts.unknown);
  });
});
