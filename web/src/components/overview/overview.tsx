// The last two weeks at a glance: totals, which choose what the chart shows, and the chart.
import { createAsyncStore } from "@solidjs/router";
import { createSignal, For, Show } from "solid-js";
import type { StatsView } from "../../../../shared/contract/api/events.ts";
import { getStats } from "../../lib/api.ts";
import { showCount, showShortCount } from "../../lib/number.ts";
import { pollWhileVisible } from "../../lib/poll.ts";
import { DayTable } from "./day-table.tsx";
import { EventChart } from "./event-chart.tsx";
import { type Series, series } from "./series.ts";

const refreshMs = 5000;

const hasEvents = (stats: StatsView): boolean => Object.values(stats.totals).some((count) => count > 0);

export function Overview() {
  const stats = createAsyncStore(() => getStats({}));
  pollWhileVisible(() => getStats.refresh({}), refreshMs);
  const [hidden, setHidden] = createSignal<ReadonlySet<Series["type"]>>(new Set());
  const toggle = (type: Series["type"], isShown: boolean) =>
    setHidden((before) => {
      const after = new Set(before);
      if (isShown) after.delete(type);
      else after.add(type);
      return after;
    });

  return (
    <Show when={stats()}>
      {(shown) => (
        <section aria-labelledby="overview" class="space-y-5 rounded-xl border border-line bg-surface p-5">
          <h2 id="overview" class="sr-only">
            The last 14 days
          </h2>
          <dl class="-mx-2 grid grid-cols-3 gap-y-3 sm:grid-cols-6">
            <For each={series}>
              {({ type, name, color }) => (
                <div class="px-2">
                  <dt class="text-sm text-muted">
                    <label class="flex w-fit cursor-pointer items-center gap-2 hover:text-ink">
                      <input
                        type="checkbox"
                        class="size-3 shrink-0 cursor-pointer appearance-none rounded-sm border-2 border-(--series) checked:bg-(--series)"
                        style={{ "--series": `var(${color})` }}
                        aria-label={`Show ${name} in the chart`}
                        checked={!hidden().has(type)}
                        onChange={(event) => toggle(type, event.currentTarget.checked)}
                      />
                      {name}
                    </label>
                  </dt>
                  <dd
                    class="mt-0.5 text-xl font-semibold tracking-tight tabular-nums sm:text-2xl"
                    title={showCount(shown().totals[type])}
                  >
                    {showShortCount(shown().totals[type])}
                  </dd>
                </div>
              )}
            </For>
          </dl>
          <Show
            when={hasEvents(shown())}
            fallback={<p class="text-sm text-muted">Nothing happened in the last 14 days.</p>}
          >
            <EventChart stats={shown()} hidden={hidden()} />
            <DayTable stats={shown()} />
          </Show>
        </section>
      )}
    </Show>
  );
}
