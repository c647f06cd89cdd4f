// Stores events: each outcome they touch is read, folded and written once, if it is still the one that was read.
import { PutCommand, TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import { AppError } from "../../contract/error.ts";
import type { SesEvent } from "../../domain/event.ts";
import { fold, unknownIdsOf, type FoldResult } from "../../domain/fold.ts";
import { eventIdOf, outcomeRecipientOf } from "../../domain/identity.ts";
import { expiresAtSecondsOf } from "../../domain/retention.ts";
import { failedConditions, isConditionFailed, isInvalid, isTransactionConflict } from "../condition.ts";
import { batchGet, type Item, type Key } from "../dynamo-batch.ts";
import { parseImage, type Image } from "../dynamo-image.ts";
import { orUnavailable, unavailable, waitBeforeTry } from "../dynamo-retry.ts";
import { findRefusal, getAdmission, type Admission } from "./admission.ts";
import { outcomeKey, overflowKey, parseOutcomeKey } from "./keys.ts";
import { parseOutcomeItem, toOutcomeItem, toOverflowItem, type StoredOutcome } from "./outcome-item.ts";
import type { LedgerTable } from "./table.ts";

/**
 * What became of one event. `expired`: its message is past its retention, so it was dropped. `erased`: its message is older
 * than the erasure of its recipient, so it was dropped. `failed`: it may be tried again, unless the error is one that says
 * it never can be stored (AppError `unprocessable`).
 */
export type RecordedEvent = { event: SesEvent; eventId: string } & (
  | { result: "stored" | "duplicate" | "expired" | "erased" }
  | { result: "failed"; error: unknown }
);

interface Group {
  recipient: string;
  messageId: string;
  events: SesEvent[];
  /** Where each of the events stands in the call. */
  places: number[];
}

type AdmittedGroup = Group & { admission: Admission };

/** A race is lost only to a writer that won it, so this many in a row mean something else. */
const maxTries = 10;
/** One write stores at most as many: each can push one event out, and TransactWriteItems takes 100 actions. */
const maxEventsPerWrite = 90;

/**
 * Stores a tenant's events, in any order and with any repetitions; nothing is written when nothing is new. What fails
 * fails for the events of one outcome alone, and is said in their results: this rejects only when the first read fails.
 * @throws AppError `unavailable`
 */
export async function recordEvents(
  table: LedgerTable,
  tenantId: string,
  events: readonly SesEvent[],
): Promise<RecordedEvent[]> {
  const results: RecordedEvent[] = [];
  const groups = new Map<string, Group>();
  for (const [place, event] of events.entries()) {
    const error = findUnstorable(event);
    if (error) results[place] = failed(event, error);
    else addToGroup(groups, event, place);
  }
  const [current, admission] = await Promise.all([
    readItems(table, tenantId, [...groups.values()]),
    getAdmission(table, tenantId, [...groups.values()]),
  ]);
  await Promise.all(
    [...groups].map(async ([id, group]) => {
      const recorded = await recordGroup(table, tenantId, { ...group, admission }, current.get(id));
      for (const [index, place] of group.places.entries()) results[place] = recorded[index]!;
    }),
  );
  return results;
}

function addToGroup(groups: Map<string, Group>, event: SesEvent, place: number): void {
  const recipient = outcomeRecipientOf(event);
  const id = groupId(recipient, event.messageId);
  const group = groups.get(id) ?? { recipient, messageId: event.messageId, events: [], places: [] };
  group.events.push(event);
  group.places.push(place);
  groups.set(id, group);
}

const groupId = (recipient: string, messageId: string): string => JSON.stringify([recipient, messageId]);

/** The outcomes as they are stored, unread: one that is damaged keeps no others from being written. */
async function readItems(table: LedgerTable, tenantId: string, groups: Group[]): Promise<Map<string, Item>> {
  const keys = groups.map(({ recipient, messageId }) => outcomeKey(tenantId, recipient, messageId));
  const items = await batchGet(table, keys, { waiting: table.waiting, consistent: true });
  return new Map(
    items.flatMap((item) => {
      const address = parseOutcomeKey(item as unknown as Key);
      return address ? [[groupId(address.recipient, address.messageId), item]] : [];
    }),
  );
}

/** @throws AppError `unprocessable`: nothing can be added to it until somebody has mended it */
function parseStored(item: Item): StoredOutcome {
  try {
    return parseOutcomeItem(item);
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw new AppError("unprocessable", `The outcome that is stored cannot be read: ${cause.message}`, { cause });
  }
}

/** Its events, in portions that fit one write each. */
async function recordGroup(
  table: LedgerTable,
  tenantId: string,
  group: AdmittedGroup,
  firstRead: Item | undefined,
): Promise<RecordedEvent[]> {
  const recorded: RecordedEvent[] = [];
  for (let start = 0; start < group.events.length; start += maxEventsPerWrite) {
    const portion = { ...group, events: group.events.slice(start, start + maxEventsPerWrite) };
    try {
      const read = start === 0 ? firstRead : await readItem(table, tenantId, group);
      const current = read && parseStored(read);
      recorded.push(...(await recordPortion(table, tenantId, portion, current)));
    } catch (error) {
      const told = isInvalid(error) ? refused(error) : error;
      recorded.push(...portion.events.map((event) => failed(event, told)));
    }
  }
  return recorded;
}

/** Folds and writes until no other writer comes in between. */
async function recordPortion(
  table: LedgerTable,
  tenantId: string,
  group: AdmittedGroup,
  firstRead: StoredOutcome | undefined,
): Promise<RecordedEvent[]> {
  let current = firstRead;
  for (let tries = 1; tries <= maxTries; tries++) {
    const folded = fold(current?.outcome, group.events, await findOverflowed(table, tenantId, group, current));
    const refusal = findRefusal(group.admission, { outcome: folded.outcome, isNew: !current, nowMs: table.clock() });
    if (refusal) return group.events.map((event) => ({ event, eventId: eventIdOf(event), result: refusal }));
    if (!folded.changed) return resultsOf(group, []);
    const expiresAtSeconds = expiresAtSecondsOf(folded.outcome.sentAt, group.admission.keeping.retentionDays);
    const written = await writeOutcome(table, tenantId, { ...folded, expiresAtSeconds }, current);
    if (written === "done") return resultsOf(group, folded.stored);
    table.onConflict?.();
    await waitBeforeTry(table.waiting, tries);
    const winner = written.winner ?? (await readItem(table, tenantId, group));
    current = winner && parseStored(winner);
  }
  throw unavailable(new Error(`The outcome was changed by others ${maxTries} times in a row.`));
}

const readItem = async (table: LedgerTable, tenantId: string, group: Group): Promise<Item | undefined> =>
  (await readItems(table, tenantId, [group])).values().next().value;

/** What DynamoDB refuses once it always will. */
const refused = (cause: Error): AppError =>
  new AppError("unprocessable", `The database does not take it: ${cause.message}`, { cause });

const failed = (event: SesEvent, error: unknown): RecordedEvent => ({
  event,
  eventId: eventIdOf(event),
  result: "failed",
  error,
});

/** The first of equal events was stored, the rest are its duplicates. */
function resultsOf({ events }: Group, stored: readonly string[]): RecordedEvent[] {
  const fresh = new Set(stored);
  return events.map((event) => {
    const eventId = eventIdOf(event);
    return { event, eventId, result: fresh.delete(eventId) ? "stored" : "duplicate" };
  });
}

/** Which of the events are already kept as items of their own: asked only where the outcome has such. */
async function findOverflowed(
  table: LedgerTable,
  tenantId: string,
  { recipient, messageId, events }: Group,
  current: StoredOutcome | undefined,
): Promise<Set<string>> {
  if (!current?.outcome.overflowCount) return new Set();
  const ids = unknownIdsOf(current.outcome, events);
  const keys = ids.map((eventId) => overflowKey(tenantId, recipient, messageId, eventId));
  const items = await batchGet(table, keys, { waiting: table.waiting, consistent: true });
  const found = new Set(items.map(({ sk }) => sk));
  return new Set(ids.filter((_, index) => found.has(keys[index]?.sk)));
}

/** Writes if the outcome is still as it was read; else answers what it is now, where DynamoDB says so. */
async function writeOutcome(
  table: LedgerTable,
  tenantId: string,
  { outcome, overflow, expiresAtSeconds }: FoldResult & { expiresAtSeconds: number },
  current: StoredOutcome | undefined,
): Promise<"done" | { winner?: Item }> {
  const put = {
    TableName: table.tableName,
    Item: toOutcomeItem({ tenantId, outcome, version: (current?.version ?? 0) + 1, expiresAtSeconds }),
    ...(current
      ? { ConditionExpression: "version = :read", ExpressionAttributeValues: { ":read": current.version } }
      : { ConditionExpression: "attribute_not_exists(pk)" }),
    ReturnValuesOnConditionCheckFailure: "ALL_OLD",
  } as const;
  try {
    if (overflow.length === 0) await orUnavailable(table.client.send(new PutCommand(put)));
    else {
      const items = overflow.map((event) => toOverflowItem({ tenantId, head: outcome, event, expiresAtSeconds }));
      const puts = items.map((item) => ({ Put: { TableName: table.tableName, Item: item } }));
      await table.client.send(new TransactWriteCommand({ TransactItems: [{ Put: put }, ...puts] }));
    }
    return "done";
  } catch (error) {
    if (isConditionFailed(error) || failedConditions(error).includes(0)) return findWinner(error);
    if (isTransactionConflict(error)) return {};
    return orUnavailable(Promise.reject(error as Error));
  }
}

/** The item that won, which DynamoDB sends with the refusal (in its wire format, which the client leaves as it is). */
function findWinner(error: unknown): { winner?: Item } {
  const { Item: single, CancellationReasons: reasons } = error as {
    Item?: Image;
    CancellationReasons?: { Item?: Image }[];
  };
  const image = single ?? reasons?.[0]?.Item;
  return image ? { winner: parseImage(image) } : {};
}

/** A sort key takes 1,024 bytes (DynamoDB limits); the parser's bounds are in characters. */
const maxKeyBytes = 1024;

function findUnstorable(event: SesEvent): AppError | undefined {
  if (new TextEncoder().encode(outcomeRecipientOf(event)).length <= maxKeyBytes) return undefined;
  const details = [{ path: "recipient", message: `must be at most ${maxKeyBytes} bytes` }];
  return new AppError("unprocessable", "The event cannot be stored: its recipient is too long.", { details });
}
