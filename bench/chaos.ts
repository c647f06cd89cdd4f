// The chaos test at length: many events, every kind of fault, and in the end the truth.
import { describeChaos, runChaos } from "../test/support/chaos/chaos.ts";
import { faultNames } from "../test/support/chaos/faults.ts";
import { secondsSince, type Benchmark } from "./benchmark.ts";

const seed = 20_261_124;
const defaultEvents = 100_000;

export const chaos: Benchmark = {
  name: "chaos",
  summary: `what is lost or counted twice of ${defaultEvents.toLocaleString("en")} events when much goes wrong`,
  run: async ({ events = defaultEvents }) => {
    const startedAtMs = performance.now();
    const report = await runChaos({ seed, events });
    console.error(describeChaos(report));
    for (const difference of report.differences.slice(0, 20)) console.error(difference);
    return [
      { figure: "events, one for each recipient", value: report.events, unit: "events" },
      { figure: "deliveries given up", value: report.lost, unit: "events", aim: "0" },
      { figure: "lost, double or wrong in the end", value: report.differences.length, unit: "events", aim: "0" },
      ...faultNames.map((name) => ({
        figure: `faults: ${name}`,
        value: report.faults[name],
        unit: "faults" as const,
      })),
      { figure: "time", value: secondsSince(startedAtMs), unit: "s" },
    ];
  },
};
