// What an outcome says against its recipient, as suppressions keep it.
import type { Outcome } from "../domain/outcome.ts";
import { isPseudonym } from "../domain/pseudonym.ts";
import { suppressionsOf } from "../domain/suppression.ts";
import type { SuppressionRecord } from "./suppressions.ts";

export type EvidentSuppression = SuppressionRecord & Required<Pick<SuppressionRecord, "evidence">>;

/** Nothing against people who were erased: what was known against them is kept under a digest of the address. */
export const suppressionRecordsOf = (outcome: Outcome): EvidentSuppression[] =>
  isPseudonym(outcome.recipient)
    ? []
    : suppressionsOf(outcome).map(({ eventId, ...found }) =>
        Object.assign(found, { evidence: { messageId: outcome.messageId, eventId } }),
      );
