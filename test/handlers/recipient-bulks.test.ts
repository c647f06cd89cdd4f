// Bulks name people, with what their mail is to say: an export hands that over, and an erasure takes it out.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { RecipientExport } from "../../shared/contract/api/recipient-rights.ts";
import { createAttempts } from "../../shared/store/attempts.ts";
import { createBulkStates } from "../../shared/store/bulk/bulk-states.ts";
import { createBulks } from "../../shared/store/bulk/bulks.ts";
import type { NewBulk } from "../../shared/store/bulk/bulk-item.ts";
import { call } from "../support/api-request.ts";
import { captureOutput } from "../support/captured-output.ts";
import { nowMs, waiting } from "../support/projected-ledger.ts";
import { startRecipientRights, type RecipientRights } from "../support/recipient-rights.ts";
import { sesEvent } from "../support/ses-events.ts";

const tenantId = "ten_ada";
const person = "grace@people.example";
const sentAtMs = nowMs - 3_600_000;
const iso = (ms: number) => new Date(ms).toISOString();

let rights: RecipientRights;
let bulks: ReturnType<typeof createBulks>;
beforeEach(async () => {
  captureOutput();
  rights = await startRecipientRights();
  bulks = createBulks({ client: rights.db.client, tableName: "Directory", waiting });
});
afterEach(() => rights.stop());

const entryOf = (recipient: string) => ({
  kind: "to",
  recipient,
  address: { mailbox: { address: recipient } },
  data: { name: recipient.split("@")[0], order: 7 },
});

const crowd = (count: number) => Array.from({ length: count }, (_, index) => `p${index}@crowd.example`);

async function makeBulk(recipients: readonly string[], change: Partial<NewBulk> = {}, of = tenantId) {
  const bulk = {
    bulkId: "blk_1",
    kind: "bulk",
    connectionId: "con_one",
    createdAtMs: sentAtMs,
    from: "shop@shop.example",
    subject: "Hello {{name}}",
    ...change,
  } as const;
  await bulks.createBulk(of, bulk, { content: { mime: {} }, recipients: recipients.map(entryOf) });
}

const addressesIn = async (bulkId: string, blocks: number[], of = tenantId) =>
  ((await bulks.listRecipients(of, bulkId, blocks)) as { recipient: string }[][])
    .flat()
    .map(({ recipient }) => recipient);

async function exportAll(): Promise<RecipientExport[]> {
  const pages: RecipientExport[] = [];
  do {
    const cursor = pages.at(-1)?.cursor;
    const { body } = await call<RecipientExport>(rights.handler, "GET /recipients/{address}/export", {
      path: { address: person },
      ...(cursor === undefined ? {} : { query: { cursor } }),
    });
    pages.push(body);
  } while (pages.at(-1)?.cursor !== undefined);
  return pages;
}

const erase = () => call(rights.handler, "DELETE /recipients/{address}", { path: { address: person } });

/** As the categorizer stores it, of the attempt that a line made. */
const sendEvent = (attemptId: string) =>
  sesEvent("send", {
    "mail.destination": [person],
    "mail.timestamp": iso(sentAtMs),
    "mail.tags": { "sesami-attempt": [attemptId] },
  });

