// The figures over time, drawn. The same numbers stand in point-table.tsx for those who cannot see it.
import { createEffect, createSignal, onCleanup, onMount } from "solid-js";
import type { drawChart as drawChartType, Drawing, DrawnChart } from "./draw-chart.ts";

export function EventChart(props: Drawing) {
  let canvas!: HTMLCanvasElement;
  const [chart, setChart] = createSignal<DrawnChart>();
  const [schemeChanges, setSchemeChanges] = createSignal(0);
  let isGone = false;

  const scheme = matchMedia("(prefers-color-scheme: dark)");
  const repaint = () => setSchemeChanges((count) => count + 1);
  scheme.addEventListener("change", repaint);
  /** Whoever leaves, or comes back while data load, takes the canvas off the page for a while: it has no size there. */
  const draw = (drawChart: typeof drawChartType): void => {
    if (isGone) return;
    if (canvas.isConnected) setChart(drawChart(canvas, getComputedStyle(canvas).fontFamily));
    else requestAnimationFrame(() => draw(drawChart));
  };
  const load = async () => draw((await import("./draw-chart.ts")).drawChart);
  onMount(() => {
    void load();
  });
  createEffect(() => {
    schemeChanges();
    chart()?.show({ stats: props.stats, figures: props.figures, hidden: props.hidden });
  });
  onCleanup(() => {
    isGone = true;
    scheme.removeEventListener("change", repaint);
    chart()?.destroy();
  });

  return (
    <div class="relative h-60">
      <canvas ref={canvas} role="img" aria-label="The figures over time; the table below holds the same numbers" />
    </div>
  );
}
