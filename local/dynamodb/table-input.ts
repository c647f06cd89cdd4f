// The inputs of table operations as far as dynalite does not check them. Strict where an unknown member would matter.
import * as v from "valibot";

export const streamSpecification = v.object({
  StreamEnabled: v.boolean(),
  StreamViewType: v.optional(v.picklist(["KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES"])),
});

export type StreamSpecification = v.InferOutput<typeof streamSpecification>;

const attributeDefinitions = v.array(
  v.object({ AttributeName: v.string(), AttributeType: v.picklist(["S", "N", "B"]) }),
);

const newIndex = v.object({
  IndexName: v.string(),
  KeySchema: v.array(v.object({ AttributeName: v.string(), KeyType: v.picklist(["HASH", "RANGE"]) })),
  Projection: v.object({
    ProjectionType: v.picklist(["ALL", "KEYS_ONLY", "INCLUDE"]),
    NonKeyAttributes: v.optional(v.array(v.string())),
  }),
  ProvisionedThroughput: v.optional(v.unknown()),
  OnDemandThroughput: v.optional(v.unknown()),
});

export const updateTableInput = v.strictObject({
  TableName: v.string(),
  AttributeDefinitions: v.optional(attributeDefinitions),
  BillingMode: v.optional(v.picklist(["PROVISIONED", "PAY_PER_REQUEST"])),
  ProvisionedThroughput: v.optional(v.looseObject({})),
  StreamSpecification: v.optional(streamSpecification),
  GlobalSecondaryIndexUpdates: v.optional(
    v.array(v.strictObject({ Create: v.optional(newIndex), Delete: v.optional(v.object({ IndexName: v.string() })) })),
  ),
  DeletionProtectionEnabled: v.optional(v.boolean()),
  SSESpecification: v.optional(v.unknown()),
  TableClass: v.optional(v.string()),
});

export const timeToLiveInput = v.strictObject({
  TableName: v.string(),
  TimeToLiveSpecification: v.object({ AttributeName: v.string(), Enabled: v.boolean() }),
});

export const tags = v.array(v.object({ Key: v.string(), Value: v.string() }));

export const createTableInput = v.object({
  StreamSpecification: v.optional(streamSpecification),
  Tags: v.optional(tags),
});

export type NewIndex = v.InferOutput<typeof newIndex>;
export type UpdateTableInput = v.InferOutput<typeof updateTableInput>;
