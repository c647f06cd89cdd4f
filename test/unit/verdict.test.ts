// How well the verdicts do on cases whose truth is known, and how the circumstances change them.
import { describe, expect, test } from "vitest";
import type { SesEvent } from "../../shared/domain/event.ts";
import { fold } from "../../shared/domain/fold.ts";
import type { OutcomeEvent } from "../../shared/domain/outcome.ts";
import { type Verdict, verdictRules, verdicts } from "../../shared/domain/verdict-rules.ts";
import { countsAsPerson, findVerdictRule } from "../../shared/domain/verdict.ts";
import { sesEvent } from "../support/ses-events.ts";
import { type LabelledCase, verdictTable } from "./verdict-table.ts";

const deliveredAtMs = Date.parse("2026-11-23T08:00:01.750Z");
const sentAt = "2026-11-23T08:00:00.125Z";

const at = (ms: number): string => new Date(ms).toISOString();

const clickOn = (link: string, atMs: number, userAgent: string | undefined) =>
  sesEvent("click", {
    "mail.timestamp": sentAt,
    "click.timestamp": at(atMs),
    "click.userAgent": userAgent,
    "click.ipAddress": "198.51.100.7",
    "click.isBotEvent": undefined,
    "click.link": `https://shop.example/${link}`,
  });

const judge = (labelled: LabelledCase): { verdict: Verdict; verdictReason: string } => {
  const { type, userAgent, ipAddress = "198.51.100.7", isBotEvent, msAfterDelivery = 2 * 3_600_000 } = labelled;
  const baseMs = labelled.isDeliveryUnknown ? Date.parse(sentAt) : deliveredAtMs;
  const atMs = baseMs + msAfterDelivery;
  const subject = sesEvent(type, {
    "mail.timestamp": sentAt,
    [`${type}.timestamp`]: at(atMs),
    [`${type}.userAgent`]: userAgent,
    [`${type}.ipAddress`]: ipAddress,
    [`${type}.isBotEvent`]: isBotEvent,
    ...(type === "click" && { "click.link": "https://shop.example/itself" }),
  });
  const others = (labelled.otherClicksAfterMs ?? []).map((ms, index) => clickOn(`${index}`, atMs + ms, userAgent));
  const { outcome } = fold(undefined, [
    ...(labelled.isDeliveryUnknown ? [] : [sesEvent("delivery")]),
    subject,
    ...others,
  ]);
  const judged = outcome.events.find(
    (event): event is Extract<OutcomeEvent, { type: "open" | "click" }> =>
      event.type === type && event.occurredAt === at(atMs),
  );
  if (!judged) throw new Error("the outcome lost the case");
  return judged;
};

interface Score {
  cases: number;
  precision: number;
  recall: number;
}

const judgedTable = verdictTable.map((labelled) => ({ labelled, ...judge(labelled) }));

