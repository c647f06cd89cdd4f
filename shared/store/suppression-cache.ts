// A busy tenant's suppressions, kept by a process for three seconds, so that not each of its mails has to read them.
// Whole or not at all: what is kept answers for every address, and costs one read for all mails of that time. Who is
// suppressed now is refused everywhere within five seconds: the three, and what DynamoDB's copies lag behind.
import { QueryCommand } from "@aws-sdk/lib-dynamodb";
import type { Item, Key, Table } from "./dynamo-batch.ts";

export interface SuppressionCache {
  /** The items that are there under these keys, if that is known now; undefined: read them. */
  find: (partitions: readonly string[], keys: readonly Key[]) => Item[] | undefined;
}

export const suppressionsKeptMs = 3000;
/** Read anew when they are so old, beside the mail that finds them so: a busy tenant's mails never wait for it. */
const refreshAfterMs = 1500;
/** In the time that they would be kept for: fewer mails are cheaper read one by one. */
const busyLookups = 5;
/** In a partition. A tenant with more is asked for address by address. */
const maxItems = 500;
/** A tenant that has more, or could not be read, is not tried again for so long. */
const pauseMs = 60_000;
const maxTenants = 200;

interface Known {
  lookups: number;
  countedFromMs: number;
  isReading: boolean;
  notBeforeMs: number;
  items?: { byKey: Map<string, Item>; readAtMs: number };
}

const keyText = ({ pk, sk }: Key): string => `${pk} ${sk}`;

export function createSuppressionCache({
  client,
  tableName,
  clock = Date.now,
}: Table & { clock?: () => number }): SuppressionCache {
  const tenants = new Map<string, Known>();

  /** Undefined when there are too many. */
  async function readPartition(pk: string): Promise<Item[] | undefined> {
    const { Items = [], LastEvaluatedKey } = await client.send(
      new QueryCommand({
        TableName: tableName,
        KeyConditionExpression: "pk = :pk",
        ExpressionAttributeValues: { ":pk": pk },
        Limit: maxItems + 1,
      }),
    );
    return LastEvaluatedKey || Items.length > maxItems ? undefined : Items;
  }

  async function refresh(known: Known, partitions: readonly string[]): Promise<void> {
    const readAtMs = clock();
    known.isReading = true;
    known.notBeforeMs = readAtMs + pauseMs;
    try {
      const read = await Promise.all(partitions.map(readPartition));
      if (read.includes(undefined)) return;
      const items = read.flatMap((each) => each ?? []);
      known.items = { byKey: new Map(items.map((item) => [keyText(item as unknown as Key), item])), readAtMs };
      known.notBeforeMs = readAtMs + refreshAfterMs;
    } catch {
      // The mail reads what it needs by itself, and says what is wrong if it cannot.
    } finally {
      known.isReading = false;
    }
  }

  return {
    find: (partitions, keys) => {
      const nowMs = clock();
      const id = partitions.join(" ");
      const known = tenants.get(id) ?? { lookups: 0, countedFromMs: nowMs, isReading: false, notBeforeMs: 0 };
      if (tenants.size >= maxTenants && !tenants.has(id)) tenants.clear();
      tenants.set(id, known);
      if (nowMs - known.countedFromMs >= suppressionsKeptMs) Object.assign(known, { lookups: 0, countedFromMs: nowMs });
      known.lookups += 1;
      if (known.lookups >= busyLookups && !known.isReading && nowMs >= known.notBeforeMs)
        void refresh(known, partitions);
      const { items } = known;
      if (!items || nowMs - items.readAtMs >= suppressionsKeptMs) return undefined;
      if (keys.some(({ pk }) => !partitions.includes(pk))) return undefined;
      return keys.flatMap((key) => {
        const item = items.byKey.get(keyText(key));
        return item ? [item] : [];
      });
    },
  };
}
