// What Lambda hands over of the Ledger's stream, and what it wants answered. The work itself: project.ts.
import type { DynamoDBBatchResponse, DynamoDBRecord } from "aws-lambda";
import { project, type ProjectDeps } from "./project.ts";

/**
 * An event of a mapping with a tumbling window: the only one that names the shard (Lambda developer guide,
 * "Implementing stateful DynamoDB stream processing in Lambda"). A window's final call has no records.
 */
export interface WindowedStreamEvent {
  Records?: DynamoDBRecord[];
  shardId?: string;
}

export interface WindowedResponse extends DynamoDBBatchResponse {
  /** Nothing to remember, but Lambda takes an answer without a state for a failure. */
  state: Record<string, never>;
}

/** Throws when the batch must come again: Lambda then repeats it, in halves, before anything that follows. */
export const projectStream =
  (deps: ProjectDeps & { clock: () => number }) =>
  async ({ Records: records = [], shardId }: WindowedStreamEvent): Promise<WindowedResponse> => {
    if (shardId === undefined)
      throw new Error("The stream's shard is not named: give the event source mapping a tumbling window.");
    if (records.length > 0) {
      await project(deps)({ shardId, records });
      const oldest = Math.min(...records.map(({ dynamodb }) => dynamodb?.ApproximateCreationDateTime ?? Infinity));
      if (Number.isFinite(oldest)) deps.count("projectorLag", Math.max(0, deps.clock() - oldest * 1000));
    }
    return { batchItemFailures: [], state: {} };
  };
