// Tables' streams: makes the records of a commit, pushes them to who listens, keeps them for named consumers.
import { hash } from "node:crypto";
import type { Item } from "./attribute-value.ts";
import { isSameItem } from "./attribute-value.ts";
import type { Change } from "./item-change.ts";
import { itemSizeBytes } from "./item-size.ts";
import type { Storage, Writes } from "./storage.ts";
import { createStreamLog } from "./stream-log.ts";
import type {
  StreamListener,
  StreamRecord,
  StreamSubscription,
  StreamViewType,
  SubscribeOptions,
} from "./stream-record.ts";
import { primaryKeyOf, tableNotFound, type Table, type Tables } from "./tables.ts";

export interface Streams {
  load: () => Promise<void>;
  /**
   * Adds to a commit's writes what its records need, and gives what publishes them once it has landed.
   * Writes that leave an item as it was make no record.
   */
  prepare: (changes: Change[], writes: Writes) => () => void;
  /** @throws AwsError `ResourceNotFoundException` for a table that is not there, or has no stream */
  subscribe: (tableOrStreamArn: string, listener: StreamListener, options?: SubscribeOptions) => StreamSubscription;
  /** Drops kept records that are older than a day, as AWS does. */
  trim: () => Promise<void>;
  /** Resolves once nothing is being read or written any longer. */
  stop: () => Promise<void>;
}

interface Subscriber {
  listener: StreamListener;
  /** Records that came while older ones are still being read. */
  held: StreamRecord[] | undefined;
}

const sequenceKey = "m/sequence";

const sequenceNumberOf = (count: number) => `1${String(count).padStart(20, "0")}`;

const viewOf = ({ description }: Table): StreamViewType | undefined =>
  description.StreamSpecification?.StreamEnabled ? description.StreamSpecification.StreamViewType : undefined;

const isUnchanged = ({ oldItem, newItem }: Change) =>
  oldItem === newItem || (oldItem !== undefined && newItem !== undefined && isSameItem(oldItem, newItem));

function eventNameOf({ oldItem, newItem }: Change): StreamRecord["eventName"] {
  if (!oldItem) return "INSERT";
  return newItem ? "MODIFY" : "REMOVE";
}

function toRecord(change: Change, view: StreamViewType, sequenceNumber: string, nowMs: number): StreamRecord {
  const { table, oldItem, newItem } = change;
  const Keys = primaryKeyOf(table, newItem ?? oldItem ?? {});
  const images: { NewImage?: Item; OldImage?: Item } = {
    ...(newItem && (view === "NEW_IMAGE" || view === "NEW_AND_OLD_IMAGES") && { NewImage: newItem }),
    ...(oldItem && (view === "OLD_IMAGE" || view === "NEW_AND_OLD_IMAGES") && { OldImage: oldItem }),
  };
  const eventSourceARN = table.description.LatestStreamArn ?? "";
  return {
    eventID: hash("md5", `${eventSourceARN} ${sequenceNumber}`),
    eventName: eventNameOf(change),
    eventVersion: "1.1",
    eventSource: "aws:dynamodb",
    awsRegion: table.scope.region,
    dynamodb: {
      ApproximateCreationDateTime: Math.floor(nowMs / 1000),
      Keys,
      ...images,
      SequenceNumber: sequenceNumber,
      SizeBytes: [Keys, ...Object.values(images)].reduce((total, image) => total + itemSizeBytes(image), 0),
      StreamViewType: view,
    },
    eventSourceARN,
    ...(change.isExpiry === true && { userIdentity: { type: "Service", principalId: "dynamodb.amazonaws.com" } }),
  };
}

export function createStreams(deps: { storage: Storage; tables: Tables; clock: () => number }): Streams {
  const { storage, tables, clock } = deps;
  const subscribersByTable = new Map<string, Set<Subscriber>>();
  const log = createStreamLog({ storage, clock });
  const catchingUp = new Set<Promise<void>>();
  let count = 0;

  const deliver = (subscriber: Subscriber, records: StreamRecord[]) => {
    if (subscriber.held) subscriber.held.push(...records);
    else subscriber.listener(records);
  };

  const publish = (byTable: Map<string, StreamRecord[]>) => {
    for (const [tableArn, records] of byTable)
      for (const subscriber of subscribersByTable.get(tableArn) ?? [])
        try {
          deliver(subscriber, records);
        } catch (error) {
          // The write has happened, and its writer is not who can answer for a listener.
          queueMicrotask(() => {
            throw error;
          });
        }
  };

  const catchUp = async (subscribers: Set<Subscriber>, subscriber: Subscriber, tableArn: string, from: string) => {
    let last = from;
    for await (const records of log.readFrom(tableArn, from)) {
      if (!subscribers.has(subscriber)) return;
      last = records.at(-1)?.dynamodb.SequenceNumber ?? last;
      subscriber.listener(records);
    }
    const newer = subscriber.held?.filter(({ dynamodb }) => dynamodb.SequenceNumber > last) ?? [];
    subscriber.held = undefined;
    if (newer.length > 0 && subscribers.has(subscriber)) subscriber.listener(newer);
  };

  return {
    load: async () => {
      count = storage.read<number>(sequenceKey) ?? 0;
      await log.load();
    },
    prepare: (changes, writes) => {
      const byTable = new Map<string, StreamRecord[]>();
      for (const change of changes) {
        const view = viewOf(change.table);
        if (view === undefined || isUnchanged(change)) continue;
        count += 1;
        const record = toRecord(change, view, sequenceNumberOf(count), clock());
        const { TableArn } = change.table.description;
        const records = byTable.get(TableArn);
        if (records) records.push(record);
        else byTable.set(TableArn, [record]);
        log.keep(TableArn, record, writes);
      }
      if (byTable.size > 0) writes.set(sequenceKey, count);
      return () => publish(byTable);
    },
    subscribe: (arn, listener, { consumer, from } = {}) => {
      const table = tables.findByArn(arn);
      if (!table || viewOf(table) === undefined) throw tableNotFound(arn);
      const { TableArn } = table.description;
      const start = from ?? (consumer === undefined ? undefined : log.positionOf(TableArn, consumer));
      if (consumer !== undefined) log.register(TableArn, consumer, start ?? sequenceNumberOf(count));

      const subscriber: Subscriber = { listener, held: start === undefined ? undefined : [] };
      const subscribers = subscribersByTable.get(TableArn) ?? new Set();
      subscribersByTable.set(TableArn, subscribers.add(subscriber));
      if (start !== undefined) {
        const done = catchUp(subscribers, subscriber, TableArn, start).finally(() => catchingUp.delete(done));
        catchingUp.add(done);
      }

      const stop = () => {
        subscribers.delete(subscriber);
      };
      return {
        stop,
        acknowledge: (sequenceNumber) => {
          if (consumer !== undefined) log.acknowledge(TableArn, consumer, sequenceNumber);
        },
        forget: () => {
          stop();
          if (consumer !== undefined) log.forget(TableArn, consumer);
        },
      };
    },
    trim: () => log.trim(),
    stop: async () => {
      for (const subscribers of subscribersByTable.values()) subscribers.clear();
      await Promise.all([...catchingUp, log.settled()]);
    },
  };
}
