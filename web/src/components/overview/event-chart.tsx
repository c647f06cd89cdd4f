// The figures over time, drawn. The same numbers stand in point-table.tsx for those who cannot see it.
import { createEffect, createSignal, onCleanup, onMount } from "solid-js";
import type { Drawing, DrawnChart } from "./draw-chart.ts";

export function EventChart(props: Drawing) {
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
