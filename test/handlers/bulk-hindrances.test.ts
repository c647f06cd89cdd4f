// What SES answers to a bulk: which answers end it for a recipient, which hold the whole line up and for how long, and that
// it goes on by itself when the fault is repaired.
import { describe, expect, test } from "vitest";
import type { SendFailureCode } from "../../shared/aws/send-failure.ts";
import type { BulkView } from "../../shared/contract/api/bulk.ts";
import { recipientErrorCodes } from "../../shared/contract/api/mail.ts";
import { people } from "../support/bulk-setup.ts";
import { beforeEachBulkTest, type BulkTest } from "../support/bulk-tests.ts";

let { time, ses, setup } = {} as BulkTest;
beforeEachBulkTest((made) => ({ time, ses, setup } = made));

const isFinished = ({ status }: BulkView) => status === "finished";
const mailed = (connectionId = "con_a") => ses.account(connectionId).accepted.flatMap(({ recipients }) => recipients);

const repair = () => delete ses.account("con_a").refuses;

const minute = 60_000;
/** Nobody's fault in particular: all wait so long. */
const resting: [SendFailureCode, number][] = [
  ["quota_exceeded", 15 * minute],
  ["sending_paused", 15 * minute],
  ["connection_broken", 15 * minute],
  ["unavailable", minute],
];
/** A fault of this mail, or for this recipient: trying again would end the same. */
const ending: SendFailureCode[] = [
  "sender_not_verified",
  "recipient_not_verified",
  "mail_from_not_verified",
  "message_rejected",
  "configuration_set_missing",
  "refused_by_ses",
];

describe("an answer of SES", () => {
  test.each(resting)(
    "%s holds the line up: it says till when, and goes on when it is repaired",
    async (code, restMs) => {
      const { body } = await setup.send({ recipients: people(30) });
      await setup.waitFor(body.id, ({ counts }) => counts.sent > 5);
      ses.account("con_a").refuses = code;
      const waiting = await setup.waitFor(body.id, ({ waitingUntil }) => waitingUntil !== undefined);
      const waitMs = Date.parse(waiting.waitingUntil ?? "") - time.clock();
      repair();
      const done = await setup.waitFor(body.id, isFinished, { everyMs: 5000 });

      expect(waiting).toMatchObject({ status: "sending", waitingFor: code, counts: { sending: 0, failed: 0 } });
      expect(waitMs).toBeGreaterThan(restMs - 2000);
      expect(waitMs).toBeLessThanOrEqual(restMs);
      expect(Date.parse(done.finishedAt ?? "") - Date.parse(waiting.waitingUntil ?? "")).toBeGreaterThan(0);
      expect(Date.parse(done.finishedAt ?? "") - Date.parse(waiting.waitingUntil ?? "")).toBeLessThan(10_000);
      expect(done.counts).toMatchObject({ sent: 30, failed: 0, unknown: 0 });
      expect(new Set(mailed()).size).toBe(mailed().length);
    },
  );

  test.each(ending)("%s ends it for the recipient, and is told", async (code) => {
    ses.account("con_a").refuses = code;
    const { body } = await setup.send({ recipients: people(3) });

    const done = await setup.waitFor(body.id, isFinished);

    expect(done.counts).toMatchObject({ failed: 3 });
    expect(await setup.listRecipients(body.id)).toEqual(
      people(3).map(({ to }) => expect.objectContaining({ recipient: to, status: "failed", code }) as object),
    );
  });

  test("that does not come leaves those in doubt whom it is about, and nobody else", async () => {
    ses.account("con_a").refuses = "no_answer";
    const { body } = await setup.send({ recipients: people(30) });
    await setup.waitFor(body.id, ({ counts }) => counts.unknown > 0);
    repair();

    const done = await setup.waitFor(body.id, isFinished);
    const doubtful = await setup.listRecipients(body.id, { status: "unknown" });

    expect(done.counts.sent + done.counts.unknown).toBe(30);
    expect(doubtful[0]).toMatchObject({ code: "no_answer" });
    expect(mailed().filter((to) => doubtful.some(({ recipient }) => recipient === to))).toEqual([]);
  });

  test("that asks to go slower is obeyed, and the rate comes back when SES lets it", async () => {
    const account = ses.account("con_a");
    const { body } = await setup.send({ recipients: people(600) });
    await setup.waitFor(body.id, ({ counts }) => counts.sent > 100);
    account.refuses = "rate_limited";
    const askedBefore = ses.asked();
    await setup.passTime(10_000);
    const askedMeanwhile = ses.asked() - askedBefore;
    repair();
    const repairedAtMs = time.clock();
    const sentByThen = mailed().length;
    const done = await setup.waitFor(body.id, isFinished);

    // At the full rate it would be 200.
    expect(askedMeanwhile).toBeLessThan(120);
    expect(done.counts).toMatchObject({ sent: 600, failed: 0, unknown: 0 });
    expect(new Set(mailed()).size).toBe(600);
    const idealMs = ((600 - sentByThen) / 20) * 1000;
    expect(Date.parse(done.finishedAt ?? "") - repairedAtMs).toBeLessThan(idealMs + 25_000);
  });

  test("has its case here, whatever it is", () => {
    const here = new Set<string>([...resting.map(([code]) => code), ...ending, "no_answer", "rate_limited"]);

    // The last two are seen before SES is asked.
    expect(recipientErrorCodes.filter((code) => !here.has(code))).toEqual(["invalid_address", "invalid_data"]);
  });
});

describe("two connections of one tenant", () => {
  test("have lines of their own: neither waits for the other", async () => {
    setup.connect("ten_ada", "con_b");
    const first = await setup.send({ recipients: people(400), connection: "con_a" });
    await setup.waitFor(first.body.id, ({ counts }) => counts.sent > 20);
    ses.account("con_a").refuses = "sending_paused";
    await setup.waitFor(first.body.id, ({ waitingUntil }) => waitingUntil !== undefined);

    const second = await setup.send({ recipients: people(20), connection: "con_b" });
    const done = await setup.waitFor(second.body.id, isFinished);
    const meanwhile = await setup.getBulk(first.body.id);

    expect(Date.parse(done.finishedAt ?? "") - Date.parse(done.createdAt)).toBeLessThan(3000);
    expect(done.waitingUntil).toBeUndefined();
    expect(mailed("con_b")).toHaveLength(20);
    expect(meanwhile).toMatchObject({ waitingFor: "sending_paused", status: "sending" });
  });

  test("send at once, each at its own account's rate", async () => {
    setup.connect("ten_ada", "con_b");
    ses.account("con_b").ratePerSecond = 40;
    const both = [
      await setup.send({ recipients: people(200), connection: "con_a" }),
      await setup.send({ recipients: people(200), connection: "con_b" }),
    ];

    const [slow, fast] = [
      await setup.waitFor(both[0]?.body.id ?? "", isFinished),
      await setup.getBulk(both[1]?.body.id ?? ""),
    ];

    const tookMs = ({ createdAt, finishedAt = "" }: BulkView) => Date.parse(finishedAt) - Date.parse(createdAt);
    expect(tookMs(slow)).toBeGreaterThan(9500);
    expect(tookMs(slow)).toBeLessThan(11_000);
    expect(tookMs(fast)).toBeLessThan(6000);
    expect(ses.account("con_a").throttled + ses.account("con_b").throttled).toBe(0);
  });
});
