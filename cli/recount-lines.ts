// What a recount prints: its differences, each on a line, its sum, and the code that it ends with.
import { describeCounter } from "../shared/store/ledger/counter-names.ts";
import type { Difference, RecountReport } from "../shared/store/ledger/recount/recount.ts";

/** Of each kind: a list of thousands says no more than their number. */
const maxLinesOfKind = 50;

const lineOf = (difference: Difference): string => {
  switch (difference.kind) {
    case "counter":
      return `counter      ${difference.pk} ${difference.sk} ${describeCounter({ sk: difference.sk, name: difference.counter })}: ${difference.found}, should be ${difference.expected}`;
    case "row":
      return `row          ${difference.pk} ${difference.sk}: ${difference.problem}`;
    case "suppression":
      return `suppression  ${difference.tenantId} ${difference.reason} by event ${difference.eventId} of ${difference.messageId}: missing`;
    default:
      return `unreadable   ${difference.tenantId} ${difference.sk}: ${difference.reason}`;
  }
};

export function createDifferencePrinter(print: (line: string) => void) {
  const counts = new Map<Difference["kind"], number>();
  return {
    show: (difference: Difference): void => {
      const count = (counts.get(difference.kind) ?? 0) + 1;
      counts.set(difference.kind, count);
      if (count <= maxLinesOfKind) print(lineOf(difference));
    },
    /** Says how many were not shown. */
    end: (): void => {
      for (const [kind, count] of counts)
        if (count > maxLinesOfKind) print(`… and ${count - maxLinesOfKind} more of kind ${kind}`);
    },
  };
}

const differencesIn = ({ found }: RecountReport): number => found.counter + found.row + found.suppression;

export function summaryOf(report: RecountReport, { isDryRun }: { isDryRun: boolean }): string {
  const { looked, found, undecided } = report;
  const differences = differencesIn(report);
  return [
    `${looked.outcomes} outcomes with ${looked.events} events, ${looked.rows} list rows, ${looked.counterItems} items of counters:`,
    differences === 0
      ? "nothing is different"
      : `${differences} ${differences === 1 ? "difference" : "differences"} found${isDryRun ? "" : " and mended"}`,
    ...(found.unreadable === 0 ? [] : [`, ${found.unreadable} items cannot be read: see the runbook`]),
    ...(undecided === 0 ? [] : [`, ${undecided} items changed all the time: recount again`]),
  ]
    .join(" ")
    .replaceAll(" ,", ",");
}

/** 0: nothing was different; 3: something was, and is mended; 4: something is different still. */
export function exitCodeOf(report: RecountReport, { isDryRun }: { isDryRun: boolean }): 0 | 3 | 4 {
  const differences = differencesIn(report);
  if (report.found.unreadable + report.undecided > 0 || (isDryRun && differences > 0)) return 4;
  return differences === 0 ? 0 : 3;
}
