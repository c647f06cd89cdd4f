// Events per day as lines. Chart.js is loaded when the first chart is drawn; the same numbers stand in a table for
// those who cannot see it.
import type { Chart } from "chart.js";
import { createEffect, For, onCleanup, onMount } from "solid-js";
import type { StatsView } from "../../../shared/contract/api/events.ts";
import { showDay } from "../lib/time.ts";

/** What is drawn, and in which colour of the palette. */
const series = [
  { type: "send", label: "Sent", color: "--muted" },
  { type: "delivery", label: "Delivered", color: "--good" },
  { type: "open", label: "Opens", color: "--info" },
  { type: "click", label: "Clicks", color: "--strong" },
  { type: "bounce", label: "Bounced", color: "--bad" },
  { type: "complaint", label: "Complaints", color: "--warn" },
] as const;

const paint = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

const dataOf = (stats: StatsView) => ({
  labels: stats.days.map(({ day }) => showDay(day)),
  datasets: series.map(({ type, label, color }) => ({
    label,
    data: stats.days.map(({ counts }) => counts[type]),
    borderColor: paint(color),
    backgroundColor: paint(color),
    borderWidth: 2,
    tension: 0.3,
    pointRadius: stats.days.length > 31 ? 0 : 2,
  })),
});

async function draw(canvas: HTMLCanvasElement, stats: StatsView): Promise<Chart> {
  const {
    CategoryScale,
    Chart: ChartJs,
    Legend,
    LinearScale,
    LineController,
    LineElement,
    PointElement,
    Tooltip,
  } = await import("chart.js");
  ChartJs.register(CategoryScale, Legend, LinearScale, LineController, LineElement, PointElement, Tooltip);
  const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const axis = { ticks: { color: paint("--muted") }, grid: { color: paint("--line") }, border: { display: false } };
  return new ChartJs(canvas, {
    type: "line",
    data: dataOf(stats),
    options: {
      animation: isStill ? false : { duration: 300 },
      responsive: true,
      maintainAspectRatio: false,
      interaction: { mode: "index", intersect: false },
      scales: {
        x: { ...axis, grid: { display: false } },
        y: { ...axis, beginAtZero: true, ticks: { ...axis.ticks, precision: 0 }, suggestedMax: 5 },
      },
      plugins: {
        legend: {
          position: "bottom",
          labels: { color: paint("--ink"), usePointStyle: true, boxHeight: 6, padding: 16 },
        },
      },
    },
  });
}

export function EventChart(props: { stats: StatsView }) {
  let canvas!: HTMLCanvasElement;
  let chart: Chart | undefined;
  let isGone = false;
  const redraw = () => {
    if (!chart) return;
    chart.data = dataOf(props.stats);
    chart.update("none");
  };

  onMount(() => {
    void draw(canvas, props.stats).then((drawn) => {
      if (isGone) return drawn.destroy();
      chart = drawn;
      return redraw();
    });
    const scheme = matchMedia("(prefers-color-scheme: dark)");
    const repaint = () => {
      chart?.destroy();
      void draw(canvas, props.stats).then((drawn) => (chart = drawn));
    };
    scheme.addEventListener("change", repaint);
    onCleanup(() => scheme.removeEventListener("change", repaint));
  });
  createEffect(redraw);
  onCleanup(() => {
    isGone = true;
    chart?.destroy();
  });

  return (
    <div class="space-y-2">
      <div class="h-64">
        <canvas ref={canvas} role="img" aria-label="Events per day; the table below holds the same numbers" />
      </div>
      <details class="text-sm">
        <summary class="cursor-pointer text-muted">Numbers per day (UTC)</summary>
        <div class="mt-2 overflow-x-auto">
          <table class="w-full text-right tabular-nums">
            <thead>
              <tr class="text-muted">
                <th scope="col" class="py-1 text-left font-medium">
                  Day
                </th>
                <For each={series}>
                  {({ label }) => (
                    <th scope="col" class="py-1 pl-4 font-medium">
                      {label}
                    </th>
                  )}
                </For>
              </tr>
            </thead>
            <tbody>
              <For each={props.stats.days.toReversed()}>
                {({ day, counts }) => (
                  <tr class="border-t border-line">
                    <th scope="row" class="py-1 text-left font-normal whitespace-nowrap">
                      {showDay(day)}
                    </th>
                    <For each={series}>{({ type }) => <td class="py-1 pl-4">{counts[type]}</td>}</For>
                  </tr>
                )}
              </For>
            </tbody>
          </table>
        </div>
      </details>
    </div>
  );
}
