// Why an address must not be mailed, and which mail that is.
import type { SuppressionReason, SuppressionReasonView } from "../../../../shared/contract/api/suppressions.ts";
import type { Look } from "../../lib/status.ts";
import { Badge } from "../badge.tsx";

const looks: Record<SuppressionReason, Look> = {
  bounce: { word: "Bounced", tone: "bad", sign: "return" },
  complaint: { word: "Complained", tone: "bad", sign: "flag" },
  unsubscribe: { word: "Unsubscribed", tone: "warn", sign: "dash" },
  manual: { word: "Added by hand", tone: "plain", sign: "ban" },
};

export const reasonWord = (reason: SuppressionReason): string => looks[reason].word;

export function ReasonBadge(props: { reason: SuppressionReason }) {
  return <Badge look={looks[props.reason]} />;
}

/** One sentence: which mail SESami refuses. */
export function refusedMail({ reason, list }: Pick<SuppressionReasonView, "reason" | "list">): string {
  if (reason !== "unsubscribe") return "SESami refuses to mail it.";
  return list === undefined
    ? "SESami refuses all mail to it that can be left, and still sends receipts and new passwords."
    : `SESami refuses mail of the list ${list} to it.`;
}
