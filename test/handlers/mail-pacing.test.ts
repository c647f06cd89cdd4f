// POST /mail to several people at the rate of their SES account.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createPacer } from "../../lambdas/mail/pacing.ts";
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

const people = (count: number) => Array.from({ length: count }, (_, index) => `p${index}@example.com`);

/** SES itself has a rate without end: it is our own pace that is seen. */
const rate = (perSecond: number) => ({ findSendRate: async () => perSecond });

describe("a mail to more people than the account takes at once", () => {
  test("goes to as many as two seconds take, and the others are queued", async () => {
    await setup.connect({ maxSendRate: 1000 });

    const { status, body } = await setup.send({ to: people(6) }, {}, rate(2));

    expect(status).toBe(202);
    expect(body.recipients.map((result) => result.status)).toEqual([
      "sent",
      "sent",
      "sent",
      "sent",
      "queued",
      "queued",
    ]);
    expect(setup.waits).toEqual([500, 500]);
    expect(setup.woken).toEqual([{ kind: "line", tenantId: "ten_ada", connectionId: "con_a" }]);
  });

  test("tells those who cannot be queued when to try again", async () => {
    await setup.connect({ maxSendRate: 1000 });
    const bulks = { ...setup.deps.bulks, createBulk: () => Promise.reject(new Error("The table is gone.")) };

    const { status, body } = await setup.send({ to: people(4) }, {}, { ...rate(1), bulks });

    expect(status).toBe(202);
    expect(body.recipients.slice(2)).toMatchObject([
      { recipient: "p2@example.com", status: "failed", code: "rate_limited", retryAfterSeconds: 1 },
      { recipient: "p3@example.com", status: "failed", code: "rate_limited", retryAfterSeconds: 1 },
    ]);
  });

  test("counts a group by its people", async () => {
    await setup.connect({ maxSendRate: 1000 });
    await setup.send({ to: people(4), group: true }, {}, rate(4));

    await setup.send({ to: people(2), group: true }, {}, rate(4));

    expect(setup.waits).toEqual([500]);
  });

  test("asks SES for the rate once in ten minutes, and not for one person", async () => {
    await setup.connect();
    let asked = 0;
    setup.faults.quota = () => void (asked += 1);
    await setup.send();
    const forOne = asked;
    await setup.send({ to: people(2) });
    await setup.send({ to: people(2) });
    const soon = asked;
    setup.time.nowMs += 10 * 60_000;

    await setup.send({ to: people(2) });

    expect([forOne, soon, asked]).toEqual([0, 1, 2]);
  });

  test("goes on without a rate that SES does not tell, and asks again a minute later", async () => {
    await setup.connect({ maxSendRate: 1000 });
    let asked = 0;
    setup.faults.quota = () => {
      asked += 1;
      throw new AwsError("AccessDenied", "not authorized to perform ses:GetSendQuota", { status: 403 });
    };
    const { body } = await setup.send({ to: people(3) });
    const first = asked;
    setup.time.nowMs += 60_000;
    setup.sessionTime.passedMs += 60_000;

    await setup.send({ to: people(3) });

    expect(body.recipients.every(({ status }) => status === "sent")).toBe(true);
    expect(asked).toBe(2 * first);
  });
});

describe("places in an account's line", () => {
  test("are of each account alone", () => {
    const pacer = createPacer(() => 0);

    pacer.takePlace("con_a", 1, 1, 1000);

    expect(pacer.takePlace("con_a", 1, 1, 1000)).toEqual({ waitMs: 1000 });
    expect(pacer.takePlace("con_b", 1, 1, 1000)).toEqual({ waitMs: 0 });
  });

  test("are not taken when they are too late", () => {
    const pacer = createPacer(() => 0);
    pacer.takePlace("con_a", 1, 3, 5000);

    const late = pacer.takePlace("con_a", 1, 1, 2000);

    expect(late).toEqual({ tooLateByMs: 1000 });
    expect(pacer.takePlace("con_a", 1, 1, 3000)).toEqual({ waitMs: 3000 });
  });

  test("come back with time, up to a second's worth", () => {
    let nowMs = 0;
    const pacer = createPacer(() => nowMs);
    pacer.takePlace("con_a", 10, 10, 0);
    nowMs = 3_600_000;

    const places = Array.from({ length: 11 }, () => pacer.takePlace("con_a", 10, 1, 1000));

    expect(places.at(9)).toEqual({ waitMs: 0 });
    expect(places.at(10)).toEqual({ waitMs: 100 });
  });

  test("let a message to more people than a second takes go, and those after it wait", () => {
    const pacer = createPacer(() => 0);

    expect(pacer.takePlace("con_a", 1, 50, 1000)).toEqual({ waitMs: 0 });
    expect(pacer.takePlace("con_a", 1, 1, 1000)).toEqual({ tooLateByMs: 49_000 });
  });
});
