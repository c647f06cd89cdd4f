// A status as a word with a sign; the colour only adds to it.
import type { EventStatusWord, OutcomeView } from "../../../shared/contract/api/events.ts";
import { lookOfStatus, type Tone } from "../lib/status.ts";

const tones: Record<Tone, string> = {
  good: "bg-good-soft text-good",
  info: "bg-info-soft text-info",
  warn: "bg-warn-soft text-warn",
  bad: "bg-bad-soft text-bad",
  strong: "bg-strong-soft text-strong",
  plain: "bg-raised text-muted",
};

export function Badge(props: { tone: Tone; sign?: string; children: string }) {
  return (
    <span
      class={`inline-flex items-center gap-1.5 whitespace-nowrap rounded-full px-2.5 py-0.5 text-xs font-semibold ${tones[props.tone]}`}
    >
      {props.sign && <span aria-hidden="true">{props.sign}</span>}
      {props.children}
    </span>
  );
}

export function StatusBadge(props: { status: OutcomeView["status"] | EventStatusWord }) {
  const look = () => lookOfStatus(props.status);
  return (
    <Badge tone={look().tone} sign={look().sign}>
      {look().word}
    </Badge>
  );
}
