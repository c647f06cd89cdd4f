// What the item of a suppressed address holds: an attribute for each reason, so that none overwrites another, and for reasons
// that events bring when they were removed, so that no event from before brings them back. What is read and written: suppressions.ts.
//
//   bounce, complaint, manual     the record
//   unsubscribe                   of everything that can be left
//   unsubscribe:<list>            of one list
//   removed:<any of these>        when somebody took it away: older evidence does not count
//   version                       another one after each change
import { suppressionReasons, type SuppressionReason } from "../contract/api/suppressions.ts";
import type { Item } from "./dynamo-batch.ts";

export interface SuppressionRecord {
  /** Bare address, normalized (shared/domain/address.ts). */
  address: string;
  reason: SuppressionReason;
  /** Only with `unsubscribe`: the one list that was left. */
  list?: string;
  /** When the evidence happened, ISO 8601 UTC. */
  since: string;
  /** Absent when a person added the address or unsubscribed, and when the address was erased. */
  evidence?: { messageId: string; eventId: string };
  /** The complaint may be of any of several recipients. */
  possible?: true;
}

/** The weightiest reason of an address, with all of them beside it. */
export interface Suppression extends SuppressionRecord {
  reasons: SuppressionRecord[];
}

/** Which reasons are meant; of an address with several, any one counts. */
export type IsMeant = (record: SuppressionRecord) => boolean;

/** Brought by events, which may come again. Other reasons are given once, by people. */
export const isProjected = ({ reason }: SuppressionRecord): boolean => reason === "bounce" || reason === "complaint";

/** From the weightiest. */
const weight: Record<SuppressionReason, number> = { complaint: 0, bounce: 1, unsubscribe: 2, manual: 3 };

const listPrefix = "unsubscribe:";
const removedPrefix = "removed:";

/** The attribute of a reason. */
export const attributeOf = ({ reason, list }: Pick<SuppressionRecord, "reason" | "list">): string =>
  list === undefined ? reason : `${listPrefix}${list}`;

/** The attribute that says when a reason was removed. */
export const removalOf = (attribute: string): string => `${removedPrefix}${attribute}`;

/** The better evidence sorts first: certain before possible, then the earlier, then a fixed order. */
export const rankOf = ({ since, evidence, possible }: SuppressionRecord): string =>
  `${possible ? 1 : 0}#${since}#${evidence?.eventId ?? ""}`;

function parseAttribute(name: string): Pick<SuppressionRecord, "reason" | "list"> | undefined {
  if (name.startsWith(listPrefix)) return { reason: "unsubscribe", list: name.slice(listPrefix.length) };
  const reason = suppressionReasons.find((known) => known === name);
  return reason && { reason };
}

export const recordsOf = (item: Item, address: string): SuppressionRecord[] =>
  Object.entries(item).flatMap(([name, value]) => {
    const scope = parseAttribute(name);
    if (!scope) return [];
    const { rank: _rank, ...record } = value as Omit<SuppressionRecord, "address" | "reason" | "list"> & {
      rank: string;
    };
    return [{ address, ...scope, ...record }];
  });

/** When which reason was removed, by the name of the attribute that says so. */
export const removalsOf = (item: Item): Record<string, string> =>
  Object.fromEntries(
    Object.entries(item).filter((entry): entry is [string, string] => entry[0].startsWith(removedPrefix)),
  );

const compareRecords = (a: SuppressionRecord, b: SuppressionRecord): number =>
  weight[a.reason] - weight[b.reason] ||
  Number(a.list !== undefined) - Number(b.list !== undefined) ||
  (rankOf(a) < rankOf(b) ? -1 : 1);

export function toSuppression(records: readonly SuppressionRecord[]): Suppression | undefined {
  const reasons = records.toSorted(compareRecords);
  const [first] = reasons;
  return first && { ...first, reasons };
}

/** Without what leads to a person: neither the message nor the very moment. */
export const withoutEvidence = ({ evidence: _evidence, since, ...record }: SuppressionRecord): SuppressionRecord => ({
  ...record,
  since: `${since.slice(0, 10)}T00:00:00.000Z`,
});
