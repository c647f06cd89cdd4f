// The totals and what share they are. Each chooses whether the chart shows it.
import { For, Show } from "solid-js";
import type { CountsView } from "../../../../shared/contract/api/stats.ts";
import { showCount, showRate, showShortCount } from "../../lib/number.ts";
import type { Figure, FigureKey } from "./figures.ts";

interface FigureTilesProps {
  totals: CountsView;
  figures: readonly Figure[];
  hidden: ReadonlySet<FigureKey>;
  onToggle: (key: FigureKey, isShown: boolean) => void;
}

export function FigureTiles(props: FigureTilesProps) {
  return (
    <dl class="-mx-2 grid grid-cols-2 gap-y-4 min-[26rem]:grid-cols-3 md:grid-cols-6">
      <For each={props.figures}>
        {(figure) => (
          <div class="px-2">
            <dt class="text-sm text-muted">
              <label class="flex w-fit cursor-pointer items-center gap-2 hover:text-ink">
                <input
                  type="checkbox"
                  class="size-3 shrink-0 cursor-pointer appearance-none rounded-sm border-2 border-(--series) checked:bg-(--series)"
                  style={{ "--series": `var(${figure.color})` }}
                  aria-label={`Show ${figure.name} in the chart`}
                  checked={!props.hidden.has(figure.key)}
                  onChange={(event) => props.onToggle(figure.key, event.currentTarget.checked)}
                />
                {figure.name}
              </label>
            </dt>
            <dd
              class="mt-0.5 text-xl font-semibold tracking-tight tabular-nums sm:text-2xl"
              title={showCount(figure.countOf(props.totals))}
            >
              {showShortCount(figure.countOf(props.totals))}
            </dd>
            <Show when={figure.rateOf}>
              {(rateOf) => (
                <dd class="text-sm tabular-nums">
                  {showRate(rateOf()(props.totals))} <span class="text-muted">{figure.base}</span>
                </dd>
              )}
            </Show>
            <Show when={figure.noteOf?.(props.totals)}>
              {(note) => <dd class="text-sm text-muted tabular-nums">{note()}</dd>}
            </Show>
          </div>
        )}
      </For>
    </dl>
  );
}
