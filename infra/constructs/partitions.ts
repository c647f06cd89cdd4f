// Access to some of a table's partitions alone, for functions that strangers can call.
import type { TableV2 } from "aws-cdk-lib/aws-dynamodb";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";

/**
 * @param partitions what partition keys look like, `*` for anything: `KEY#*`
 * @param actions that name the keys of the items they touch; a scan would pass the condition (IAM user guide, "Using ForAllValues")
 */
export const accessToPartitions = (
  table: TableV2,
  partitions: readonly string[],
  ...actions: readonly `dynamodb:${"GetItem" | "BatchGetItem" | "UpdateItem" | "DeleteItem"}`[]
): PolicyStatement =>
  new PolicyStatement({
    actions: [...actions],
    resources: [table.tableArn],
    conditions: { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": [...partitions] } },
  });

/** What counting the requests of callers takes (shared/store/request-counts.ts). */
export const accessToRequestCounts = (directory: TableV2): PolicyStatement =>
  accessToPartitions(directory, ["REQUESTS#*"], "dynamodb:UpdateItem");
