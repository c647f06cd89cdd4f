// What a function's answer says of its batch, where the mapping asks for ReportBatchItemFailures.
// Source: Lambda developer guide, "Implementing partial batch responses" (SQS) and the same for DynamoDB streams.
import * as v from "valibot";

const responseSchema = v.nullish(
  v.object({ batchItemFailures: v.nullish(v.array(v.object({ itemIdentifier: v.pipe(v.string(), v.nonEmpty()) }))) }),
);

/**
 * The items that failed, out of those of the batch; empty is success. A response that cannot be read, or that names an
 * item which is not in the batch, fails the whole batch.
 */
export function listFailedItems(response: unknown, batch: readonly string[]): Set<string> {
  const parsed = v.safeParse(responseSchema, response);
  const whole = new Set(batch);
  if (!parsed.success) return whole;
  const failed = new Set((parsed.output?.batchItemFailures ?? []).map(({ itemIdentifier }) => itemIdentifier));
  return [...failed].every((item) => whole.has(item)) ? failed : whole;
}
