// Every sample of the corpus against its expectation. The corpus is not part of the project: without it, this is skipped.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { compareText } from "../../shared/domain/canonical.ts";
import type { SesEvent } from "../../shared/domain/event.ts";
import { fold } from "../../shared/domain/fold.ts";
import { eventIdOf, outcomeRecipientOf } from "../../shared/domain/identity.ts";
import type { Outcome } from "../../shared/domain/outcome.ts";
import { type ParsedDelivery, parseDelivery } from "../../shared/domain/parse.ts";
import { type CorpusExpectation, corpusExpectations } from "./corpus-expectations.ts";

const corpus = fileURLToPath(new URL("../../../shared/ses-events/corpus", import.meta.url));
const exists = existsSync(corpus);

/** A parsed delivery as far as the expectations speak of it. */
const summarize = (delivery: ParsedDelivery, expected: CorpusExpectation): CorpusExpectation => {
  if (delivery.result === "invalid") return { result: "invalid", path: delivery.path };
  if (delivery.result === "ignored") {
    const wanted = expected.result === "ignored" ? expected.reasonIncludes : "";
    return { result: "ignored", reasonIncludes: delivery.reason.includes(wanted) ? wanted : delivery.reason };
  }
  const [first] = delivery.events;
  if (!first) throw new Error("a delivery of events without an event");
  const { type, style, occurredAt, attribution } = first;
  const recipients = new Set(delivery.events.map((event) => event.recipient)).size;
  return { result: "events", type, style, kind: delivery.envelope.kind, occurredAt, recipients, attribution };
};

/** Outcomes by message and recipient, folded one event at a time. */
const outcomesOf = (events: readonly SesEvent[]): Map<string, Outcome> => {
  const outcomes = new Map<string, Outcome>();
  for (const event of events) {
    const key = `${event.messageId} ${outcomeRecipientOf(event)}`;
    outcomes.set(key, fold(outcomes.get(key), [event]).outcome);
  }
  return outcomes;
};

test("the table of expectations covers 110 samples", () => {
  expect(Object.keys(corpusExpectations)).toHaveLength(110);
});

describe.skipIf(!exists)(
  `the corpus of sample events${exists ? "" : " (skipped: ../shared/ses-events is absent)"}`,
  () => {
    test("every file has an expectation and every expectation a file", () => {
      const files = readdirSync(corpus).filter((file) => file.endsWith(".json"));

      expect(files.toSorted()).toEqual(Object.keys(corpusExpectations).toSorted());
    });

    test.each(Object.entries(corpusExpectations))("%s is read as expected", (file, expected) => {
      const text = readFileSync(`${corpus}/${file}`, "utf8");

      const deliveries = parseDelivery(JSON.parse(text));

      expect(deliveries.map((delivery) => summarize(delivery, expected))).toEqual([expected]);
      expect(parseDelivery(text)).toEqual(deliveries);
    });

    test("read in another order, twice, it makes the same outcomes", () => {
      const events = Object.keys(corpusExpectations)
        .flatMap((file) => parseDelivery(readFileSync(`${corpus}/${file}`, "utf8")))
        .flatMap((delivery) => (delivery.result === "events" ? delivery.events : []));

      const inOrder = outcomesOf(events);
      const byHash = events.toSorted((a, b) => compareText(eventIdOf(a), eventIdOf(b)));

      expect(inOrder.size).toBeGreaterThan(40);
      expect(outcomesOf([...byHash, ...events.toReversed()])).toEqual(inOrder);
    });
  },
);
