// What the rewriter is asked to do: the messages of its queue. Each is one step of a longer work whose place is in the
// Directory; a message that the place has passed does nothing.
import * as v from "valibot";

const step = v.pipe(v.number(), v.integer(), v.minValue(0));

export const rewriteJob = v.variant("kind", [
  v.strictObject({
    kind: v.literal("retention"),
    tenantId: v.string(),
    /** Which change of the tenant's retention. */
    change: v.pipe(v.number(), v.integer(), v.minValue(1)),
    step,
  }),
  v.strictObject({
    kind: v.literal("erasure"),
    tenantId: v.string(),
    /** The address, as a keyed digest: it is in no queue. */
    addressDigest: v.string(),
    /** Which request for its erasure. */
    runId: v.string(),
    step,
  }),
]);

export type RewriteJob = v.InferOutput<typeof rewriteJob>;

/**
 * How long a change of settings or an erasure waits before it goes through what is stored. By then no categorizer works by
 * what it remembers of before (30 s, and as long for its batch).
 */
export const erasureSweepDelaySeconds = 120;
/** Longer, the longest that SQS allows: by then the projector has listed what was stored just before. */
export const retentionDelaySeconds = 900;
