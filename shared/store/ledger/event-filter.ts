// What a list of events can be narrowed by that no key serves: tried on events at hand, or by DynamoDB on rows it reads.
import { eventTypes, type EventType } from "../../domain/event.ts";
import type { Verdict } from "../../domain/verdict-rules.ts";
import type { Item } from "../dynamo-batch.ts";
import { searchable, type ListedEvent } from "./list-row.ts";

export interface EventFilter {
  messageId?: string | undefined;
  /** Normalized (shared/domain/address.ts). */
  recipient?: string | undefined;
  /** Of the sender's own tags. */
  tag?: { name: string; value: string } | undefined;
  verdicts?: readonly Verdict[] | undefined;
  /** Text within the subject; capitals do not matter. */
  subjectText?: string | undefined;
}

export const isFiltered = ({ messageId, recipient, tag, verdicts, subjectText }: EventFilter): boolean =>
  messageId !== undefined ||
  recipient !== undefined ||
  tag !== undefined ||
  verdicts !== undefined ||
  subjectText !== undefined;

const judgedTypes: ReadonlySet<EventType> = new Set(["open", "click"]);

/** The types that are worth looking at: nothing but opens and clicks has a verdict. */
export const typesWithin = (types: readonly EventType[] | undefined, { verdicts }: EventFilter): readonly EventType[] =>
  (types ?? eventTypes).filter((type) => verdicts === undefined || judgedTypes.has(type));

export const matchesFilter = (
  event: ListedEvent,
  { messageId, recipient, tag, verdicts, subjectText }: EventFilter,
): boolean =>
  (messageId === undefined || event.messageId === messageId) &&
  (recipient === undefined || event.recipient === recipient) &&
  (tag === undefined || event.tags[tag.name]?.includes(tag.value) === true) &&
  (verdicts === undefined || ("verdict" in event && verdicts.includes(event.verdict))) &&
  (subjectText === undefined || searchable(event.subject ?? "").includes(searchable(subjectText)));

/** The same for DynamoDB. Rows have their subject once more, ready to be searched. */
export function filterExpression({ messageId, recipient, tag, verdicts, subjectText }: EventFilter): {
  FilterExpression: string;
  ExpressionAttributeNames?: Record<string, string>;
  values: Item;
} {
  const conditions: string[] = [];
  const values: Item = {};
  if (messageId !== undefined) {
    conditions.push("messageId = :messageId");
    values[":messageId"] = messageId;
  }
  if (recipient !== undefined) {
    conditions.push("recipient = :recipient");
    values[":recipient"] = recipient;
  }
  if (tag !== undefined) {
    conditions.push("contains(tags.#tag, :tag)");
    values[":tag"] = tag.value;
  }
  if (verdicts !== undefined) {
    const names = verdicts.map((verdict, index) => {
      values[`:verdict${index}`] = verdict;
      return `:verdict${index}`;
    });
    conditions.push(`verdict IN (${names.join(", ")})`);
  }
  if (subjectText !== undefined) {
    conditions.push("contains(subjectSearch, :text)");
    values[":text"] = searchable(subjectText);
  }
  return {
    FilterExpression: conditions.join(" AND "),
    ...(tag === undefined ? {} : { ExpressionAttributeNames: { "#tag": tag.name } }),
    values,
  };
}
