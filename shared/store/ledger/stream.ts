// Reads the records of the Ledger's stream: which of them change what lists and counters say, and how.
import type { Item, Key } from "../dynamo-batch.ts";
import { parseImage, type Image } from "../dynamo-image.ts";
import type { LedgerChange } from "./change.ts";
import { isBarrierKey, parseOutcomeKey } from "./keys.ts";
import { parseOutcomeItem, parseOverflowItem } from "./outcome-item.ts";

/** What of a record of a DynamoDB stream is read here, as Lambda hands it over (view NEW_AND_OLD_IMAGES). */
export interface LedgerRecord {
  eventName?: string | undefined;
  /** Set on what DynamoDB's TTL removed (DynamoDB developer guide, "DynamoDB Streams and Time to Live"). */
  userIdentity?: { type?: string | undefined; principalId?: string | undefined } | undefined;
  dynamodb?:
    | {
        SequenceNumber?: string | undefined;
        Keys?: Image | undefined;
        NewImage?: Image | undefined;
        OldImage?: Image | undefined;
      }
    | undefined;
}

const expiryPrincipal = "dynamodb.amazonaws.com";

const keysIn = ({ dynamodb: { Keys } = {} }: LedgerRecord): Key | undefined =>
  Keys && (parseImage(Keys) as unknown as Key);

/**
 * The change that a record tells of. Undefined for what projections write themselves.
 * @throws TypeError when an outcome or event in it cannot be read
 */
export function parseLedgerChange(record: LedgerRecord): LedgerChange | undefined {
  const { userIdentity, dynamodb: { SequenceNumber: sequenceNumber, NewImage, OldImage } = {} } = record;
  const keys = keysIn(record);
  if (sequenceNumber === undefined || !keys)
    throw new TypeError("The stream record has no sequence number or no keys.");
  const address = parseOutcomeKey(keys);
  if (!address || !(NewImage ?? OldImage)) return undefined;
  const images = <Stored>(parse: (item: Item) => Stored) => ({
    sequenceNumber,
    ...(OldImage ? { previous: parse(parseImage(OldImage)) } : {}),
    ...(NewImage ? { next: parse(parseImage(NewImage)) } : {}),
    ...(userIdentity?.principalId === expiryPrincipal ? { expired: true as const } : {}),
  });
  return address.overflowEventId === undefined ? images(parseOutcomeItem) : images(parseOverflowItem);
}

/** The key of a barrier that was put up (recount/barrier.ts); undefined for every other record. */
export function findBarrier(record: LedgerRecord): Key | undefined {
  const keys = keysIn(record);
  return record.eventName === "INSERT" && keys && isBarrierKey(keys) ? keys : undefined;
}
