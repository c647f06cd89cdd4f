import { describe, expect, it } from "vitest";
import { median } from "../../bench/benchmark.ts";
import { toFigureTable } from "../../bench/figure-table.ts";

describe("the table of figures", () => {
  it("ends values in one column, groups thousands and gives each unit its decimals", () => {
    const figures = [
      { benchmark: "start", figure: "address printed", value: 9.4, unit: "s", aim: "< 15" },
      { benchmark: "install", figure: "downloaded", value: 439.26, unit: "MB" },
      { benchmark: "bundles", figure: "mail", value: 1_234_567, unit: "bytes" },
    ] as const;

    const table = toFigureTable(figures);

    expect(table.split("\n")).toEqual([
      "benchmark  figure               value  unit   aim",
      "start      address printed       9.40  s      < 15",
      "install    downloaded           439.3  MB",
      "bundles    mail             1,234,567  bytes",
    ]);
  });
});

describe("the median", () => {
  it("is the value in the middle, whatever the order they came in", () => {
    expect(median([10, 1, 2])).toBe(2);
    expect(median([4, 3, 2, 1])).toBe(2);
  });

  it("does not exist without values", () => {
    expect(() => median([])).toThrow("no median");
  });
});
