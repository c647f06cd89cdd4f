// Compares list rows with the events of outcomes, and mends them. What looks wrong while events arrive may only be late:
// so it is looked at again behind a barrier, and changed only while its outcome stays as it is.
import { TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import { canonicalJson } from "../../../domain/canonical.ts";
import { messageRecipient } from "../../../domain/outcome.ts";
import { failedConditions } from "../../condition.ts";
import { batchGet, type Item, type Key } from "../../dynamo-batch.ts";
import { untilServed } from "../../dynamo-retry.ts";
import type { Stored } from "../change.ts";
import { itemIdOf } from "../counter-sums.ts";
import { outcomeKey, overflowKey, parseListPartition, parseListSortKey } from "../keys.ts";
import { rowsOf } from "../list-row.ts";
import { keyOfItemId } from "./expected-counters.ts";
import { storedIdOf } from "../recount-log.ts";
import type { LedgerTable } from "../table.ts";
import { isWithinDays, type Mending, type RecountRange } from "./difference.ts";
import { readSubjects, whileSubjectIs, type TransactItem } from "./subjects.ts";

export interface RowCheck {
  range: RecountRange;
  mending: Mending;
  passBarrier: () => Promise<void>;
}

const maxTries = 5;
const maxParallelMends = 10;

const keyOf = ({ pk, sk }: Item): Key => ({ pk: String(pk), sk: String(sk) });
const rowIdOf = (row: Item): string => itemIdOf(keyOf(row));

/** Not those that DynamoDB may have removed by now. */
const isKept = (table: LedgerTable, row: Item): boolean =>
  Number(row["expiresAtSeconds"] ?? Infinity) * 1000 > table.clock();

const expectedRows = (table: LedgerTable, stored: Stored, range: RecountRange): Item[] =>
  [...rowsOf(stored).values()].filter((row) => isKept(table, row) && isRowWithin(row, range));

async function readRows(table: LedgerTable, rows: readonly Item[], consistent: boolean): Promise<Map<string, Item>> {
  const keys = [...new Map(rows.map((row) => [rowIdOf(row), keyOf(row)])).values()];
  const found = await batchGet(table, keys, { waiting: table.waiting, consistent });
  return new Map(found.map((row) => [rowIdOf(row), row]));
}

const findProblem = (expected: Item, found: Item | undefined): "missing" | "different" | undefined => {
  if (!found) return "missing";
  return canonicalJson(found) === canonicalJson(expected) ? undefined : "different";
};

/** The keys of those whose rows are not all as they should be, as it seems. */
export async function findSuspectSubjects(
  table: LedgerTable,
  { range }: RowCheck,
  subjects: readonly Stored[],
): Promise<Key[]> {
  const expected = subjects.map((stored) => ({ stored, rows: expectedRows(table, stored, range) }));
  const found = await readRows(
    table,
    expected.flatMap(({ rows }) => rows),
    false,
  );
  return expected
    .filter(({ rows }) => rows.some((row) => findProblem(row, found.get(rowIdOf(row)))))
    .map(({ stored }) => keyOfItemId(storedIdOf(stored)));
}

/** Writes the rows that the suspects' events should have. */
export async function settleSubjects(table: LedgerTable, check: RowCheck, suspects: readonly Key[]): Promise<void> {
  let keys = suspects;
  for (let tries = 1; keys.length > 0; tries++) {
    if (tries > maxTries) return keys.forEach(check.mending.leaveUndecided);
    const subjects = [...(await readSubjects(table, keys)).values()].filter((stored) => stored !== undefined);
    await check.passBarrier();
    const wanted = subjects.flatMap((stored) =>
      expectedRows(table, stored, check.range).map((row) => ({ stored, row })),
    );
    const found = await readRows(
      table,
      wanted.map(({ row }) => row),
      true,
    );
    const again: Key[] = [];
    await inParallel(wanted, async ({ stored, row }) => {
      const problem = findProblem(row, found.get(rowIdOf(row)));
      if (!problem) return;
      const key = keyOfItemId(storedIdOf(stored));
      const put = { Put: { TableName: table.tableName, Item: row } };
      const isDone = await mend(table, check, [whileSubjectIs(table, key, stored), put]);
      if (isDone) check.mending.report({ kind: "row", problem, ...keyOf(row) });
      else again.push(key);
    });
    keys = [...new Map(again.map((key) => [itemIdOf(key), key])).values()];
  }
}

/** Where a row says that its event is: inside the outcome, or beside it. */
interface Origin {
  outcome: Key;
  overflow: Key;
}

const eventIdOf = (row: Item): string => parseListSortKey(String(row["sk"])).eventId;

/** Undefined for what is no row of an event. */
function originOf(row: Item): Origin | undefined {
  const { messageId, recipient } = row;
  const eventId = eventIdOf(row);
  const tenantId = parseListPartition(String(row["pk"]))?.tenantId;
  if (tenantId === undefined || typeof messageId !== "string") return undefined;
  const of = typeof recipient === "string" ? recipient : messageRecipient(messageId);
  return { outcome: outcomeKey(tenantId, of, messageId), overflow: overflowKey(tenantId, of, messageId, eventId) };
}

/** Whether one of the subjects has an event whose row is this one. What it says is another question. */
const isRowOf = (row: Item, ...subjects: (Stored | undefined)[]): boolean =>
  subjects.some((stored) => {
    const own = stored && rowsOf(stored).get(eventIdOf(row));
    return own !== undefined && rowIdOf(own) === rowIdOf(row);
  });

/** Those rows that are of no event, as it seems. */
export async function findSuspectRows(table: LedgerTable, { range }: RowCheck, rows: readonly Item[]): Promise<Item[]> {
  const inRange = rows.filter((row) => isKept(table, row) && isRowWithin(row, range));
  const origins = inRange.flatMap((row) => originOf(row) ?? []);
  const outcomes = await readSubjects(
    table,
    origins.map(({ outcome }) => outcome),
    { consistent: false },
  );
  const unknown = inRange.filter((row) => {
    const origin = originOf(row);
    return !origin || !isRowOf(row, outcomes.get(itemIdOf(origin.outcome)));
  });
  const beside = await readSubjects(
    table,
    unknown.flatMap((row) => originOf(row)?.overflow ?? []),
    { consistent: false },
  );
  return unknown.filter((row) => {
    const origin = originOf(row);
    return !origin || !isRowOf(row, beside.get(itemIdOf(origin.overflow)));
  });
}

const isRowWithin = ({ pk }: Item, range: RecountRange): boolean =>
  isWithinDays(parseListPartition(String(pk))?.day ?? "", range);

/** Removes the rows that are of no event. */
export async function settleRows(table: LedgerTable, check: RowCheck, suspects: readonly Item[]): Promise<void> {
  let rows = suspects;
  for (let tries = 1; rows.length > 0; tries++) {
    if (tries > maxTries) return rows.forEach((row) => check.mending.leaveUndecided(keyOf(row)));
    const origins = new Map(rows.map((row) => [rowIdOf(row), originOf(row)]));
    const subjects = await readSubjects(
      table,
      [...origins.values()].flatMap((origin) => (origin ? [origin.outcome, origin.overflow] : [])),
    );
    await check.passBarrier();
    const left = [...(await readRows(table, rows, true)).values()];
    const again: Item[] = [];
    await inParallel(left, async (row) => {
      const origin = origins.get(rowIdOf(row));
      const own = origin ? [origin.outcome, origin.overflow] : [];
      const stored = own.map((key) => subjects.get(itemIdOf(key)));
      // Of an outcome that cannot be read nobody can say which rows are its.
      const isUnreadable = own.some((key, index) => subjects.has(itemIdOf(key)) && !stored[index]);
      if (isUnreadable || isRowOf(row, ...stored)) return;
      const remove = { Delete: { TableName: table.tableName, Key: keyOf(row) } };
      const checks = own.map((key, index) => whileSubjectIs(table, key, stored[index]));
      const isDone = await mend(table, check, [...checks, remove]);
      if (isDone) check.mending.report({ kind: "row", problem: "extra", ...keyOf(row) });
      else again.push(row);
    });
    rows = again;
  }
}

async function inParallel<Value>(values: readonly Value[], work: (value: Value) => Promise<void>): Promise<void> {
  for (let start = 0; start < values.length; start += maxParallelMends)
    await Promise.all(values.slice(start, start + maxParallelMends).map(work));
}

/** False when a condition did not hold. A dry run asks for the conditions alone. */
async function mend(table: LedgerTable, { mending }: RowCheck, actions: readonly TransactItem[]): Promise<boolean> {
  const TransactItems = mending.isDryRun ? actions.filter(({ ConditionCheck }) => ConditionCheck) : [...actions];
  if (TransactItems.length === 0) return true;
  try {
    await untilServed(() => table.client.send(new TransactWriteCommand({ TransactItems })), table.waiting);
    return true;
  } catch (error) {
    if (failedConditions(error).length > 0) return false;
    throw error;
  }
}
