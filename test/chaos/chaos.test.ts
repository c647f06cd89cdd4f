import { expect, it } from "vitest";
import { describeChaos, runChaos } from "../support/chaos/chaos.ts";
import { compareLines } from "../support/chaos/compare.ts";

const seed = 20_261_123;

it("ends in the truth, whatever goes wrong on the way", async () => {
  const report = await runChaos({ seed, events: 5_000 });

  process.stdout.write(`${describeChaos(report)}\n`);
  expect(report.differences.slice(0, 20)).toEqual([]);
  expect(report.lost).toBe(0);
  expect(Object.entries(report.faults).filter(([, count]) => count === 0)).toEqual([]);
});

it("makes up the same events from the same seed, and others from another", async () => {
  const [one, again, other] = await Promise.all(
    [seed, seed, seed + 100].map((seed) => runChaos({ seed, events: 30, faultRate: 0 })),
  );

  expect(again?.fingerprint).toBe(one?.fingerprint);
  expect(other?.fingerprint).not.toBe(one?.fingerprint);
});

it("notices what is lost and what is there twice", () => {
  expect(compareLines("rows", ["a", "b", "b"], ["a", "b", "c"])).toEqual([
    "rows: 1 too many of b",
    "rows: 1 missing of c",
  ]);
});
