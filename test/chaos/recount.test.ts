// A recount against the truth: what was damaged is mended, whatever arrives and goes wrong meanwhile.
import { describe, expect, it } from "vitest";
import { recountWhileEventsArrive } from "../support/chaos/recounted.ts";

describe("a recount while events arrive", () => {
  it.each([1, 2, 4])("ends in the truth (seed %i)", async (seed) => {
    const { damaged, differences, left, untrue, marks } = await recountWhileEventsArrive({
      seed,
      events: 300,
      faultRate: seed % 2 === 0 ? 0.005 : 0,
      killedRecounts: seed % 3,
    });

    expect(damaged).toBeGreaterThan(10);
    expect(differences.map(({ kind }) => kind)).toEqual(expect.arrayContaining(["row", "counter"]));
    expect(left).toEqual([]);
    expect(untrue.slice(0, 10)).toEqual([]);
    expect(marks).toEqual([]);
  });
});
