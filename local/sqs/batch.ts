// The batch operations of SQS: every entry succeeds or fails by itself.
import { AwsError } from "../protocol.ts";

const maximumEntries = 10;

function assertBatch(entries: { Id: string }[]): void {
  const ids = entries.map(({ Id }) => Id);
  if (ids.length === 0) throw new AwsError("EmptyBatchRequest", "There should be at least one entry in the request.");
  if (ids.length > maximumEntries)
    throw new AwsError(
      "TooManyEntriesInBatchRequest",
      `Maximum number of entries per request are ${maximumEntries}. You have sent ${ids.length}.`,
    );
  const repeated = ids.find((id, index) => ids.indexOf(id) !== index);
  if (repeated !== undefined) throw new AwsError("BatchEntryIdsNotDistinct", `Id ${repeated} repeated.`);
  if (ids.some((id) => !/^[\w-]{1,80}$/.test(id)))
    throw new AwsError(
      "InvalidBatchEntryId",
      "A batch entry id has other than 1-80 alphanumerics, hyphens or underscores.",
    );
}

/**
 * Runs each entry; an AwsError of one is its own failure.
 * @throws AwsError `EmptyBatchRequest`, `TooManyEntriesInBatchRequest`, `BatchEntryIdsNotDistinct`, `InvalidBatchEntryId`
 */
export async function runBatch<Entry extends { Id: string }>(
  entries: Entry[],
  run: (entry: Entry) => object | Promise<object>,
): Promise<{ Successful: object[]; Failed: object[] }> {
  assertBatch(entries);
  const Successful: object[] = [];
  const Failed: object[] = [];
  for (const entry of entries) {
    try {
      Successful.push({ Id: entry.Id, ...(await run(entry)) });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      Failed.push({ Id: entry.Id, Code: error.code, Message: error.message, SenderFault: error.status < 500 });
    }
  }
  return { Successful, Failed };
}
