// What a table is said to be: made of CreateTable's input, changed by UpdateTable's.
import { randomUUID } from "node:crypto";
import { validationError, type ParsedRequest, type SecondaryIndex, type TableDescription } from "./dynalite.ts";
import type { NewIndex, StreamSpecification, UpdateTableInput } from "./table-input.ts";
import type { Scope } from "./tables.ts";

const onDemand = { ReadCapacityUnits: 0, WriteCapacityUnits: 0, NumberOfDecreasesToday: 0 };

const indexDescription = (tableArn: string, index: NewIndex): SecondaryIndex => ({
  ...index,
  IndexStatus: "ACTIVE",
  IndexArn: `${tableArn}/index/${index.IndexName}`,
  IndexSizeBytes: 0,
  ItemCount: 0,
  ProvisionedThroughput: index.ProvisionedThroughput ?? onDemand,
});

/** A new stream has a label of its own, as AWS's: the time it was made. */
function setStream(description: TableDescription, specification: StreamSpecification, nowMs: number): void {
  if (!specification.StreamEnabled) {
    delete description.StreamSpecification;
    return;
  }
  if (specification.StreamViewType === undefined)
    throw validationError(
      "One or more parameter values were invalid: StreamViewType is required for enabling a stream",
    );
  description.StreamSpecification = specification;
  description.LatestStreamLabel = new Date(nowMs).toISOString().slice(0, -1);
  description.LatestStreamArn = `${description.TableArn}/stream/${description.LatestStreamLabel}`;
}

export type CreateRequest = ParsedRequest &
  Pick<TableDescription, "AttributeDefinitions" | "KeySchema" | "LocalSecondaryIndexes" | "GlobalSecondaryIndexes"> & {
    BillingMode?: string;
    ProvisionedThroughput?: object;
  };

export function describeNew(
  request: CreateRequest,
  stream: StreamSpecification | undefined,
  { accountId, region }: Scope,
  nowMs: number,
): TableDescription {
  const { TableName, BillingMode, LocalSecondaryIndexes: local, GlobalSecondaryIndexes: global } = request;
  const TableArn = `arn:aws:dynamodb:${region}:${accountId}:table/${TableName}`;
  const description: TableDescription = {
    TableName,
    TableArn,
    TableId: randomUUID(),
    TableStatus: "ACTIVE",
    AttributeDefinitions: request.AttributeDefinitions,
    KeySchema: request.KeySchema,
    CreationDateTime: nowMs / 1000,
    ItemCount: 0,
    TableSizeBytes: 0,
    ProvisionedThroughput: { ...onDemand, ...request.ProvisionedThroughput },
    ...(BillingMode === "PAY_PER_REQUEST" && { BillingModeSummary: { BillingMode } }),
    ...(local && { LocalSecondaryIndexes: local.map((index) => indexDescription(TableArn, index)) }),
    ...(global && { GlobalSecondaryIndexes: global.map((index) => indexDescription(TableArn, index)) }),
  };
  if (stream) setStream(description, stream, nowMs);
  return description;
}

/** Every change takes effect at once; indexes are still to be emptied and filled. */
export function describeUpdated(
  current: TableDescription,
  update: UpdateTableInput,
  nowMs: number,
): { description: TableDescription; removed: string[]; added: SecondaryIndex[] } {
  const description = { ...current };
  if (update.AttributeDefinitions) description.AttributeDefinitions = update.AttributeDefinitions;
  if (update.ProvisionedThroughput)
    description["ProvisionedThroughput"] = { ...onDemand, ...update.ProvisionedThroughput };
  if (update.BillingMode !== undefined) description["BillingModeSummary"] = { BillingMode: update.BillingMode };
  if (update.StreamSpecification) setStream(description, update.StreamSpecification, nowMs);

  const updates = update.GlobalSecondaryIndexUpdates ?? [];
  const removed = updates.flatMap(({ Delete: index }) => index?.IndexName ?? []);
  const added = updates.flatMap(({ Create: index }) => (index ? indexDescription(description.TableArn, index) : []));
  const kept = description.GlobalSecondaryIndexes?.filter(({ IndexName }) => !removed.includes(IndexName)) ?? [];
  delete description.GlobalSecondaryIndexes;
  if (kept.length + added.length > 0) description.GlobalSecondaryIndexes = [...kept, ...added];
  return { description, removed, added };
}
