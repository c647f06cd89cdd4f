// What a recount finds and mends, one kind of damage at a time. While events arrive: test/chaos/recount.test.ts.
import { setImmediate } from "node:timers/promises";
import { DeleteCommand, GetCommand, PutCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { counterPartition, listPartition, outcomeKey, recountLogSortKey } from "../../../shared/store/ledger/keys.ts";
import { parseListRowItem } from "../../../shared/store/ledger/list-row.ts";
import { getDigest } from "../../support/keyed-digest.ts";
import { readTable } from "../../support/chaos/damage.ts";
import {
  nowMs,
  shardId,
  startProjectedLedger,
  tenantId,
  type ProjectedLedger,
} from "../../support/projected-ledger.ts";
import { recountLedger, whileProjecting } from "../../support/recount.ts";
import { fixtureMessageId, fixtureRecipient, legacySesJson, parseEvents, sesEvent } from "../../support/ses-events.ts";

const otherTenant = "ten_beta";
const day = { pk: counterPartition(tenantId, "2026-11"), sk: "D#2026-11-23" };

let started: ProjectedLedger;

const opens = (count: number) =>
  Array.from({ length: count }, (_, index) =>
    sesEvent("open", { "open.timestamp": new Date(Date.UTC(2026, 10, 23, 9, 0, index)).toISOString() }),
  );
const story = () => [sesEvent("send"), sesEvent("delivery"), sesEvent("bounce"), sesEvent("complaint"), ...opens(1)];

beforeEach(async () => {
  started = await startProjectedLedger();
  await started.store(story());
  await started.store(story(), otherTenant);
});
afterEach(() => started.stop());

const rowsOf = async (tenant = tenantId) =>
  (await readTable(started.db, started.ledgerTable)).filter(({ pk }) => String(pk).startsWith(`T#${tenant}#`));
const send = (command: PutCommand | DeleteCommand | UpdateCommand) => started.db.client.send(command as PutCommand);
const put = (Item: Record<string, unknown>) => send(new PutCommand({ TableName: started.ledgerTable, Item }));
const remove = ({ pk, sk }: Record<string, unknown>) =>
  send(new DeleteCommand({ TableName: started.ledgerTable, Key: { pk, sk } }));
const addTo = (Key: typeof day, counter: string, value: number) =>
  send(
    new UpdateCommand({
      TableName: started.ledgerTable,
      Key,
      UpdateExpression: "ADD #counter :value",
      ExpressionAttributeNames: { "#counter": counter },
      ExpressionAttributeValues: { ":value": value },
    }),
  );
const read = async (Key: typeof day) =>
  (await started.db.client.send(new GetCommand({ TableName: started.ledgerTable, Key }))).Item;
/** Lists, counters and outcomes, but not what projectors and recounts keep for themselves. */
const everything = async () => {
  // A suppression's version is another one after each change, whatever it was.
  const directory = (await readTable(started.db, "Directory")).map(({ version: _version, ...item }) => item);
  const ledger = (await readTable(started.db, started.ledgerTable)).filter(({ pk }) => /^[OTCK]#/.test(String(pk)));
  const byKey = ({ pk, sk }: Record<string, unknown>) => `${String(pk)} ${String(sk)}`;
  return [...ledger, ...directory].toSorted((a, b) => (byKey(a) < byKey(b) ? -1 : 1));
};

describe("a recount of a healthy ledger", () => {
  it("finds nothing different and leaves nothing behind", async () => {
    const before = await everything();

    const { differences, looked, undecided } = await recountLedger(started);

    expect({ differences, undecided }).toEqual({ differences: [], undecided: 0 });
    expect(looked).toMatchObject({ outcomes: 1, events: 5, rows: 5 });
    expect(await everything()).toEqual(before);
  });

  it("finds nothing different in outcomes with more events than they hold inside", async () => {
    await started.store(opens(60));

    const { differences, looked } = await recountLedger(started);

    expect(differences).toEqual([]);
    expect(looked.events).toBe(64);
  });

  it("counts what expired and is gone as the charts do, which keep it", async () => {
    const afterExpiry = nowMs + 401 * 86_400_000;
    let now = nowMs;
    await started.stop();
    started = await startProjectedLedger({ clock: () => now });
    await started.store(story());
    now = afterExpiry;
    await started.db.service.sweepExpired();
    await started.store([]);

    const { differences, looked } = await recountLedger(started, { clock: () => afterExpiry });

    expect(looked.outcomes).toBe(0);
    expect(differences).toEqual([]);
    expect(await read(day)).toMatchObject({ send: 1, "gone.send": 1 });
  });

  it("looks at all tenants when none is named", async () => {
    const { looked, differences } = await recountLedger(started, { tenantId: undefined, fromDay: "2026-11-01" });

    expect(looked.outcomes).toBe(2);
    expect(differences).toEqual([]);
  });
});

describe("a recount finds and mends", () => {
  const mends = async (damage: () => Promise<unknown>, expected: unknown) => {
    const before = await everything();
    await damage();

    const dry = await recountLedger(started, { isDryRun: true });
    const wet = await recountLedger(started);
    const again = await recountLedger(started);

    expect(dry.differences).toMatchObject(expected as object[]);
    expect(wet.differences).toEqual(dry.differences);
    expect(again.differences).toEqual([]);
    expect(await everything()).toEqual(before);
  };

  it("a list row that is missing", async () => {
    const [row] = await rowsOf();
    await mends(() => remove(row!), [{ kind: "row", problem: "missing", pk: row!["pk"], sk: row!["sk"] }]);
  });

  it("a list row that says something else", async () => {
    const [row] = await rowsOf();
    await mends(() => put({ ...row, subject: "Another" }), [{ kind: "row", problem: "different", sk: row!["sk"] }]);
  });

  it("a list row of an event that never was", async () => {
    const [row] = await rowsOf();
    const extra = { ...row, sk: `${String(row!["sk"]).slice(0, 24)}#0000`, eventId: "0000" };
    await mends(() => put(extra), [{ kind: "row", problem: "extra", sk: extra.sk }]);
  });

  it("a list row of a message that nobody sent", async () => {
    const [row] = await rowsOf();
    const extra = { ...row, sk: `${String(row!["sk"])}0`, messageId: "never-sent" };
    await mends(() => put(extra), [{ kind: "row", problem: "extra", sk: extra.sk }]);
  });

  it("something in the list that is no row at all", async () => {
    const junk = { pk: listPartition(tenantId, "2026-11-23", "open", 0), sk: "nonsense" };
    await mends(() => put(junk), [{ kind: "row", problem: "extra", ...junk }]);
  });

  it.each([
    ["the day", day, "send"],
    ["a half hour", { ...day, sk: "H#2026-11-23T06" }, "4s"],
    ["a tag's day", { ...day, sk: "X#2026-11-23#00" }, "1s"],
  ])("a counter of %s that is too high", async (_what, key, counter) => {
    await mends(() => addTo(key, counter, 3), [{ kind: "counter", ...key, counter, found: 4, expected: 1 }]);
  });

  it("a counter that is too low, and how many rows a list has", async () => {
    const counters = (await read(day))!;
    const rowCounter = Object.keys(counters).find((name) => /^open\.\d$/.test(name)) ?? "";
    await mends(async () => {
      await addTo(day, "delivered", -1);
      await addTo(day, rowCounter, -1);
    }, [
      { kind: "counter", ...day, counter: "delivered", found: 0, expected: 1 },
      { kind: "counter", ...day, counter: rowCounter, found: 0, expected: 1 },
    ]);
  });

  it("an item of counters that is gone", async () => {
    const { pk: _pk, sk: _sk, ...counters } = (await read(day))!;
    await mends(
      () => remove(day),
      Object.keys(counters)
        .toSorted()
        .map((counter) => Object.assign({ kind: "counter", counter, found: 0, expected: counters[counter] }, day)),
    );
  });

  it("a suppression that is missing", async () => {
    await mends(
      () => send(new DeleteCommand({ TableName: "Directory", Key: { pk: `S#${tenantId}`, sk: fixtureRecipient } })),
      ["bounce", "complaint"].map((reason) => ({ kind: "suppression", tenantId, reason, messageId: fixtureMessageId })),
    );
  });
});

describe("a recount", () => {
  it("leaves another tenant alone", async () => {
    const key = { ...day, pk: counterPartition(otherTenant, "2026-11") };
    await addTo(key, "send", 3);
    const [row] = await rowsOf(otherTenant);
    await remove(row!);

    const { differences } = await recountLedger(started);

    expect(differences).toEqual([]);
    expect(await read(key)).toMatchObject({ send: 4 });
    expect(await rowsOf(otherTenant)).toHaveLength(4);
  });

  it("leaves other days alone when it is given some", async () => {
    await addTo(day, "send", 3);
    const [row] = await rowsOf();
    await remove(row!);

    const before = await recountLedger(started, { toDay: "2026-11-22" });
    const after = await recountLedger(started, { fromDay: "2026-11-24" });
    const within = await recountLedger(started, { fromDay: "2026-11-23", toDay: "2026-11-23" });

    expect([before.differences, after.differences]).toEqual([[], []]);
    expect(within.differences.map(({ kind }) => kind).toSorted()).toEqual(["counter", "row"]);
  });

  it("only tells what is different when it runs dry", async () => {
    await addTo(day, "send", 3);
    const [row] = await rowsOf();
    await remove(row!);
    const damaged = await everything();

    const { found } = await recountLedger(started, { isDryRun: true });

    expect(found).toMatchObject({ counter: 1, row: 1 });
    expect(await everything()).toEqual(damaged);
  });

  it("tells of an outcome that cannot be read, and goes on", async () => {
    await put({ ...outcomeKey(tenantId, "grace@example.com", "broken"), version: 1, expiresAtSeconds: 2_000_000_000 });
    await whileProjecting(started, Promise.resolve());

    const { differences } = await recountLedger(started);

    expect(differences).toEqual([
      { kind: "unreadable", tenantId, sk: "M#broken", reason: "The outcome has no body or no time." },
    ]);
  });

  it("records the suppression of an erased address under its digest alone", async () => {
    const hashed = (await getDigest(tenantId))("address", fixtureRecipient);
    await send(new DeleteCommand({ TableName: "Directory", Key: { pk: `S#${tenantId}`, sk: fixtureRecipient } }));
    await send(
      new PutCommand({
        TableName: "Directory",
        Item: { pk: `ERASED#${tenantId}`, sk: hashed, state: "done", erasedAt: "2026-11-23T11:00:00.000Z" },
      }),
    );

    const { differences } = await recountLedger(started);
    const again = await recountLedger(started);

    expect(differences.map(({ kind }) => kind)).toEqual(["suppression", "suppression"]);
    expect(again.differences).toEqual([]);
    const { items } = await started.suppressions.listSuppressions(tenantId, { limit: 10 });
    expect(items).toEqual([]);
  });

  it("refuses to begin while another one runs, and takes over one that died", async () => {
    await put({ pk: "R", sk: "-", run: { runId: "dead", tenantId, untilSeconds: nowMs / 1000 + 3600 } });
    await addTo(day, "touched.dead", 2);

    await expect(recountLedger(started)).rejects.toMatchObject({ code: "conflict" });
    const { differences } = await recountLedger(started, { takeOver: true });

    expect(differences).toEqual([]);
    expect(await read(day)).not.toHaveProperty(["touched.dead"]);
    expect(await read({ pk: "R", sk: "-" })).toBeUndefined();
  });

  it("begins by itself once a dead one's time is over", async () => {
    await put({ pk: "R", sk: "-", run: { runId: "dead", untilSeconds: nowMs / 1000 - 1 } });

    const { differences } = await recountLedger(started);

    expect(differences).toEqual([]);
  });

  it("gives up when the projector does not keep up", async () => {
    let now = nowMs;
    const recounting = recountLedger(
      { ...started, takeRecords: () => [] },
      { clock: () => (now += 1000), timeoutMs: 10_000 },
    );

    await expect(recounting).rejects.toThrow("The projector does not keep up");
    expect(await read({ pk: "R", sk: "-" })).toBeUndefined();
  });

  it("stops when another one took over, and leaves that one's hold", async () => {
    const [row] = await rowsOf();
    await remove(row!);
    let taking: Promise<unknown> | undefined;

    const recounting = recountLedger(started, {
      onProgress: () => {
        taking ??= put({ pk: "R", sk: "-", run: { runId: "newer", untilSeconds: nowMs / 1000 + 3600 } });
      },
    });

    await expect(recounting).rejects.toMatchObject({ code: "conflict" });
    expect(await read({ pk: "R", sk: "-" })).toMatchObject({ run: { runId: "newer" } });
  });

  it("does not write over a row that a projector writes at the same moment", async () => {
    await started.stop();
    let isArmed = false;
    const sent = sesEvent("send");
    started = await startProjectedLedger({
      faults: async (operation) => {
        if (operation !== "TransactWriteItems" || !isArmed) return;
        isArmed = false;
        await started.ledger.recordEvents(tenantId, [sent]);
        while ((await rowsOf()).length < 2) await setImmediate();
      },
    });
    await started.store(parseEvents(legacySesJson("delivery", { "mail.commonHeaders": undefined })));
    const [row] = await rowsOf();
    await put({ ...row, subject: "Another" });

    await recountLedger(started, { onProgress: () => (isArmed = true) });

    expect((await rowsOf()).map((row) => parseListRowItem(row).subject)).toEqual([
      sent.message.subject,
      sent.message.subject,
    ]);
  });

  it("knows of what a shard adds that was still for days, and is in no list any more", async () => {
    await started.stop();
    let now = nowMs;
    started = await startProjectedLedger({ clock: () => now });
    await started.store([sesEvent("send")]);
    now += 3 * 86_400_000;
    await remove({ pk: "P", sk: shardId });
    let storing: Promise<unknown> | undefined;

    const { differences } = await recountLedger(started, {
      clock: () => now,
      onProgress: () => {
        storing ??= started.ledger.recordEvents(tenantId, story());
      },
    });

    expect(differences).toEqual([]);
    expect((await recountLedger(started, { clock: () => now })).differences).toEqual([]);
  });
});

describe("what projectors note", () => {
  it("sorts in the order it is written: the parts of a change, and then its last", () => {
    const written = [
      recountLogSortKey("99", 1),
      recountLogSortKey("99", 2),
      recountLogSortKey("99"),
      recountLogSortKey("100", 1),
    ];

    expect(written.toSorted()).toEqual(written);
  });
});
