import { describe, expect, it } from "vitest";
import { cohortCounters, type Counter } from "../../../shared/domain/contribution.ts";
import { eventTypes } from "../../../shared/domain/event.ts";
import {
  describeCounter,
  dimensionPlace,
  halfHourItemSortKey,
  halfHourPlace,
  parseDimensionCounter,
  parseHalfHourCounter,
} from "../../../shared/store/ledger/counter-names.ts";

const counters: Counter[] = [...eventTypes, "automaticReply", "openByPerson", "clickByPerson", ...cohortCounters];

describe("a counter of a half hour", () => {
  it("has a place of its own in its day, that says when and what", () => {
    const places = new Set<string>();
    for (let halfHour = 0; halfHour < 48; halfHour += 1)
      for (const counter of counters) {
        const atMs = Date.parse("2026-11-23") + halfHour * 1_800_000;
        const bucket = `H#${new Date(atMs).toISOString().slice(0, 16)}`;

        const place = halfHourPlace(bucket, counter);

        expect(parseHalfHourCounter(place)).toEqual({ atMs, counter });
        expect(place.sk).toBe(halfHourItemSortKey(atMs + 1_799_999));
        places.add(`${place.sk} ${place.name}`);
      }
    expect(places.size).toBe(48 * counters.length);
  });

  it("shares its item with those of six hours, and sorts by time", () => {
    const items = ["00:00", "05:30", "06:00", "11:30", "12:00", "18:00", "23:30"].map(
      (time) => halfHourPlace(`H#2026-11-23T${time}`, "send").sk,
    );

    expect(items.map((sk) => sk.slice(-2))).toEqual(["00", "00", "06", "06", "12", "18", "18"]);
    expect(items).toEqual(items.toSorted());
  });

  it.each(["pk", "sk", "gone.0s", "touched.run-1", "4", ""])("is not the attribute %j", (name) => {
    expect(parseHalfHourCounter({ sk: "H#2026-11-23T06", name })).toBeUndefined();
    expect(parseDimensionCounter(name)).toBeUndefined();
  });
});

describe("a counter of a dimension", () => {
  it("is known by the place of its dimension, in an item of ten", () => {
    const place = dimensionPlace("2026-11-23", "17", 17, "opened");

    expect(place).toEqual({ sk: "X#2026-11-23#01", name: "17O" });
    expect(parseDimensionCounter(place.name)).toEqual({ id: "17", counter: "opened" });
    expect(parseDimensionCounter(dimensionPlace("2026-11-23", "r3", 3, "send").name)?.id).toBe("r3");
    expect(parseDimensionCounter(dimensionPlace("2026-11-23", "x", 0, "send").name)?.id).toBe("x");
  });
});

it("counters are told in words", () => {
  expect(describeCounter({ sk: "H#2026-11-23T06", name: "5O" })).toBe("08:30 opened");
  expect(describeCounter({ sk: "X#2026-11-23#01", name: "17s" })).toBe("#17 send");
  expect(describeCounter({ sk: "D#2026-11-23", name: "open.2" })).toBe("open.2");
});
