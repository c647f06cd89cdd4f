// Compares the counters with what they should say, and mends them by adding what is missing: so that projectors, who add
// too, never have to wait.
import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { AppError } from "../../../contract/error.ts";
import { isConditionFailed } from "../../condition.ts";
import { batchGet, type Item } from "../../dynamo-batch.ts";
import { orUnavailable, untilServed, waitBeforeTry } from "../../dynamo-retry.ts";
import type { RecountRun } from "../place.ts";
import { touchCounter } from "../recount-log.ts";
import type { LedgerTable } from "../table.ts";
import type { Mending } from "./difference.ts";
import { counterItemId, keyOfItemId, type ExpectedCounters, type WrongCounter } from "./expected-counters.ts";
import type { ReadNotes } from "./noted-changes.ts";
import { assertRunning } from "./run.ts";

export interface CounterCheck {
  run: RecountRun;
  expected: ExpectedCounters;
  readNotes: ReadNotes;
  mending: Mending;
}

const portionSize = 100;
/** An item that every transaction of a busy tenant adds to must be caught between two of them. */
const maxTries = 100;

/**
 * @param knownIds of the items of counters that there are
 * @throws AppError `conflict` when projectors no longer heed the run; `unavailable`
 */
export async function checkCounters(
  table: LedgerTable,
  check: CounterCheck,
  knownIds: Iterable<string>,
): Promise<void> {
  await followNotes(check);
  const itemIds = [...new Set([...knownIds, ...check.expected.itemIds()])];
  for (let start = 0; start < itemIds.length; start += portionSize) {
    let ids = itemIds.slice(start, start + portionSize);
    for (let tries = 1; ids.length > 0; tries++) {
      if (tries > maxTries) {
        for (const id of ids) check.mending.leaveUndecided(keyOfItemId(id));
        break;
      }
      ids = await checkPortion(table, check, ids);
      if (ids.length > 0) await waitBeforeTry(table.waiting, Math.min(tries, 3));
    }
  }
}

async function followNotes({ readNotes, expected }: CounterCheck): Promise<void> {
  for await (const notes of readNotes()) expected.follow(notes);
}

/** Those that must be looked at again, as they were being added to. */
async function checkPortion(table: LedgerTable, check: CounterCheck, ids: string[]): Promise<string[]> {
  const { expected, run } = check;
  const items = await batchGet(table, ids.map(keyOfItemId), { waiting: table.waiting, consistent: true });
  const byId = new Map(items.map((item) => [counterItemId(item), item]));
  if (ids.some((id) => !expected.isCurrent(id, byId.get(id)))) await followNotes(check);
  const again: string[] = [];
  for (const id of ids) {
    const item = byId.get(id);
    if (!expected.isCurrent(id, item)) again.push(id);
    else {
      const wrong = expected.findWrong(id, item);
      if (wrong.length > 0 && !(await mendItem(table, check, { id, item, wrong }))) again.push(id);
    }
  }
  await assertRunning(table, run);
  return again;
}

/** False when somebody added to the item in between. */
async function mendItem(
  table: LedgerTable,
  { run, mending }: CounterCheck,
  { id, item, wrong }: { id: string; item: Item | undefined; wrong: readonly WrongCounter[] },
): Promise<boolean> {
  for (const { counter, found, expected } of wrong)
    mending.report({ kind: "counter", ...keyOfItemId(id), counter, found, expected });
  if (mending.isDryRun) return true;
  await assertRunning(table, run);
  try {
    await orUnavailable(table.client.send(addMissing(table, run, { id, item, wrong })));
    return true;
  } catch (error) {
    if (isConditionFailed(error) || isUnavailable(error)) return false;
    throw error;
  }
}

/** While the item says what it said: then what is missing is the same as it was, also if an answer was lost. */
function addMissing(
  { tableName }: LedgerTable,
  { runId }: RecountRun,
  { id, item, wrong }: { id: string; item: Item | undefined; wrong: readonly WrongCounter[] },
): UpdateCommand {
  const marked = item?.[touchCounter(runId)];
  const conditions = wrong.map((_, index) =>
    wrong[index]?.found === 0
      ? `(attribute_not_exists(#c${index}) OR #c${index} = :f${index})`
      : `#c${index} = :f${index}`,
  );
  return new UpdateCommand({
    TableName: tableName,
    Key: keyOfItemId(id),
    UpdateExpression: `ADD ${wrong.map((_, index) => `#c${index} :c${index}`).join(", ")}`,
    ConditionExpression: [marked === undefined ? "attribute_not_exists(#mark)" : "#mark = :mark", ...conditions].join(
      " AND ",
    ),
    ExpressionAttributeNames: {
      "#mark": touchCounter(runId),
      ...Object.fromEntries(wrong.map(({ counter }, index) => [`#c${index}`, counter])),
    },
    ExpressionAttributeValues: {
      ...(marked === undefined ? {} : { ":mark": marked }),
      ...Object.fromEntries(
        wrong.flatMap(({ found, expected }, index) => [
          [`:c${index}`, expected - found],
          [`:f${index}`, found],
        ]),
      ),
    },
  });
}

const isUnavailable = (error: unknown): boolean => error instanceof AppError && error.code === "unavailable";

/** Item of counters → marks in it. */
export type Marks = Map<string, Set<string>>;

/**
 * Takes marks off counters.
 * @throws AppError `unavailable`
 */
export async function removeMarks(table: LedgerTable, marks: Marks): Promise<void> {
  for (const [id, names] of marks) {
    const list = [...names];
    const unmark = new UpdateCommand({
      TableName: table.tableName,
      Key: keyOfItemId(id),
      UpdateExpression: `REMOVE ${list.map((_, index) => `#m${index}`).join(", ")}`,
      ConditionExpression: "attribute_exists(pk)",
      ExpressionAttributeNames: Object.fromEntries(list.map((name, index) => [`#m${index}`, name])),
    });
    try {
      await untilServed(() => table.client.send(unmark), table.waiting);
    } catch (error) {
      if (!isConditionFailed(error)) throw error;
    }
  }
}
