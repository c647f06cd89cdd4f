// The numbers behind the chart.
import { For } from "solid-js";
import type { StatsView } from "../../../../shared/contract/api/stats.ts";
import { showCount } from "../../lib/number.ts";
import { pointNames } from "../../lib/time.ts";
import type { Figure } from "./figures.ts";

export function PointTable(props: { stats: StatsView; figures: readonly Figure[] }) {
  const nameOf = () => pointNames(props.stats.interval, props.stats.timeZone);
  const unit = () => (props.stats.interval === "hour" ? "hour" : "day");
  return (
    <details class="text-sm">
      <summary class="w-fit cursor-pointer text-muted hover:text-ink">
        Numbers per {unit()} ({props.stats.timeZone})
      </summary>
      <div class="mt-3 max-h-96 overflow-auto">
        <table class="w-full text-right tabular-nums">
          <thead>
            <tr class="sticky top-0 bg-surface text-muted">
              <th scope="col" class="py-1.5 text-left font-medium first-letter:uppercase">
                {unit()}
              </th>
              <For each={props.figures}>
                {({ name }) => (
                  <th scope="col" class="py-1.5 pl-4 font-medium">
                    {name}
                  </th>
                )}
              </For>
            </tr>
          </thead>
          <tbody>
            <For each={props.stats.series.toReversed()}>
              {(point) => (
                <tr class="border-t border-line">
                  <th scope="row" class="py-1.5 text-left font-normal whitespace-nowrap">
                    {nameOf()(point.at)}
                  </th>
                  <For each={props.figures}>
                    {({ countOf }) => <td class="py-1.5 pl-4">{showCount(countOf(point))}</td>}
                  </For>
                </tr>
              )}
            </For>
          </tbody>
        </table>
      </div>
    </details>
  );
}
