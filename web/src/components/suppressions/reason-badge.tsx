// Why an address must not be mailed.
import type { SuppressionView } from "../../../../shared/contract/api/suppressions.ts";
import type { Look } from "../../lib/status.ts";
import { Badge } from "../badge.tsx";

const reasons: Record<SuppressionView["reason"], Look> = {
  bounce: { word: "Bounced", tone: "bad", sign: "return" },
  complaint: { word: "Complained", tone: "bad", sign: "flag" },
  unsubscribe: { word: "Unsubscribed", tone: "warn", sign: "dash" },
  manual: { word: "Added by hand", tone: "plain", sign: "ban" },
};

export function ReasonBadge(props: { reason: SuppressionView["reason"] }) {
  return <Badge look={reasons[props.reason]} />;
}
