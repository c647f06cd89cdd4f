// What became of a message for one recipient: the verdict first, then the numbers, then every event.
import { For, Show } from "solid-js";
import type { OutcomeView, TallyView } from "../../../../shared/contract/api/events.ts";
import { explainBounce } from "../../lib/status.ts";
import { showFullTime, showTime } from "../../lib/time.ts";
import { Badge, StatusBadge } from "../badge.tsx";
import { Recipient } from "./event-list.tsx";
import { Timeline } from "./timeline.tsx";

function Tally(props: { name: string; tally: TallyView }) {
  const when = (iso: string | undefined) => (iso ? showTime(iso, Date.now()) : "");
  return (
    <div>
      <dt class="text-sm text-muted">{props.name}</dt>
      <dd class="font-semibold tabular-nums">×{props.tally.total}</dd>
      <Show when={props.tally.firstAt}>
        {(first) => (
          <dd class="text-sm text-muted" title={showFullTime(first())}>
            first {when(first())}
            <Show when={props.tally.total > 1}>, last {when(props.tally.lastAt)}</Show>
          </dd>
        )}
      </Show>
    </div>
  );
}

export function OutcomeCard(props: { outcome: OutcomeView }) {
  return (
    <article class="space-y-4 rounded-2xl border border-line bg-surface p-5" aria-label={props.outcome.recipient}>
      <div class="flex flex-wrap items-center justify-between gap-3">
        <h2 class="min-w-0 font-semibold break-all">
          <Recipient event={props.outcome} />
        </h2>
        <span class="flex gap-2">
          <Show when={props.outcome.automaticReply}>
            <Badge tone="plain">Out of office</Badge>
          </Show>
          <StatusBadge status={props.outcome.status} />
        </span>
      </div>
      <Show when={props.outcome.bounce}>
        {(bounce) => (
          <div class="rounded-lg bg-bad-soft px-3 py-2 text-sm">
            <p>{explainBounce(bounce())}</p>
            <p class="text-muted">
              {bounce().type} · {bounce().subType} {bounce().diagnosticCode}
            </p>
          </div>
        )}
      </Show>
      <Show when={props.outcome.complaint}>
        <p class="rounded-lg bg-bad-soft px-3 py-2 text-sm">
          The recipient reported this mail as spam. The address is suppressed; do not mail it again.
        </p>
      </Show>
      <dl class="grid grid-cols-2 gap-4">
        <Tally name="Opens" tally={props.outcome.opens} />
        <Tally name="Clicks" tally={props.outcome.clicks} />
      </dl>
      <Show when={props.outcome.links.length > 0}>
        <ul class="space-y-1 text-sm" aria-label="Clicked links">
          <For each={props.outcome.links}>
            {(link) => (
              <li class="flex justify-between gap-4">
                <span class="min-w-0 break-all">{link.url}</span>
                <span class="whitespace-nowrap tabular-nums">×{link.total}</span>
              </li>
            )}
          </For>
        </ul>
      </Show>
      <Timeline events={props.outcome.events} label={`Events of ${props.outcome.recipient}`} />
    </article>
  );
}
