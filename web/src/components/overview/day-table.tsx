// The numbers behind the chart.
import { For } from "solid-js";
import type { StatsView } from "../../../../shared/contract/api/events.ts";
import { showCount } from "../../lib/number.ts";
import { showDay } from "../../lib/time.ts";
import { series } from "./series.ts";

export function DayTable(props: { stats: StatsView }) {
  return (
    <details class="text-sm">
      <summary class="w-fit cursor-pointer text-muted hover:text-ink">Numbers per day (UTC)</summary>
      <div class="mt-3 overflow-x-auto">
        <table class="w-full text-right tabular-nums">
          <thead>
            <tr class="text-muted">
              <th scope="col" class="py-1.5 text-left font-medium">
                Day
              </th>
              <For each={series}>
                {({ name }) => (
                  <th scope="col" class="py-1.5 pl-4 font-medium">
                    {name}
                  </th>
                )}
              </For>
            </tr>
          </thead>
          <tbody>
            <For each={props.stats.days.toReversed()}>
              {({ day, counts }) => (
                <tr class="border-t border-line">
                  <th scope="row" class="py-1.5 text-left font-normal whitespace-nowrap">
                    {showDay(day)}
                  </th>
                  <For each={series}>{({ type }) => <td class="py-1.5 pl-4">{showCount(counts[type])}</td>}</For>
                </tr>
              )}
            </For>
          </tbody>
        </table>
      </div>
    </details>
  );
}
