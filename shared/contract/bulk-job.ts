// What the worker of the lines is asked to do: the messages of its queue. Each may come twice, late, or for nothing: what is to
// be done is in the Directory.
import * as v from "valibot";

const tenantId = v.string();

export const bulkJob = v.variant("kind", [
  v.strictObject({
    /** A connection's line has something to send. */
    kind: v.literal("line"),
    tenantId,
    connectionId: v.string(),
    /** The line's own clock: its rest may be over. */
    isTimer: v.optional(v.boolean()),
  }),
  v.strictObject({
    /** The time has come for a bulk: sent by EventBridge Scheduler. */
    kind: v.literal("due"),
    tenantId,
    bulkId: v.string(),
  }),
]);

export type BulkJob = v.InferOutput<typeof bulkJob>;
