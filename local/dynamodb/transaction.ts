// TransactWriteItems and TransactGetItems: up to 100 items of any tables, all or nothing.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
import { AwsError } from "../protocol.ts";
import type { Item } from "./attribute-value.ts";
import {
  addUnits,
  consumedCapacity,
  readUnits,
  totalUnits,
  transactionFactor,
  writeUnits,
  type ConsumedCapacity,
  type Units,
} from "./capacity.ts";
import { commitChanges, getItemKey, planChange, type WriteKind } from "./change.ts";
import type { Change } from "./item-change.ts";
import type { Database, Json, Operation, Operations } from "./database.ts";
import { parseRequest, validationError, type ParsedRequest } from "./dynalite.ts";
import { createIdempotencyTokens } from "./idempotency.ts";
import { itemSizeBytes } from "./item-size.ts";
import { getItem } from "./read.ts";
import { showsFailedItem } from "./single-write.ts";
import type { Scope, Table } from "./tables.ts";

/** One per item, in the order of the request; `None` for the items that would have gone through. */
export interface CancellationReason {
  Code: "None" | "ConditionalCheckFailed" | "TransactionConflict" | "ValidationError" | "ThrottlingError";
  Message?: string;
  Item?: Item;
}

const maxItems = 100;
const maxTotalBytes = 4 * 1024 * 1024;

const kinds: Record<string, WriteKind> = {
  Put: "PutItem",
  Update: "UpdateItem",
  Delete: "DeleteItem",
  ConditionCheck: "DeleteItem",
};

/** The error of a transaction that was not applied; tests throw it from `faults` with the code `TransactionConflict`. */
export const transactionCanceled = (reasons: CancellationReason[]): AwsError =>
  new AwsError(
    "TransactionCanceledException",
    "Transaction cancelled, please refer cancellation reasons for specific reasons " +
      `[${reasons.map(({ Code }) => Code).join(", ")}]`,
    { extra: { CancellationReasons: reasons } },
  );

/** One write of a transaction, checked but not yet looked up. */
interface Step {
  table: Table;
  kind: WriteKind;
  request: ParsedRequest;
  isCheck: boolean;
  showsItem: boolean;
}

function assertCount(items: unknown): asserts items is Json[] {
  if (!Array.isArray(items) || items.length === 0 || items.length > maxItems)
    throw validationError(
      "1 validation error detected: Value at 'transactItems' failed to satisfy constraint: " +
        `Member must have length ${Array.isArray(items) && items.length > 0 ? "less than or equal to 100" : "greater than or equal to 1"}`,
    );
}

function toStep({ tables }: Database, scope: Scope, element: Json): Step {
  const [[action, input] = ["", {}], ...others] = Object.entries(element).filter(([, value]) => value !== undefined);
  const kind = kinds[action];
  if (!kind || others.length > 0)
    throw validationError("TransactItems can only contain one of Check, Put, Update or Delete");
  const isCheck = action === "ConditionCheck";
  const request = parseRequest(kind, input as Json);
  if (isCheck && !request._condition)
    throw validationError(
      "1 validation error detected: Value null at 'transactItems.1.member.conditionCheck.conditionExpression' " +
        "failed to satisfy constraint: Member must not be null",
    );
  if (kind === "UpdateItem" && !request._updates)
    throw validationError(
      "1 validation error detected: Value null at 'transactItems.1.member.update.updateExpression' " +
        "failed to satisfy constraint: Member must not be null",
    );
  return {
    table: tables.get(scope, request.TableName),
    kind,
    request,
    isCheck,
    showsItem: showsFailedItem(input as Json),
  };
}

/** A check is planned as a delete for its condition's sake, and then changes nothing. */
function planStep(database: Database, { table, kind, request, isCheck, showsItem }: Step): Change {
  const change = planChange(database, table, kind, request, { showsItem });
  return isCheck ? { ...change, newItem: change.oldItem } : change;
}

function toReason(error: unknown): CancellationReason {
  if (!(error instanceof AwsError)) throw error;
  if (error.code === "ConditionalCheckFailedException")
    return { Code: "ConditionalCheckFailed", Message: error.message, ...error.extra };
  if (error.code === "ValidationException") return { Code: "ValidationError", Message: error.message };
  throw error;
}

