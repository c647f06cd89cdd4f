// The only file that knows Chart.js, so that it is loaded when the first chart is drawn: what is sent stands as bars, what
// became of it as lines over them.
import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  type ChartConfiguration,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  Tooltip,
} from "chart.js";
import type { StatsView } from "../../../../shared/contract/api/stats.ts";
import { pointNames } from "../../lib/time.ts";
import type { Figure, FigureKey } from "./figures.ts";

Chart.register(
  BarController,
  BarElement,
  CategoryScale,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  Tooltip,
);

type Configuration = ChartConfiguration<"bar" | "line", number[], string>;

export interface Drawing {
  stats: Pick<StatsView, "series" | "interval" | "timeZone">;
  figures: readonly Figure[];
  hidden: ReadonlySet<FigureKey>;
}

export interface DrawnChart {
  /** Draws new numbers, another choice of figures, or the same in another colour scheme. */
  show: (drawing: Drawing) => void;
  destroy: () => void;
}

const paint = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

type Dataset = Configuration["data"]["datasets"][number];

/** What is sent stands behind the rest. */
const barOf = (color: string) =>
  ({
    type: "bar",
    borderColor: paint(color),
    backgroundColor: paint("--line"),
    borderWidth: { top: 2 },
    maxBarThickness: 40,
    order: 1,
  }) as const;

/** Beyond it points would touch one another. */
const mostPoints = 60;

const lineOf = (color: string, pointCount: number) =>
  ({
    type: "line",
    borderColor: paint(color),
    backgroundColor: paint(color),
    borderWidth: 2,
    cubicInterpolationMode: "monotone",
    pointRadius: pointCount > mostPoints ? 0 : 2,
    pointHitRadius: 12,
    pointHoverRadius: 4,
  }) as const;

const datasetOf = ({ key, name, color, countOf }: Figure, { stats, hidden }: Drawing): Dataset => ({
  ...(key === "sent" ? barOf(color) : lineOf(color, stats.series.length)),
  label: name,
  data: stats.series.map(countOf),
  hidden: hidden.has(key),
});

function dataOf(drawing: Drawing): Configuration["data"] {
  const nameOf = pointNames(drawing.stats.interval, drawing.stats.timeZone);
  return {
    labels: drawing.stats.series.map(({ at }) => nameOf(at)),
    datasets: drawing.figures.map((figure) => datasetOf(figure, drawing)),
  };
}

const optionsOf = (): Configuration["options"] => {
  const ticks = { color: paint("--muted"), font: { size: 12 } };
  return {
    animation: false,
    responsive: true,
    maintainAspectRatio: false,
    interaction: { mode: "index", intersect: false },
    scales: {
      x: {
        ticks: { ...ticks, maxRotation: 0, autoSkipPadding: 16 },
        grid: { display: false },
        border: { display: false },
      },
      y: {
        ticks: { ...ticks, precision: 0, maxTicksLimit: 5, padding: 8 },
        grid: { color: paint("--line"), drawTicks: false },
        border: { display: false },
        beginAtZero: true,
        suggestedMax: 4,
      },
    },
    plugins: {
      tooltip: {
        backgroundColor: paint("--ink"),
        titleColor: paint("--canvas"),
        bodyColor: paint("--canvas"),
        padding: 10,
        cornerRadius: 8,
        usePointStyle: true,
        boxPadding: 4,
      },
    },
  };
};

/** `font` is the page's, so that the chart does not speak another one. */
export function drawChart(canvas: HTMLCanvasElement, font: string): DrawnChart {
  Chart.defaults.font.family = font;
  const chart = new Chart<"bar" | "line", number[], string>(canvas, {
    type: "bar",
    data: { labels: [], datasets: [] },
  });
  return {
    show: (drawing) => {
      chart.options = optionsOf() ?? {};
      chart.data = dataOf(drawing);
      chart.update("none");
    },
    destroy: () => chart.destroy(),
  };
}
