// The last two weeks at a glance: totals and a chart.
import { createAsync, revalidate } from "@solidjs/router";
import { For, Show } from "solid-js";
import { getStats } from "../lib/api.ts";
import { pollWhileVisible } from "../lib/poll.ts";
import { EventChart } from "./chart.tsx";
import { Skeleton } from "./states.tsx";

const tiles = [
  { type: "send", name: "Sent" },
  { type: "delivery", name: "Delivered" },
  { type: "open", name: "Opens" },
  { type: "click", name: "Clicks" },
  { type: "bounce", name: "Bounced" },
  { type: "complaint", name: "Complaints" },
] as const;

const refreshMs = 5000;

export function Overview() {
  const stats = createAsync(() => getStats({}));
  pollWhileVisible(() => revalidate(getStats.keyFor({})), refreshMs);

  return (
    <Show when={stats.latest ?? stats()} fallback={<Skeleton rows={8} />}>
      {(shown) => (
        <section aria-label="The last 14 days" class="space-y-4 rounded-2xl border border-line bg-surface p-5">
          <dl class="grid grid-cols-3 gap-4 sm:grid-cols-6">
            <For each={tiles}>
              {({ type, name }) => (
                <div>
                  <dt class="text-sm text-muted">{name}</dt>
                  <dd class="text-2xl font-semibold tabular-nums">{shown().totals[type].toLocaleString()}</dd>
                </div>
              )}
            </For>
          </dl>
          <EventChart stats={shown()} />
        </section>
      )}
    </Show>
  );
}