const scoreOf = (verdict: Verdict): Score => {
  const labelled = judgedTable.filter((row) => row.labelled.expected === verdict);
  const judged = judgedTable.filter((row) => row.verdict === verdict);
  const right = labelled.filter((row) => row.verdict === verdict).length;
  return { cases: labelled.length, precision: right / judged.length, recall: right / labelled.length };
};

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`.padStart(10);

const report = (): string => {
  const rows = verdicts.map((verdict) => {
    const { cases, precision, recall } = scoreOf(verdict);
    return `${verdict.padEnd(14)}${String(cases).padStart(6)}${percent(precision)}${percent(recall)}`;
  });
  const missed = judgedTable
    .filter((row) => row.verdict !== row.labelled.expected)
    .map(
      ({ labelled, verdict, verdictReason }) =>
        `  ${labelled.expected} taken for ${verdict} (${verdictReason}): ${labelled.type} by ${labelled.userAgent ?? "nobody"}`,
    );
  return [
    `Verdicts on ${verdictTable.length} labelled opens and clicks`,
    "verdict        cases precision    recall",
    ...rows,
    `missed: ${missed.length}`,
    ...missed,
    "",
  ].join("\n");
};

describe("on the labelled table", () => {
  test("the verdicts reach their floors of precision and recall", () => {
    process.stdout.write(report());

    expect(verdictTable.length).toBeGreaterThanOrEqual(150);
    // Proxies name themselves or fetch from published networks: all are told, and nothing else is taken for one.
    expect(scoreOf("imageProxy")).toMatchObject({ precision: 1, recall: 1 });
    expect(scoreOf("privacyProxy")).toMatchObject({ precision: 1, recall: 1 });
    // Nobody who read is to be denied; the table's scanners that do all as people do may pass for them, one in ten.
    expect(scoreOf("person").recall).toBeGreaterThanOrEqual(0.95);
    expect(scoreOf("person").precision).toBeGreaterThanOrEqual(0.9);
    expect(scoreOf("scanner").precision).toBeGreaterThanOrEqual(0.95);
    expect(scoreOf("scanner").recall).toBeGreaterThanOrEqual(0.9);
  });

  test("every rule decides some case, but for the one about outcomes with too many events", () => {
    const deciding = new Set(judgedTable.map(({ verdictReason }) => verdictReason));

    const idle = verdictRules.map(({ reason }) => reason).filter((reason) => !deciding.has(reason));

    expect(idle).toEqual(["beyond-outcome"]);
  });
});

describe("the rules", () => {
  test("have each a name of their own, a sentence and a source, and the last needs nothing", () => {
    const reasons = verdictRules.map(({ reason }) => reason);

    expect(new Set(reasons).size).toBe(reasons.length);
    expect(verdictRules.filter(({ text, source }) => !text.endsWith(".") || source === "")).toEqual([]);
    expect(verdictRules.at(-1)?.when).toEqual({});
  });

  test("can be found by the reason that an event keeps, unless a later version dropped them", () => {
    expect(findVerdictRule("google-image-proxy")).toMatchObject({ verdict: "imageProxy" });
    expect(findVerdictRule("dropped-since")).toBeUndefined();
  });

  test("count people and the proxies that fetch for them as persons, and nothing else", () => {
    expect(verdicts.filter(countsAsPerson)).toEqual(["person", "imageProxy"]);
  });
});

describe("circumstances that change", () => {
  const send = sesEvent("send", { "mail.timestamp": sentAt });
  const delivery = sesEvent("delivery");
  const openAt = (ms: number) =>
    sesEvent("open", {
      "mail.timestamp": sentAt,
      "open.timestamp": at(deliveredAtMs + ms),
      "open.isBotEvent": undefined,
    });
  const [first, second, third] = [0, 600, 1_900].map((ms, index) =>
    clickOn(`page-${index}`, deliveredAtMs + 60_000 + ms, "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"),
  ) as [SesEvent, SesEvent, SesEvent];

  test("a delivery that arrives after the open shows that nobody can have seen the mail", () => {
    const before = fold(undefined, [send, openAt(1_000)]).outcome;

    const after = fold(before, [delivery]).outcome;

    expect(before).toMatchObject({ opensByPersons: { total: 1 }, opens: { total: 1 } });
    expect(after).toMatchObject({ opensByPersons: { total: 0 }, opens: { total: 1 }, status: "opened" });
    expect(after.events.at(-1)).toMatchObject({ verdict: "scanner", verdictReason: "open-at-delivery" });
  });

  test("a third link within 2 seconds makes a scanner's of all three", () => {
    const before = fold(undefined, [delivery, first, second]).outcome;

    const after = fold(before, [third]).outcome;

    expect(before).toMatchObject({ clicksByPersons: { total: 2 }, clicks: { total: 2 } });
    expect(after).toMatchObject({ clicksByPersons: { total: 0 }, clicks: { total: 3 } });
    expect(Object.values(after.links)).toMatchObject([{ byPersons: 0 }, { byPersons: 0 }, { byPersons: 0 }]);
  });

  test("an open by the same program in the midst of the burst is the scanner's; another program's is not", () => {
    const agent = "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0";
    const own = { "open.timestamp": at(deliveredAtMs + 61_000), "open.isBotEvent": undefined };

    const same = fold(undefined, [first, second, third, sesEvent("open", { ...own, "open.userAgent": agent })]).outcome;
    const other = fold(undefined, [first, second, third, sesEvent("open", own)]).outcome;

    expect(same.opensByPersons.total).toBe(0);
    expect(other.opensByPersons.total).toBe(1);
  });

  test("the same link thrice in 2 seconds is no burst", () => {
    const again = [0, 700, 1_400].map((ms) => clickOn("page", deliveredAtMs + 60_000 + ms, "Opera/9.80 (X11; Linux)"));

    expect(fold(undefined, again).outcome.clicksByPersons.total).toBe(3);
  });

  test("a sending time that was only assumed makes nobody a scanner", () => {
    const timeless = sesEvent("open", { "mail.timestamp": undefined, "open.isBotEvent": undefined });

    expect(fold(undefined, [timeless]).outcome.opensByPersons.total).toBe(1);
  });
});

describe("past 40 events", () => {
  const opens = (userAgent: string) =>
    Array.from({ length: 45 }, (_, minute) =>
      sesEvent("open", {
        "open.timestamp": at(deliveredAtMs + (minute + 10) * 60_000),
        "open.userAgent": userAgent,
        "open.isBotEvent": undefined,
      }),
    );

  test("what cannot be judged by its circumstances is unknown, and says so", () => {
    const { outcome, overflow } = fold(undefined, opens("Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"));

    expect(outcome).toMatchObject({ opens: { total: 45 }, opensByPersons: { total: 40 } });
    expect(overflow.map((event) => "verdictReason" in event && event.verdictReason)).toEqual(
      Array.from({ length: 5 }, () => "beyond-outcome"),
    );
  });

  test("what names itself is still told", () => {
    const { overflow } = fold(undefined, opens("python-requests/2.32.3"));

    expect(overflow).toMatchObject(
      Array.from({ length: 5 }, () => ({ verdict: "scanner", verdictReason: "bot-list" })),
    );
  });

  test("a scanner that follows 250 links in a minute leaves no click to a person", () => {
    const clicks = Array.from({ length: 250 }, (_, index) =>
      clickOn(`page-${index}`, deliveredAtMs + 60_000 + index * 200, "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"),
    );

    const { outcome, overflow } = fold(undefined, [sesEvent("delivery"), ...clicks]);

    expect(outcome).toMatchObject({ clicks: { total: 250 }, clicksByPersons: { total: 0 } });
    expect(overflow.filter((event) => event.type === "click" && countsAsPerson(event.verdict))).toEqual([]);
  });
});
