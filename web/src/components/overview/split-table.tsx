// The figures of each configuration set, or of each value of a tag, side by side.
import { A, createAsyncStore } from "@solidjs/router";
import { For, type JSX, Show } from "solid-js";
import type { CountsView, SplitView } from "../../../../shared/contract/api/stats.ts";
import { getStats, type StatsFilter } from "../../lib/api.ts";
import { showCount, showRate } from "../../lib/number.ts";
import { pollWhileVisible } from "../../lib/poll.ts";
import { Empty } from "../states.tsx";
import type { Figure } from "./figures.ts";

const refreshMs = 60_000;

function SplitRow(props: { name: JSX.Element; counts: CountsView; figures: readonly Figure[] }) {
  return (
    <tr class="border-t border-line">
      <th scope="row" class="max-w-64 truncate py-2 pr-4 text-left font-medium">
        {props.name}
      </th>
      <For each={props.figures}>
        {({ countOf, rateOf }) => (
          <td class="py-2 pl-4" title={rateOf ? showCount(countOf(props.counts)) : undefined}>
            {rateOf ? showRate(rateOf(props.counts)) : showCount(countOf(props.counts))}
          </td>
        )}
      </For>
    </tr>
  );
}

/** Of tags there is a list of events. */
const eventsOf = (by: string, value: string, period: Record<string, string>): string | undefined =>
  by.startsWith("tag:")
    ? `/events?${new URLSearchParams({ ...period, tag: `${by.slice("tag:".length)}:${value}` })}`
    : undefined;

interface SplitTableProps {
  filter: StatsFilter;
  /** The period as the address bar has it. */
  period: Record<string, string>;
  figures: readonly Figure[];
}

export function SplitTable(props: SplitTableProps) {
  const stats = createAsyncStore(() => getStats(props.filter), { reconcile: { key: "value" } });
  pollWhileVisible(() => getStats.refresh(props.filter), refreshMs);
  const isThere = ({ values, other }: SplitView) => values.length > 0 || other !== undefined;

  return (
    <Show when={stats.latest?.split}>
      {(split) => (
        <Show
          when={isThere(split())}
          fallback={
            <Empty title="Nothing to compare" isInset>
              No mail of this time has such a name. Tags are what you give with a mail:{" "}
              <code class="font-mono text-[13px]">{'"tags": { "campaign": "autumn" }'}</code>.
            </Empty>
          }
        >
          <div class="overflow-x-auto">
            <table class="w-full text-right text-sm tabular-nums" aria-label={`Figures by ${split().by}`}>
              <thead>
                <tr class="text-muted">
                  <th scope="col" class="py-1.5 text-left font-medium">
                    {split().by.replace(/^tag:/, "").replace("configurationSet", "Configuration set")}
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
                <For each={split().values}>
                  {(row) => (
                    <SplitRow
                      counts={row}
                      figures={props.figures}
                      name={
                        <Show when={eventsOf(split().by, row.value, props.period)} fallback={row.value}>
                          {(href) => (
                            <A class="hover:underline" href={href()} title={`Events of ${row.value}`}>
                              {row.value}
                            </A>
                          )}
                        </Show>
                      }
                    />
                  )}
                </For>
                <Show when={split().other}>
                  {(other) => (
                    <SplitRow
                      counts={other()}
                      figures={props.figures}
                      name={<span class="font-normal text-muted italic">other</span>}
                    />
                  )}
                </Show>
              </tbody>
            </table>
          </div>
          <For each={[split().note, stats.latest?.note]}>
            {(note) => <Show when={note}>{<p class="mt-2 text-sm text-muted">{note}</p>}</Show>}
          </For>
        </Show>
      )}
    </Show>
  );
}
