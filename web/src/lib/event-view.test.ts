import { describe, expect, test } from "vitest";
import type { EventView } from "../../../shared/contract/api/events.ts";
import { eventExample } from "../test/examples.ts";
import { type EventListView, withFirstPage, withFurtherPage } from "./event-view.ts";

/** The event of minute `minute`. */
const at = (minute: number, change: Partial<EventView> = {}): EventView =>
  eventExample({
    eventId: `e${minute}`,
    occurredAt: `2026-11-23T08:${String(minute).padStart(2, "0")}:00.000Z`,
    ...change,
  });
const minutes = (view: EventListView): string[] => view.events.map(({ eventId }) => eventId);

describe("the event list", () => {
  test("shows page one, and forgets what is no longer on it", () => {
    const before = withFirstPage(undefined, "all", { items: [at(3), at(2), at(1)], cursor: "c" });

    const after = withFirstPage(before, "all", { items: [at(4), at(3), at(2)], cursor: "c" });

    expect(minutes(after)).toEqual(["e4", "e3", "e2"]);
  });

  test("keeps the objects of events that did not change, so that their rows stay", () => {
    const before = withFirstPage(undefined, "all", { items: [at(2), at(1)] });

    const after = withFirstPage(before, "all", { items: [at(3), at(2), at(1, { subject: "Changed" })] });

    expect(after.events[1]).toBe(before.events[0]);
    expect(after.events[2]?.subject).toBe("Changed");
  });

  test("keeps further pages, and what moved off page one, when page one is read again", () => {
    const first = withFirstPage(undefined, "all", { items: [at(5), at(4)], cursor: "below 4" });
    const further = withFurtherPage(first, first, { items: [at(3), at(2)], cursor: "below 2" });

    const after = withFirstPage(further, "all", { items: [at(6), at(5)], cursor: "below 5" });

    expect(minutes(after)).toEqual(["e6", "e5", "e4", "e3", "e2"]);
    expect(after.cursor).toBe("below 2");
  });

  test("loses nothing when page one moves on while a further page is on its way", () => {
    const asked = withFirstPage(undefined, "all", { items: [at(5), at(4)], cursor: "below 4" });
    const now = withFirstPage(asked, "all", { items: [at(6), at(5)], cursor: "below 5" });

    const after = withFurtherPage(now, asked, { items: [at(3), at(2)], cursor: "below 2" });

    expect(minutes(after)).toEqual(["e6", "e5", "e4", "e3", "e2"]);
  });

  test("drops further pages rather than hide a gap above them", () => {
    const first = withFirstPage(undefined, "all", { items: [at(5), at(4)], cursor: "below 4" });
    const further = withFurtherPage(first, first, { items: [at(3)] });

    const after = withFirstPage(further, "all", { items: [at(30), at(29)], cursor: "below 29" });

    expect(minutes(after)).toEqual(["e30", "e29"]);
    expect(after.cursor).toBe("below 29");
  });

  test("keeps what a search further back found when page one is still empty", () => {
    const nothingYet = { items: [], cursor: "c1", searchedTo: "2026-11-01T00:00:00.000Z" };
    const first = withFirstPage(undefined, "rare", nothingYet);
    const further = withFurtherPage(first, first, { items: [at(1)] });

    const after = withFirstPage(further, "rare", nothingYet);

    expect(minutes(after)).toEqual(["e1"]);
    expect(after.searchedTo).toBeUndefined();
  });

  test("begins anew with another filter", () => {
    const first = withFirstPage(undefined, "all", { items: [at(5), at(4)], cursor: "c" });
    const further = withFurtherPage(first, first, { items: [at(3)] });

    const after = withFirstPage(further, "opened", { items: [at(4)] });

    expect(minutes(after)).toEqual(["e4"]);
    expect(after.hasFurtherPages).toBe(false);
  });

  test("is newest first, also for an event that arrives late", () => {
    const first = withFirstPage(undefined, "all", { items: [at(5), at(3)], cursor: "c" });
    const further = withFurtherPage(first, first, { items: [at(1)] });

    const after = withFirstPage(further, "all", { items: [at(5), at(4), at(3)], cursor: "c" });

    expect(minutes(after)).toEqual(["e5", "e4", "e3", "e1"]);
  });
});