function planAll(database: Database, steps: Step[]): Change[] {
  const changes: Change[] = [];
  const reasons = steps.map((step): CancellationReason => {
    try {
      changes.push(planStep(database, step));
      return { Code: "None" };
    } catch (error) {
      return toReason(error);
    }
  });
  if (changes.length < steps.length) {
    // The others were prepared before the transaction was given up.
    for (const { oldItem, newItem } of changes) database.meter.write(writeUnits(oldItem, newItem));
    throw transactionCanceled(reasons);
  }
  return changes;
}

/** A key that does not fit its table is told later, as the reason of its element. */
function findKey({ table, kind, request }: Step): string | undefined {
  try {
    return getItemKey(table, kind, request);
  } catch (error) {
    if (error instanceof AwsError) return undefined;
    throw error;
  }
}

function assertDistinct(steps: Step[]): void {
  const keys = steps.flatMap((step) => findKey(step) ?? []);
  if (new Set(keys).size < keys.length)
    throw validationError("Transaction request cannot include multiple operations on one item");
}

function assertTotalSize(changes: Change[]): void {
  const totalBytes = changes.reduce((total, { newItem }) => total + (newItem ? itemSizeBytes(newItem) : 0), 0);
  if (totalBytes > maxTotalBytes)
    throw validationError("Transaction request cannot exceed 4 MB: the items of the transaction are too large");
}

function capacityByTable(
  detail: unknown,
  units: [Table, Units][],
  kind: "read" | "write",
): { ConsumedCapacity?: ConsumedCapacity[] } {
  const capacities = [...Map.groupBy(units, ([table]) => table)].flatMap(
    ([table, entries]) =>
      consumedCapacity(
        detail === "TOTAL" || detail === "INDEXES" ? detail : undefined,
        table,
        addUnits(entries.map(([, one]) => one)),
        kind,
      ) ?? [],
  );
  return capacities.length > 0 ? { ConsumedCapacity: capacities } : {};
}

export function createTransactions(database: Database): Operations {
  const { meter, storage, tables } = database;
  const tokens = createIdempotencyTokens(database.clock);

  const writeAll = async (elements: Json[], detail: unknown, scope: Scope): Promise<Json> => {
    const steps = elements.map((element) => toStep(database, scope, element));
    assertDistinct(steps);
    const changes = planAll(database, steps);
    assertTotalSize(changes);
    const units = await commitChanges(database, changes);

    // Indexes are brought up to date after the transaction, each by one write.
    const doubled = units.map(({ table, indexes }): Units => ({ table: table * transactionFactor, indexes }));
    meter.write(totalUnits(addUnits(doubled)));
    return capacityByTable(
      detail,
      changes.map(({ table }, index) => [table, doubled[index] ?? { table: 0, indexes: {} }]),
      "write",
    );
  };

  const transactWriteItems: Operation = async (input, scope) => {
    const { TransactItems: elements, ClientRequestToken: token, ReturnConsumedCapacity: detail } = input;
    assertCount(elements);
    const write = () => writeAll(elements, detail, scope);
    return typeof token === "string" ? tokens.once(scope, token, elements, write) : write();
  };

  const transactGetItems: Operation = (input, scope) => {
    const { TransactItems: elements, ReturnConsumedCapacity: detail } = input;
    assertCount(elements);
    const snapshot = storage.snapshot();
    try {
      const read = elements.map(({ Get: get }) => {
        const request = parseRequest("GetItem", { ...(get as Json), ConsistentRead: true });
        const table = tables.get(scope, request.TableName);
        return { table, found: getItem(database, table, request, snapshot) };
      });
      const units = read.map(({ table, found: { sizeBytes } }): [Table, Units] => [
        table,
        { table: readUnits(sizeBytes, true) * transactionFactor, indexes: {} },
      ]);
      meter.read(totalUnits(addUnits(units.map(([, one]) => one))));
      return {
        Responses: read.map(({ found: { item } }) => (item ? { Item: item } : {})),
        ...capacityByTable(detail, units, "read"),
      };
    } finally {
      void snapshot.close();
    }
  };

  return { TransactWriteItems: transactWriteItems, TransactGetItems: transactGetItems };
}
