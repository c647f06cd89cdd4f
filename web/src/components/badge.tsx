// A status as a word with a sign; the colour only adds to it.
import type { EventStatusWord, OutcomeView } from "../../../shared/contract/api/events.ts";
import { lookOfStatus, type Look, type Tone } from "../lib/status.ts";
import { Icon } from "./icon.tsx";

const tones: Record<Tone, string> = {
  good: "bg-good-soft text-good",
  info: "bg-info-soft text-info",
  warn: "bg-warn-soft text-warn",
  bad: "bg-bad-soft text-bad",
  strong: "bg-strong-soft text-strong",
  plain: "bg-raised text-muted",
};

export function Badge(props: { look: Pick<Look, "word" | "tone"> & Partial<Look> }) {
  return (
    <span
      class={`inline-flex items-center gap-1 rounded-md align-middle px-1.5 py-0.5 text-xs font-medium whitespace-nowrap ${tones[props.look.tone]}`}
    >
      {props.look.sign && <Icon name={props.look.sign} />}
      {props.look.word}
    </span>
  );
}

export function StatusBadge(props: { status: OutcomeView["status"] | EventStatusWord }) {
  return <Badge look={lookOfStatus(props.status)} />;
}

/** The sign alone in its colour, for places where the word stands beside it. */
export function StatusMark(props: { look: Look; class?: string }) {
  return (
    <span class={`grid size-6 place-items-center rounded-full ${tones[props.look.tone]} ${props.class ?? ""}`}>
      <Icon name={props.look.sign} />
    </span>
  );
}
