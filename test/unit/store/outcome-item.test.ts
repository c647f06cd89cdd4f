// Outcomes as items: what is stored short must come back as it was.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SesEvent } from "../../../shared/domain/event.ts";
import { fold } from "../../../shared/domain/fold.ts";
import { pseudonymizeOutcome } from "../../../shared/domain/pseudonym.ts";
import { parseOutcomeItem, toOutcomeItem } from "../../../shared/store/ledger/outcome-item.ts";
import { foldInBatches, retellings } from "../domain/fold-in-batches.ts";
import { sesEvent } from "../../support/ses-events.ts";

const stored = (outcome: ReturnType<typeof fold>["outcome"]) => ({
  tenantId: "ten_alpha",
  outcome,
  version: 3,
  expiresAtSeconds: 1_829_980_800,
});

const outcomeOf = (...events: SesEvent[]) => fold(undefined, events).outcome;

describe("an outcome", () => {
  it("comes back as it was stored, whatever its events", () => {
    fc.assert(
      fc.property(retellings(120), ([, batches]) => {
        const outcome = foldInBatches(batches).outcome!;

        expect(parseOutcomeItem(toOutcomeItem(stored(outcome)))).toEqual(stored(outcome));
      }),
      { numRuns: 150, seed: 20261129 },
    );
  });

  it("comes back as it was stored after its recipient was erased", () => {
    const by = {
      address: "ada@example.com",
      pseudonym: "erased:1",
      digest: (_: string, text: string) => `x${text.length}`,
    };
    fc.assert(
      fc.property(retellings(60), ([events]) => {
        const outcome = pseudonymizeOutcome(foldInBatches([events]).outcome!, by);

        expect(parseOutcomeItem(toOutcomeItem(stored(outcome)))).toEqual(stored(outcome));
      }),
      { numRuns: 60, seed: 20261130 },
    );
  });

  it.each([
    [
      "names like those that stand for longer ones",
      { ":o": ["a"], "::o": ["b"], ":": ["c"], campaign: ["d", "e"], f: [] },
    ],
    [
      "a set in its tags that is not its own",
      { "ses:configuration-set": ["another"], "ses:operation": ["SendRawEmail"] },
    ],
  ])("keeps tags with %s", (_what, tags) => {
    const outcome = { ...outcomeOf(sesEvent("send")), tags };

    expect(parseOutcomeItem(toOutcomeItem(stored(outcome))).outcome.tags).toEqual(tags);
  });

  it("keeps ids that are not hexadecimal, and details without anything usual", () => {
    const outcome = outcomeOf(sesEvent("send"), sesEvent("click"), sesEvent("subscription"));
    const ids = ["x".repeat(22), "=", ""];
    const events = outcome.events.map((event, index) => ({ ...event, eventId: ids[index]! }));

    expect(parseOutcomeItem(toOutcomeItem(stored({ ...outcome, events })))).toEqual(stored({ ...outcome, events }));
  });

  it("of a mail that was sent and delivered takes less than a kilobyte", () => {
    const item = toOutcomeItem(stored(outcomeOf(sesEvent("send"), sesEvent("delivery"), sesEvent("open"))));

    const bytes = Object.entries(item).reduce((sum, [name, value]) => sum + name.length + String(value).length, 0);
    expect(bytes).toBeLessThan(1024);
  });

  it("that cannot be read says so", () => {
    const item = toOutcomeItem(stored(outcomeOf(sesEvent("send"))));

    expect(() => parseOutcomeItem({ ...item, body: '{"e":' })).toThrow(TypeError);
    expect(() => parseOutcomeItem({ ...item, body: '{"e":1}' })).toThrow(TypeError);
    expect(() => parseOutcomeItem({ ...item, body: undefined })).toThrow(TypeError);
  });
});