describe("the export of a recipient", () => {
  it("has what bulks keep of the person and of nobody else, and what became of it", async () => {
    const recipients = [...crowd(70), person, ...crowd(90).slice(70)];
    await makeBulk(recipients);
    await makeBulk([person], { bulkId: "blk_2", createdAtMs: sentAtMs + 1, scheduledAtMs: nowMs + 5000 });
    await makeBulk([person], { bulkId: "blk_3" }, "ten_bob");
    const states = createBulkStates({ client: rights.db.client, tableName: "Directory", waiting });
    const sent = { place: 20, state: { status: "sent", messageId: "message-1" } } as const;
    await states.recordStates(
      tenantId,
      { bulkId: "blk_1", createdAtMs: sentAtMs },
      [{ block: 1, changes: [sent] }],
      new Map(),
    );

    const [page, ...further] = await exportAll();

    const given = { from: "shop@shop.example", subject: "Hello {{name}}", data: { name: "grace", order: 7 } };
    expect(page?.bulks).toEqual([
      {
        ...given,
        bulkId: "blk_1",
        createdAt: iso(sentAtMs),
        expiresAt: iso(sentAtMs + 30 * 86_400_000),
        result: { status: "sent", messageId: "message-1" },
      },
      {
        ...given,
        bulkId: "blk_2",
        createdAt: iso(sentAtMs + 1),
        scheduledAt: iso(nowMs + 5000),
        expiresAt: iso(nowMs + 5000 + 30 * 86_400_000),
        result: { status: "waiting" },
      },
    ]);
    expect(JSON.stringify(page)).not.toContain("crowd.example");
    expect(further).toEqual([]);
  });

  it("has the rest of a mail that waited for its account's rate, and the mail's record", async () => {
    await sendRest();

    const [page] = await exportAll();

    expect(page?.bulks).toMatchObject([{ bulkId: "blk_m", result: { status: "waiting" } }]);
    expect(page?.sentMail).toMatchObject([{ mailId: "mai_m", result: { recipient: person, status: "queued" } }]);
  });

  it("goes through very large bulks page by page", async () => {
    await makeBulk([...crowd(15_040), person]);

    const pages = await exportAll();

    expect(pages.map(({ bulks: found }) => found.length)).toEqual([0, 1]);
  });
});

/** A mail, one recipient of which was queued, and has been sent by the line since. */
async function sendRest({ isSent = true } = {}): Promise<void> {
  const attempts = createAttempts({ client: rights.db.client, tableName: "Directory", clock: () => nowMs });
  await attempts.recordAnswer(
    tenantId,
    { mailId: "mai_m", createdAtMs: sentAtMs, recipients: [{ recipient: person }], isGroup: false },
    { status: 202, body: JSON.stringify({ id: "mai_m", recipients: [{ recipient: person, status: "queued" }] }) },
  );
  await makeBulk([person], { bulkId: "blk_m", kind: "mail" });
  if (isSent) await rights.store([sendEvent("blk_m-0")], tenantId);
}

describe("erasing a recipient", () => {
  it("takes the person out of every bulk of the tenant, sent, waiting or scheduled, and leaves the others in place", async () => {
    await makeBulk([...crowd(70), person, ...crowd(90).slice(70)]);
    await makeBulk([person], { bulkId: "blk_2", createdAtMs: sentAtMs + 1, scheduledAtMs: nowMs + 5000 });
    await makeBulk([person], { bulkId: "blk_3" }, "ten_bob");

    await erase();
    await rights.settle();

    expect(rights.errors).toEqual([]);
    const left = await addressesIn("blk_1", [0, 1]);
    expect([left.length, left[70], left[71]]).toEqual([91, "erased", "p70@crowd.example"]);
    expect(await bulks.getRecipients(tenantId, "blk_2", 0)).toEqual([
      { kind: "to", recipient: "erased", address: { wrong: "The recipient was erased." } },
    ]);
    expect(await addressesIn("blk_3", [0], "ten_bob")).toEqual([person]);
    expect((await exportAll())[0]).toMatchObject({ bulks: [], sentMail: [], outcomes: [] });
  });

  it("takes the person with the answer out of what their messages were sent by, the rest of a mail and its record too", async () => {
    await sendRest();

    await erase();

    const directory = (await rights.items()).filter(({ pk }) => /^(MAIL|BULK)#/.test(String(pk)));
    expect(directory.length).toBeGreaterThan(2);
    expect(JSON.stringify(directory)).not.toContain("grace");
  });

  it("takes the person out of the rest of a mail that was not sent, and of its record", async () => {
    await sendRest({ isSent: false });

    await erase();
    await rights.settle();

    const directory = (await rights.items()).filter(({ pk }) => /^(MAIL|BULK)#/.test(String(pk)));
    expect(directory.length).toBeGreaterThan(2);
    expect(JSON.stringify(directory)).not.toContain("grace");
  });

  it("goes through very large bulks step by step", async () => {
    await makeBulk([...crowd(15_040), person]);

    await erase();
    const steps = await rights.settle();

    expect(steps).toBe(2);
    expect(await addressesIn("blk_1", [300])).toEqual([...crowd(15_040).slice(15_000), "erased"]);
    expect(
      (await call(rights.handler, "GET /recipients/{address}/erasure", { path: { address: person } })).body,
    ).toMatchObject({ state: "done" });
  });
});
