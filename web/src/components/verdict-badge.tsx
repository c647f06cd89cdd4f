// Who caused an open or a click, as a word with a sign; why, for those who ask.
import { lookOfVerdict, type Verdict } from "../lib/verdict.ts";
import { Badge } from "./badge.tsx";

export function VerdictBadge(props: { verdict: Verdict; reason?: string | undefined }) {
  const look = () => lookOfVerdict(props.verdict);
  return (
    <span title={`${look().meaning}${props.reason ? ` Here: ${props.reason}` : ""}`}>
      <Badge look={look()} />
    </span>
  );
}
