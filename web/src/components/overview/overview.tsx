// A period at a glance: totals and rates, which choose what the chart shows, and the chart.
import { createAsyncStore } from "@solidjs/router";
import { createSignal, Show } from "solid-js";
import type { StatsView } from "../../../../shared/contract/api/stats.ts";
import { getStats, type StatsFilter } from "../../lib/api.ts";
import { pollWhileVisible } from "../../lib/poll.ts";
import { Freshness } from "../states.tsx";
import { EventChart } from "./event-chart.tsx";
import { FigureTiles } from "./figure-tiles.tsx";
import type { Counting, Figure, FigureKey } from "./figures.ts";
import { PointTable } from "./point-table.tsx";

/** Long periods cost more to read, and change less. */
const refreshMs = ({ interval, series }: Pick<StatsView, "interval" | "series">): number => {
  if (interval === "hour") return 5000;
  return series.length <= 31 ? 15_000 : 60_000;
};

const explanations: Record<Counting, string> = {
  mail: "What has become, until now, of the mail that was sent in this time.",
  events: "What happened in this time, whenever the mail was sent.",
};

interface OverviewProps {
  filter: StatsFilter;
  /** In words: `the last 30 days`. */
  period: string;
  counting: Counting;
  figures: readonly Figure[];
}

export function Overview(props: OverviewProps) {
  const stats = createAsyncStore(async () => {
    const { filter } = props;
    return { filter: JSON.stringify(filter), ...(await getStats(filter)) };
  });
  const failure = pollWhileVisible(
    () => getStats.refresh(props.filter),
    () => (stats.latest ? refreshMs(stats.latest) : 5000),
  );
  const isOfOtherFilter = () => stats.latest?.filter !== JSON.stringify(props.filter);
  const [hidden, setHidden] = createSignal<ReadonlySet<FigureKey>>(new Set());
  const toggle = (key: FigureKey, isShown: boolean) =>
    setHidden((before) => {
      const after = new Set(before);
      if (isShown) after.delete(key);
      else after.add(key);
      return after;
    });
  const isEmpty = (shown: StatsView) => props.figures.every(({ countOf }) => countOf(shown) === 0);

  return (
    // Not `stats()`: another choice shows at once, its numbers follow.
    <Show when={stats.latest}>
      {(shown) => (
        <section
          aria-labelledby="overview"
          aria-busy={isOfOtherFilter()}
          class="space-y-5 rounded-xl border border-line bg-surface p-5"
        >
          <div class="flex flex-wrap items-start justify-between gap-x-4 gap-y-1">
            <div class="min-w-48 flex-1">
              <h2 id="overview" class="text-sm font-semibold first-letter:uppercase">
                {props.period}
              </h2>
              <p class="text-sm text-muted">{explanations[props.counting]}</p>
            </div>
            <Freshness failure={failure()} />
          </div>
          <div class={`space-y-5 transition-opacity ${isOfOtherFilter() ? "opacity-50 delay-150" : ""}`}>
            <FigureTiles totals={shown()} figures={props.figures} hidden={hidden()} onToggle={toggle} />
            <Show when={!isEmpty(shown())} fallback={<p class="text-sm text-muted">Nothing happened in this time.</p>}>
              <EventChart stats={shown()} figures={props.figures} hidden={hidden()} />
              <PointTable stats={shown()} figures={props.figures} />
            </Show>
            <Show when={shown().note}>{(note) => <p class="text-sm text-muted">{note()}</p>}</Show>
          </div>
        </section>
      )}
    </Show>
  );
}
