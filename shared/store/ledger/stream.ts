// Reads the records of the Ledger's stream: which of them change what lists and counters say, and how.
import type { Key } from "../dynamo-batch.ts";
import { parseImage, type Image } from "../dynamo-image.ts";
import { parseOutcomeKey } from "./keys.ts";
import { parseOutcomeItem, parseOverflowItem } from "./outcome-item.ts";
import type { LedgerChange } from "./projection.ts";

/** What of a record of a DynamoDB stream is read here, as Lambda hands it over (view NEW_AND_OLD_IMAGES). */
export interface LedgerRecord {
  eventName?: string | undefined;
  dynamodb?:
    | {
        SequenceNumber?: string | undefined;
        Keys?: Image | undefined;
        NewImage?: Image | undefined;
        OldImage?: Image | undefined;
      }
    | undefined;
}

/**
 * The change that a record tells of. Undefined for what projections write themselves, and for removals: what expires or
 * is erased takes nothing back.
 * @throws TypeError when an outcome or event in it cannot be read
 */
export function parseLedgerChange({ eventName, dynamodb = {} }: LedgerRecord): LedgerChange | undefined {
  const { SequenceNumber: sequenceNumber, Keys, NewImage, OldImage } = dynamodb;
  if (sequenceNumber === undefined || !Keys)
    throw new TypeError("The stream record has no sequence number or no keys.");
  const address = parseOutcomeKey(parseImage(Keys) as unknown as Key);
  if (!address || !NewImage || eventName === "REMOVE") return undefined;
  const next = parseImage(NewImage);
  if (address.overflowEventId === undefined) {
    const previous = OldImage && parseOutcomeItem(parseImage(OldImage));
    return { sequenceNumber, previous, next: parseOutcomeItem(next) };
  }
  return eventName === "INSERT" ? { sequenceNumber, overflow: parseOverflowItem(next) } : undefined;
}
