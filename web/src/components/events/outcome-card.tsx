// What became of a message for one recipient: the verdict first, then the numbers, then every event.
import { For, type JSX, Show } from "solid-js";
import type { EngagementView, LinkView, OutcomeView } from "../../../../shared/contract/api/events.ts";
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

/** All of them, since SES counts all; then those that a person made, since that is what people want to know. */
function Tally(props: { name: string; tally: EngagementView }) {
  const byPersons = () => (props.tally.total > 0 ? props.tally.byPersons : undefined);
  return (
    <div>
      <dt class="text-sm text-muted">{props.name}</dt>
      <dd class="text-lg font-semibold tabular-nums">×{props.tally.total}</dd>
      <dd class="flex flex-wrap gap-x-3 text-sm text-muted tabular-nums">
        <Moment name="first" iso={props.tally.firstAt} />
        <Moment name="last" iso={props.tally.total > 1 ? props.tally.lastAt : undefined} />
      </dd>
      <Show when={byPersons()}>
        {(persons) => (
          <dd class="mt-1 flex flex-wrap items-center gap-x-3 text-sm tabular-nums">
            <span class={persons().total > 0 ? "font-medium text-good" : "text-muted"}>
              {persons().total === 0 ? "none by persons" : `×${persons().total} by persons`}
            </span>
            <span class="flex flex-wrap gap-x-3 text-muted">
              <Moment name="first" iso={persons().firstAt} />
            </span>
          </dd>
        )}
      </Show>
    </div>
  );
}

function Explanation(props: { children: JSX.Element }) {
  return <div class="rounded-lg bg-bad-soft px-3.5 py-2.5 text-sm">{props.children}</div>;
}

/** Where it is not everybody. */
const personsOf = ({ total, byPersons = total }: LinkView): string => {
  if (byPersons === total) return "";
  return byPersons === 0 ? ", none by persons" : `, ×${byPersons} by persons`;
};

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
          <Explanation>
            <p>{explainBounce(bounce())}</p>
            <p class="break-words text-muted">
              {[bounce().type, bounce().subType, bounce().diagnosticCode].filter(Boolean).join(" · ")}
            </p>
          </Explanation>
        )}
      </Show>
      <Show when={props.outcome.complaint}>
        <Explanation>
          <p>The recipient reported this mail as spam. The address is suppressed; do not mail it again.</p>
        </Explanation>
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
                <li class="flex flex-wrap justify-between gap-x-4">
                  <span class="min-w-0 break-all">{link.url}</span>
                  <span class="whitespace-nowrap tabular-nums">
                    <span class="font-medium">×{link.total}</span>
                    <span class="text-muted empty:hidden">{personsOf(link)}</span>
                  </span>
                </li>
              )}
            </For>
          </ul>
        </div>
      </Show>
      <Timeline
        events={props.outcome.events}
        label={`Events of ${props.outcome.recipient}`}
        further={props.outcome.furtherEvents}
        hasAutomaticReply={props.outcome.automaticReply}
      />
    </article>
  );
}
