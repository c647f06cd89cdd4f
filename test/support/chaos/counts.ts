// Counters as lines that can be compared: `H 2026-11-23T08:30 open` of a half hour, `D 2026-11-23 open` of a day,
// `D 2026-11-23 tag:campaign=spring open` of a day within a dimension, and `rows D 2026-11-23 open` of the rows of a list.
import type { Ledger } from "../../../shared/store/ledger/ledger.ts";

/** By line, without zeros. */
export type Counts = Map<string, number>;

/** Of a time as ISO 8601 UTC. */
export const bucketsOf = (time: string): [halfHour: string, day: string] => [
  `H ${time.slice(0, 14)}${Number(time.slice(14, 16)) < 30 ? "00" : "30"}`,
  `D ${time.slice(0, 10)}`,
];

const add = (counts: Counts, line: string, count: number): void =>
  void counts.set(line, (counts.get(line) ?? 0) + count);

/** One to every counter in every bucket, and in days to those of the dimensions. */
export function addCounts(
  counts: Counts,
  buckets: readonly string[],
  counters: readonly string[],
  dimensions: readonly string[],
): void {
  for (const counter of counters)
    for (const bucket of buckets) {
      add(counts, `${bucket} ${counter}`, 1);
      if (bucket.startsWith("D"))
        for (const dimension of dimensions) add(counts, `${bucket} ${dimension} ${counter}`, 1);
    }
}

export type CountReader = Pick<Ledger, "halfHourCounts" | "dayCounts" | "splitCounts">;

interface CountsRead {
  atMs: number;
  counts: object;
}

const rowCounter = /^(\w+)\.\d$/;

/** Everything that the counters of a tenant say of a period of whole days, both included. */
export async function readCounts(
  ledger: CountReader,
  tenantId: string,
  { fromMs, toMs }: { fromMs: number; toMs: number },
): Promise<Counts> {
  const found: Counts = new Map();
  const note = (read: readonly CountsRead[], bucketOf: (time: string) => string) => {
    for (const { atMs, counts } of read)
      for (const [counter, count] of Object.entries(counts) as [string, number][]) {
        if (count === 0) continue;
        const bucket = bucketOf(new Date(atMs).toISOString());
        const row = rowCounter.exec(counter);
        add(found, row ? `rows ${bucket} ${row[1]}` : `${bucket} ${counter}`, count);
      }
  };
  const [fromDay, toDay] = [fromMs, toMs].map((timeMs) => new Date(timeMs).toISOString().slice(0, 10));
  const days = { fromDay: fromDay!, toDay: toDay! };
  note(await ledger.halfHourCounts(tenantId, { fromMs, toMs }), (time) => bucketsOf(time)[0]);
  note(await ledger.dayCounts(tenantId, days), (time) => bucketsOf(time)[1]);
  for (const name of ["cs", "tag:campaign"])
    for (const { value, days: read } of (await ledger.splitCounts(tenantId, name, days)).values)
      note(read, (time) => `${bucketsOf(time)[1]} ${name}=${value}`);
  return found;
}
