// Attempts to send and the keys they claim: written once, settled by whoever learns of it, gone in time.
import { GetCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { AwsError } from "../../../local/protocol.ts";
import { attemptIdOf, parseAttemptId } from "../../../shared/domain/message-tags.ts";
import { createAttempts, type Attempts, type MailAttempt } from "../../../shared/store/attempts.ts";
import { startDynamoDb, type LocalDynamoDb } from "../../support/dynamodb.ts";
import { waiting } from "../../support/projected-ledger.ts";

const tenantId = "ten_ada";
const nowMs = Date.parse("2026-11-23T08:00:00Z");
const dayMs = 86_400_000;

let dynamodb: LocalDynamoDb;
let attempts: Attempts;
let tableName: string;
let tables = 0;
let fault: ((operation: string) => void) | undefined;

beforeAll(async () => {
  dynamodb = await startDynamoDb({ faults: (operation) => fault?.(operation) });
});
afterAll(() => dynamodb.stop());
beforeEach(async () => {
  fault = undefined;
  tableName = await dynamodb.createDirectoryTable(`Directory${(tables += 1)}`);
  attempts = createAttempts({ client: dynamodb.client, tableName, waiting, clock: () => nowMs });
});

const mail = (mailId = "mai_1", parts: Partial<MailAttempt> = {}): MailAttempt => ({
  mailId,
  createdAtMs: nowMs,
  recipients: [{ recipient: "ada@example.com" }, { recipient: "nobody", wrong: "is no address" }],
  isGroup: false,
  ...parts,
});

const claim = (resultId: string, claimedAtMs = nowMs, key = "order-7") => ({
  key,
  fingerprint: "f1",
  resultId,
  claimedAtMs,
});

const settled = (mailId = "mai_1", messageNumber = 0, messageId = "ses-1") => ({
  mailId,
  messageNumber,
  messageId,
  recipients: ["ada@example.com"],
  sentAtMs: nowMs,
});

const expiryOf = async (pk: string, sk: string): Promise<unknown> =>
  (await dynamodb.client.send(new GetCommand({ TableName: tableName, Key: { pk, sk } }))).Item?.["expiresAtSeconds"];

describe("a mail", () => {
  test("is found as it was begun, by its tenant alone, for 30 days", async () => {
    await attempts.beginMail(tenantId, mail());

    expect(await attempts.findMail(tenantId, "mai_1", nowMs)).toEqual({ ...mail(), settlements: new Map() });
    expect(await attempts.findMail("ten_bob", "mai_1", nowMs)).toBeUndefined();
    expect(await attempts.findMail(tenantId, "mai_1", nowMs + 30 * dayMs)).toBeUndefined();
  });

  test("expires by seconds, and its settlements and key do too", async () => {
    await attempts.beginMail(tenantId, mail(), claim("mai_1"));
    await attempts.settleMessages(tenantId, [settled()]);

    // 2026-12-23T08:00:00Z and 2026-11-24T08:00:00Z.
    expect(await expiryOf("MAIL#ten_ada#mai_1", "MAIL")).toBe(1_798_012_800);
    expect(await expiryOf("MAIL#ten_ada#mai_1", "SENT#0")).toBe(1_798_012_800);
    expect(await expiryOf("IDEMPOTENCY#ten_ada#order-7", "CLAIM")).toBe(1_795_507_200);
  });

  test("keeps its answer as it was given, and what is written with it", async () => {
    const answer = { status: 202, body: '{"id":"mai_1","recipients":[]}' };
    await attempts.beginMail(tenantId, mail());

    await attempts.recordAnswer(tenantId, mail(), answer, [{ pk: "R#x", sk: "1" }]);

    expect(await attempts.findMail(tenantId, "mai_1", nowMs)).toEqual({ ...mail(), answer, settlements: new Map() });
    expect(
      (await dynamodb.client.send(new GetCommand({ TableName: tableName, Key: { pk: "R#x", sk: "1" } }))).Item,
    ).toBeDefined();
  });
});

describe("a key", () => {
  test("is claimed by the first; the others find its claim, and write nothing", async () => {
    const first = await attempts.beginMail(tenantId, mail("mai_1"), claim("mai_1"));

    const second = await attempts.beginMail(tenantId, mail("mai_2"), claim("mai_2", nowMs + 1));

    expect([first, second]).toEqual([undefined, claim("mai_1")]);
    expect(await attempts.findMail(tenantId, "mai_2", nowMs)).toBeUndefined();
  });

  test("is claimed by one of many at the same time", async () => {
    const ids = Array.from({ length: 8 }, (_, index) => `mai_${index}`);

    const found = await Promise.all(ids.map((id) => attempts.beginMail(tenantId, mail(id), claim(id))));

    const winner = ids[found.findIndex((known) => known === undefined)];
    expect(found.filter((known) => known === undefined)).toHaveLength(1);
    expect(found.filter((known) => known !== undefined).every((known) => known.resultId === winner)).toBe(true);
  });

  test("is free when its 24 hours are over, removed or not", async () => {
    await attempts.beginMail(tenantId, mail("mai_1"), claim("mai_1"));

    const before = await attempts.beginMail(tenantId, mail("mai_2"), claim("mai_2", nowMs + dayMs - 1000));
    const after = await attempts.beginMail(tenantId, mail("mai_3"), claim("mai_3", nowMs + dayMs));

    expect([before?.resultId, after]).toEqual(["mai_1", undefined]);
  });

  test("is one of its tenant", async () => {
    await attempts.beginMail(tenantId, mail("mai_1"), claim("mai_1"));

    expect(await attempts.beginMail("ten_bob", mail("mai_2"), claim("mai_2"))).toBeUndefined();
  });

  test("that was claimed by a write whose answer was lost is found to be one's own", async () => {
    let lost = false;
    fault = (operation) => {
      if (operation !== "TransactWriteItems:done" || lost) return;
      lost = true;
      throw new AwsError("InternalServerError", "lost", { status: 500 });
    };

    await expect(attempts.beginMail(tenantId, mail(), claim("mai_1"))).rejects.toMatchObject({ code: "unavailable" });
    const again = await attempts.beginMail(tenantId, mail(), claim("mai_1"));

    expect(again).toBeUndefined();
  });

  test("is released by its own mail alone", async () => {
    await attempts.beginMail(tenantId, mail("mai_1"), claim("mai_1"));
    await attempts.releaseKey(tenantId, "order-7", "mai_2");
    const kept = await attempts.beginMail(tenantId, mail("mai_2"), claim("mai_2"));

    await attempts.abandonMail(tenantId, "mai_1", "order-7");

    expect(kept?.resultId).toBe("mai_1");
    expect(await attempts.beginMail(tenantId, mail("mai_3"), claim("mai_3"))).toBeUndefined();
    expect(await attempts.findMail(tenantId, "mai_1", nowMs)).toBeUndefined();
  });
});

describe("a settlement", () => {
  test("is kept beside the mail, once however often it comes", async () => {
    await attempts.beginMail(tenantId, mail());

    await attempts.settleMessages(tenantId, [settled(), settled()]);
    await attempts.settleMessages(tenantId, [settled()]);

    const found = await attempts.findMail(tenantId, "mai_1", nowMs);
    expect(found?.settlements).toEqual(new Map([[0, { messageId: "ses-1", recipients: ["ada@example.com"] }]]));
  });

  test("costs a read and no write for a mail whose answer names the message", async () => {
    await attempts.beginMail(tenantId, mail());
    await attempts.recordAnswer(tenantId, mail(), { status: 202, body: '{"recipients":[{"messageId":"ses-1"}]}' });
    const operations: string[] = [];
    fault = (operation) => void operations.push(operation);

    await attempts.settleMessages(tenantId, [settled()]);

    expect(operations.filter((operation) => !operation.includes(":"))).toEqual(["BatchGetItem"]);
  });

  test("tells of a mail of which nothing was written, to its tenant alone", async () => {
    const [first, second] = [settled("mai_2", 0, "ses-1"), settled("mai_2", 2, "ses-2")];

    await attempts.settleMessages(tenantId, [{ ...second, recipients: ["eve@example.com"] }, first]);

    expect(await attempts.findMail(tenantId, "mai_2", nowMs)).toEqual({
      mailId: "mai_2",
      createdAtMs: nowMs,
      isGroup: false,
      recipients: [{ recipient: "ada@example.com" }, { recipient: "eve@example.com" }],
      settlements: new Map([
        [0, { messageId: "ses-1", recipients: ["ada@example.com"] }],
        [1, { messageId: "ses-2", recipients: ["eve@example.com"] }],
      ]),
    });
    expect(await attempts.findMail("ten_bob", "mai_2", nowMs)).toBeUndefined();
    expect(await attempts.findMail(tenantId, "mai_2", nowMs + 30 * dayMs)).toBeUndefined();
  });

  test("of a mail that has expired is passed over, so that a replay brings nobody back", async () => {
    await attempts.settleMessages(tenantId, [{ ...settled(), sentAtMs: nowMs - 31 * dayMs }]);

    expect(await expiryOf(`MAIL#${tenantId}#mai_1`, "SENT#0")).toBeUndefined();
  });

  test("of another tenant's events stays with that tenant", async () => {
    await attempts.beginMail(tenantId, mail());

    await attempts.settleMessages("ten_bob", [settled()]);

    expect((await attempts.findMail(tenantId, "mai_1", nowMs))?.settlements.size).toBe(0);
  });
});

test("the id of an attempt is read back, and nothing else is taken for one", () => {
  expect(parseAttemptId(attemptIdOf("mai_abc", 12))).toEqual({ mailId: "mai_abc", messageNumber: 12 });
  expect(parseAttemptId(attemptIdOf("blk_abc", 9999))).toEqual({ mailId: "blk_abc", messageNumber: 9999 });
  for (const text of ["", "mai_abc", "mai_abc-", "mai_abc-x", "mai_a#b-1", "con_abc-1", "mai_abc-100000", " mai_abc-1"])
    expect(parseAttemptId(text)).toBeUndefined();
});
