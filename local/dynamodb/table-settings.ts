// What is set on a table beside its description: time to live and tags.
import * as v from "valibot";
import { parseInput } from "../json-input.ts";
import { AwsError } from "../protocol.ts";
import type { Database, Json, Operation, Operations } from "./database.ts";
import { parseRequest, validationError } from "./dynalite.ts";
import { tags, timeToLiveInput } from "./table-input.ts";
import type { Scope, Table } from "./tables.ts";

const tagResourceInput = v.object({ Tags: tags });
const untagResourceInput = v.object({ TagKeys: v.array(v.string()) });

export function createTableSettings({ tables, expiry }: Database): Operations {
  const tagged = (scope: Scope, { ResourceArn }: Json): Table => {
    const table = tables.findByArn(String(ResourceArn));
    if (table?.scope.accountId !== scope.accountId)
      throw new AwsError(
        "ResourceNotFoundException",
        `Requested resource not found: ResourceArn: ${ResourceArn} not found`,
      );
    return table;
  };

  const updateTimeToLive: Operation = async (input, scope) => {
    const { TableName, TimeToLiveSpecification } = parseInput(timeToLiveInput, input, {
      what: "UpdateTimeToLive",
      code: "ValidationException",
    });
    const { timeToLiveAttribute, ...table } = tables.get(scope, TableName);
    const { AttributeName, Enabled } = TimeToLiveSpecification;
    if (Enabled === (timeToLiveAttribute !== undefined))
      throw validationError(`TimeToLive is already ${Enabled ? "enabled" : "disabled"}`);
    expiry.forget(table);
    await tables.save(Enabled ? { ...table, timeToLiveAttribute: AttributeName } : table);
    return { TimeToLiveSpecification };
  };

  const describeTimeToLive: Operation = (input, scope) => {
    const { timeToLiveAttribute } = tables.get(scope, parseRequest("DescribeTimeToLive", input).TableName);
    return {
      TimeToLiveDescription:
        timeToLiveAttribute === undefined
          ? { TimeToLiveStatus: "DISABLED" }
          : { TimeToLiveStatus: "ENABLED", AttributeName: timeToLiveAttribute },
    };
  };

  return {
    UpdateTimeToLive: updateTimeToLive,
    DescribeTimeToLive: describeTimeToLive,
    TagResource: async (input, scope) => {
      const table = tagged(scope, input);
      const { Tags } = parseInput(tagResourceInput, input, { what: "TagResource", code: "ValidationException" });
      const added = Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value]));
      await tables.save({ ...table, tags: { ...table.tags, ...added } });
      return {};
    },
    UntagResource: async (input, scope) => {
      const table = tagged(scope, input);
      const { TagKeys } = parseInput(untagResourceInput, input, { what: "UntagResource", code: "ValidationException" });
      const left = Object.entries(table.tags).filter(([key]) => !TagKeys.includes(key));
      await tables.save({ ...table, tags: Object.fromEntries(left) });
      return {};
    },
    ListTagsOfResource: (input, scope) => ({
      Tags: Object.entries(tagged(scope, input).tags).map(([Key, Value]) => ({ Key, Value })),
    }),
  };
}
