// AWS::DynamoDB::Table and AWS::DynamoDB::GlobalTable. A table that is there from an earlier run keeps its items; what
// the template changed about indexes, stream and time to live is changed.
import * as v from "valibot";
import type { CreatedResource, ResourceContext, ResourceProviders } from "../cloudformation/provider.ts";
import { parseInput, templateBoolean, templateNumber } from "../json-input.ts";
import { AwsError, unsupported } from "../protocol.ts";
import type { Json } from "./database.ts";
import type { SecondaryIndex, TableDescription } from "./dynalite.ts";
import type { Scope, Table, Tables } from "./tables.ts";

/** A property without meaning on a laptop, named so that no other is passed over. */
const ignored = v.optional(v.unknown());

const keySchema = v.array(v.strictObject({ AttributeName: v.string(), KeyType: v.picklist(["HASH", "RANGE"]) }));

const projection = v.strictObject({
  ProjectionType: v.picklist(["ALL", "KEYS_ONLY", "INCLUDE"]),
  NonKeyAttributes: v.optional(v.array(v.string())),
});

const index = v.strictObject({
  IndexName: v.string(),
  KeySchema: keySchema,
  Projection: projection,
  ProvisionedThroughput: ignored,
  OnDemandThroughput: ignored,
  WarmThroughput: ignored,
  ContributorInsightsSpecification: ignored,
  WriteOnDemandThroughputSettings: ignored,
  WriteProvisionedThroughputSettings: ignored,
});

const common = {
  TableName: v.optional(v.string()),
  KeySchema: keySchema,
  AttributeDefinitions: v.array(
    v.strictObject({ AttributeName: v.string(), AttributeType: v.picklist(["S", "N", "B"]) }),
  ),
  GlobalSecondaryIndexes: v.optional(v.array(index)),
  LocalSecondaryIndexes: v.optional(v.array(index)),
  StreamSpecification: v.optional(
    v.strictObject({ StreamViewType: v.picklist(["KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES"]) }),
  ),
  TimeToLiveSpecification: v.optional(
    v.strictObject({ AttributeName: v.optional(v.string()), Enabled: templateBoolean }),
  ),
  BillingMode: v.optional(v.picklist(["PROVISIONED", "PAY_PER_REQUEST"])),
  SSESpecification: ignored,
  WarmThroughput: ignored,
};

const tableProperties = v.strictObject({
  ...common,
  ProvisionedThroughput: v.optional(
    v.strictObject({ ReadCapacityUnits: templateNumber, WriteCapacityUnits: templateNumber }),
  ),
  PointInTimeRecoverySpecification: ignored,
  ContributorInsightsSpecification: ignored,
  DeletionProtectionEnabled: ignored,
  OnDemandThroughput: ignored,
  TableClass: ignored,
  Tags: ignored,
});

const globalTableProperties = v.strictObject({
  ...common,
  Replicas: v.array(
    v.strictObject({
      Region: v.string(),
      ContributorInsightsSpecification: ignored,
      DeletionProtectionEnabled: ignored,
      GlobalSecondaryIndexes: ignored,
      PointInTimeRecoverySpecification: ignored,
      ReadOnDemandThroughputSettings: ignored,
      ReadProvisionedThroughputSettings: ignored,
      SSESpecification: ignored,
      TableClass: ignored,
      Tags: ignored,
    }),
  ),
  WriteOnDemandThroughputSettings: ignored,
  WriteProvisionedThroughputSettings: ignored,
});

type Properties = Omit<v.InferOutput<typeof tableProperties>, "ProvisionedThroughput">;

type IndexProperties = v.InferOutput<typeof index>;

export interface ProviderDeps {
  execute: (operation: string, input: Json, scope: Scope) => Promise<Json>;
  tables: Tables;
  /** Fulfilled once the tables of earlier runs are known. */
  opened: Promise<void>;
}

const indexInput = ({ IndexName, KeySchema, Projection }: IndexProperties) => ({ IndexName, KeySchema, Projection });

/** Throughput has no meaning on a laptop, so every table is on demand. */
const createInput = (name: string, properties: Properties): Json => ({
  TableName: name,
  KeySchema: properties.KeySchema,
  AttributeDefinitions: properties.AttributeDefinitions,
  BillingMode: "PAY_PER_REQUEST",
  ...(properties.GlobalSecondaryIndexes && {
    GlobalSecondaryIndexes: properties.GlobalSecondaryIndexes.map(indexInput),
  }),
  ...(properties.LocalSecondaryIndexes && { LocalSecondaryIndexes: properties.LocalSecondaryIndexes.map(indexInput) }),
  ...(properties.StreamSpecification && {
    StreamSpecification: { StreamEnabled: true, ...properties.StreamSpecification },
  }),
});

const isSame = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);

const isSameIndex = (one: SecondaryIndex, other: IndexProperties) =>
  isSame(
    [one.KeySchema, one.Projection.ProjectionType, one.Projection.NonKeyAttributes],
    [other.KeySchema, other.Projection.ProjectionType, other.Projection.NonKeyAttributes],
  );

