// How far the last change of the retention is.
import { Match, Show, Switch } from "solid-js";
import type { RetentionChangeView } from "../../../../shared/contract/api/settings.ts";
import { showCount } from "../../lib/number.ts";
import type { Look } from "../../lib/status.ts";
import { showDayAndYear, showFullTime } from "../../lib/time.ts";
import { Badge } from "../badge.tsx";

const looks: Record<RetentionChangeView["state"], Look> = {
  waiting: { word: "Waiting", tone: "warn", sign: "clock" },
  running: { word: "Running", tone: "info", sign: "clock" },
  done: { word: "Done", tone: "good", sign: "check" },
};

export function RetentionProgress(props: { change: RetentionChangeView }) {
  const counts = () =>
    `${showCount(props.change.looked)} events looked at, ${showCount(props.change.rewritten)} items with a new expiry.`;
  return (
    <div role="status" class="space-y-2 rounded-lg bg-raised px-4 py-3 text-sm">
      <p class="flex flex-wrap items-center gap-2">
        <Badge look={looks[props.change.state]} />
        Changed {showFullTime(props.change.changedAt)}
      </p>
      <p class="text-muted">
        <Switch>
          <Match when={props.change.state === "waiting"}>
            Lists and pages follow the new time already. What is stored gets its new expiry from a quarter of an hour
            after the change; until then, a change back loses nothing.
          </Match>
          <Match when={props.change.state === "running"}>
            What is stored gets its new expiry, from the newest to the oldest
            <Show when={props.change.lookedAtDaysAfter}>
              {(day) => <>: everything after {showDayAndYear(day())} is done</>}
            </Show>
            . {counts()}
          </Match>
          <Match when={props.change.state === "done"}>
            All that is stored follows the setting
            <Show when={props.change.finishedAt}>{(at) => <> since {showFullTime(at())}</>}</Show>. {counts()}
          </Match>
        </Switch>
      </p>
      <Show when={props.change.state === "running"}>
        <progress class="h-1.5 w-full accent-info" aria-label="The change is running" />
      </Show>
    </div>
  );
}
