// What the Ledger's stream tells: an outcome, or one of its further events, became another, appeared or went.
import type { StoredOutcome, StoredOverflowEvent } from "./outcome-item.ts";

export type Stored = StoredOutcome | StoredOverflowEvent;

interface Change<Item extends Stored> {
  sequenceNumber: string;
  /** Absent when it appeared. */
  previous?: Item | undefined;
  /** Absent when it went. */
  next?: Item | undefined;
  /** It went by its expiry: then charts keep what it counted, while what is removed on purpose is taken back. */
  expired?: true | undefined;
}

/** One record of the stream that means something. At least one of `previous` and `next` is there. */
export type LedgerChange = Change<StoredOutcome> | Change<StoredOverflowEvent>;

export const isOutcome = (stored: Stored): stored is StoredOutcome => "outcome" in stored;

/** Of what a change changes. */
export const subjectOf = ({ previous, next }: LedgerChange): Stored => {
  const stored = next ?? previous;
  if (!stored) throw new RangeError("a change of nothing");
  return stored;
};