function assertAdoptable({ description }: Table, properties: Properties): void {
  const typeOfKey = (definitions: Properties["AttributeDefinitions"]) =>
    properties.KeySchema.map(
      ({ AttributeName }) =>
        definitions.find((definition) => definition.AttributeName === AttributeName)?.AttributeType,
    );
  const local = description.LocalSecondaryIndexes ?? [];
  const wanted = properties.LocalSecondaryIndexes ?? [];
  if (
    !isSame(description.KeySchema, properties.KeySchema) ||
    !isSame(typeOfKey(description.AttributeDefinitions), typeOfKey(properties.AttributeDefinitions)) ||
    local.length !== wanted.length ||
    !local.every((one, position) => wanted[position] && isSameIndex(one, wanted[position]))
  )
    throw new AwsError(
      "ValidationError",
      `The keys of table ${description.TableName} changed: AWS would replace it by an empty one. Start with --fresh.`,
    );
}

/** What UpdateTable has to do to an adopted table; undefined where nothing changed. */
function updateInput({ description }: Table, properties: Properties): Json | undefined {
  const existing = description.GlobalSecondaryIndexes ?? [];
  const wanted = properties.GlobalSecondaryIndexes ?? [];
  const kept = existing.filter((one) =>
    wanted.some((other) => other.IndexName === one.IndexName && isSameIndex(one, other)),
  );
  const isKept = ({ IndexName }: { IndexName: string }) => kept.some((one) => one.IndexName === IndexName);
  const indexUpdates = [
    ...existing.filter((one) => !isKept(one)).map(({ IndexName }) => ({ Delete: { IndexName } })),
    ...wanted.filter((one) => !isKept(one)).map((one) => ({ Create: indexInput(one) })),
  ];
  const view = properties.StreamSpecification?.StreamViewType;
  const isStreamChanged = description.StreamSpecification?.StreamViewType !== view;
  if (indexUpdates.length === 0 && !isStreamChanged) return undefined;
  return {
    TableName: description.TableName,
    AttributeDefinitions: properties.AttributeDefinitions,
    GlobalSecondaryIndexUpdates: indexUpdates,
    ...(isStreamChanged && {
      StreamSpecification:
        view === undefined ? { StreamEnabled: false } : { StreamEnabled: true, StreamViewType: view },
    }),
  };
}

const attributesOf = ({ TableArn, TableId, LatestStreamArn, StreamSpecification }: TableDescription) => ({
  Arn: TableArn,
  TableId,
  ...(StreamSpecification && { StreamArn: LatestStreamArn }),
});

export function createDynamoDbProviders({ execute, tables, opened }: ProviderDeps): ResourceProviders {
  const setTimeToLive = async (scope: Scope, name: string, { TimeToLiveSpecification: wanted }: Properties) => {
    const attribute = wanted?.Enabled === true ? wanted.AttributeName : undefined;
    const current = tables.get(scope, name).timeToLiveAttribute;
    if (current === attribute) return;
    const update = (AttributeName: string, Enabled: boolean) =>
      execute("UpdateTimeToLive", { TableName: name, TimeToLiveSpecification: { AttributeName, Enabled } }, scope);
    if (current !== undefined) await update(current, false);
    if (attribute !== undefined) await update(attribute, true);
  };

  const create = async (properties: Properties, context: ResourceContext): Promise<CreatedResource> => {
    const scope: Scope = { accountId: context.accountId, region: context.region };
    const name = properties.TableName ?? context.generatedName;
    await opened;
    const existing = tables.find(scope, name);
    if (existing) {
      assertAdoptable(existing, properties);
      const update = updateInput(existing, properties);
      if (update) await execute("UpdateTable", update, scope);
    } else await execute("CreateTable", createInput(name, properties), scope);
    await setTimeToLive(scope, name, properties);
    return { ref: name, attributes: attributesOf(tables.get(scope, name).description) };
  };

  const remove = async ({ ref }: CreatedResource, { accountId, region }: ResourceContext) => {
    if (tables.find({ accountId, region }, ref))
      await execute("DeleteTable", { TableName: ref }, { accountId, region });
  };

  return {
    "AWS::DynamoDB::Table": {
      create: (properties, context) =>
        create(
          parseInput(tableProperties, properties, { what: "AWS::DynamoDB::Table", code: "ValidationError" }),
          context,
        ),
      delete: remove,
    },
    "AWS::DynamoDB::GlobalTable": {
      create: (properties, context) => {
        const { Replicas, ...rest } = parseInput(globalTableProperties, properties, {
          what: "AWS::DynamoDB::GlobalTable",
          code: "ValidationError",
        });
        if (Replicas.some(({ Region }) => Region !== context.region))
          throw unsupported("AWS::DynamoDB::GlobalTable Replicas in other regions");
        return create(rest, context);
      },
      delete: remove,
    },
  };
}
