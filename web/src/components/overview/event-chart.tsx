// Events per day, drawn. The same numbers stand in day-table.tsx for those who cannot see it.
import { createEffect, createSignal, onCleanup, onMount } from "solid-js";
import type { StatsView } from "../../../../shared/contract/api/events.ts";
import type { DrawnChart } from "./draw-chart.ts";
import type { Series } from "./series.ts";

export function EventChart(props: { stats: StatsView; hidden: ReadonlySet<Series["type"]> }) {
  let canvas!: HTMLCanvasElement;
  const [chart, setChart] = createSignal<DrawnChart>();
  const [schemeChanges, setSchemeChanges] = createSignal(0);
  let isGone = false;

  const scheme = matchMedia("(prefers-color-scheme: dark)");
  const repaint = () => setSchemeChanges((count) => count + 1);
  scheme.addEventListener("change", repaint);
  const load = async () => {
    const { drawChart } = await import("./draw-chart.ts");
    if (!isGone) setChart(drawChart(canvas, getComputedStyle(canvas).fontFamily));
  };
  onMount(() => {
    void load();
  });
  createEffect(() => {
    schemeChanges();
    chart()?.show(props.stats, props.hidden);
  });
  onCleanup(() => {
    isGone = true;
    scheme.removeEventListener("change", repaint);
    chart()?.destroy();
  });

  return (
    <div class="relative h-56">
      <canvas ref={canvas} role="img" aria-label="Events per day; the table below holds the same numbers" />
    </div>
  );
}
