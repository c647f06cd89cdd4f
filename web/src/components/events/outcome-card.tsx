// What became of a message for one recipient: the verdict first, then the numbers, then every event.
import { For, type JSX, Show } from "solid-js";
import type { OutcomeView, TallyView } from "../../../../shared/contract/api/events.ts";
import { explainBounce } from "../../lib/status.ts";
import { showFullTime, showTime } from "../../lib/time.ts";
import { Badge, StatusBadge } from "../badge.tsx";
import { Recipient } from "./event-detail.tsx";
import { Timeline } from "./timeline.tsx";

function Moment(props: { name: string; iso: string | undefined }) {
  return (
    <Show when={props.iso}>
      {(iso) => (
        <span title={showFullTime(iso())}>
          {props.name} {showTime(iso(), Date.now())}
        </span>
      )}
    </Show>
  );
}

function Tally(props: { name: string; tally: TallyView }) {
  return (
    <div>
      <dt class="text-sm text-muted">{props.name}</dt>
      <dd class="text-lg font-semibold tabular-nums">×{props.tally.total}</dd>
      <dd class="flex flex-wrap gap-x-3 text-sm text-muted tabular-nums">
        <Moment name="first" iso={props.tally.firstAt} />
        <Moment name="last" iso={props.tally.total > 1 ? props.tally.lastAt : undefined} />
      </dd>
    </div>
  );
}

function Verdict(props: { children: JSX.Element }) {
  return <div class="rounded-lg bg-bad-soft px-3.5 py-2.5 text-sm">{props.children}</div>;
}

export function OutcomeCard(props: { outcome: OutcomeView }) {
  return (
    <article class="space-y-5 rounded-xl border border-line bg-surface p-5" aria-label={props.outcome.recipient}>
      <div class="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <h2 class="min-w-0 font-semibold wrap-anywhere">
          <Recipient recipient={props.outcome.recipient} />
        </h2>
        <span class="flex gap-2">
          <Show when={props.outcome.automaticReply}>
            <Badge look={{ word: "Out of office", tone: "plain" }} />
          </Show>
          <StatusBadge status={props.outcome.status} />
        </span>
      </div>
      <Show when={props.outcome.bounce}>
        {(bounce) => (
          <Verdict>
            <p>{explainBounce(bounce())}</p>
            <p class="break-words text-muted">
              {[bounce().type, bounce().subType, bounce().diagnosticCode].filter(Boolean).join(" · ")}
            </p>
          </Verdict>
        )}
      </Show>
      <Show when={props.outcome.complaint}>
        <Verdict>
          <p>The recipient reported this mail as spam. The address is suppressed; do not mail it again.</p>
        </Verdict>
      </Show>
      <dl class="grid grid-cols-2 gap-4 border-y border-line py-4">
        <Tally name="Opens" tally={props.outcome.opens} />
        <Tally name="Clicks" tally={props.outcome.clicks} />
      </dl>
      <Show when={props.outcome.links.length > 0}>
        <div class="space-y-2 text-sm">
          <h3 class="text-muted">Clicked links</h3>
          <ul class="space-y-2" aria-label="Clicked links">
            <For each={props.outcome.links}>
              {(link) => (
                <li class="flex justify-between gap-4">
                  <span class="min-w-0 break-all">{link.url}</span>
                  <span class="font-medium whitespace-nowrap tabular-nums">×{link.total}</span>
                </li>
              )}
            </For>
          </ul>
        </div>
      </Show>
      <Timeline events={props.outcome.events} label={`Events of ${props.outcome.recipient}`} />
    </article>
  );
}
