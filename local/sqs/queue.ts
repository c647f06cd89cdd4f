// One standard queue in memory: visibility, receive count, retention. Knows no policy, no protocol, no other queue.
import { randomUUID } from "node:crypto";
import { AwsError } from "../protocol.ts";
import { toReceived, type MessageAttributes, type ReceivedMessage, type StoredMessage } from "./message.ts";

export interface QueueSettings {
  visibilityTimeoutSeconds: number;
  delaySeconds: number;
  retentionSeconds: number;
  receiveWaitSeconds: number;
  maximumMessageSizeBytes: number;
  redrive?: { deadLetterTargetArn: string; maxReceiveCount: number };
}

export interface NewMessage {
  body: string;
  messageAttributes: MessageAttributes;
  senderId: string;
  traceHeader?: string | undefined;
  /** Overrides the queue's own delay. */
  delaySeconds?: number | undefined;
}

export interface QueueDeps {
  clock: () => number;
  settings: QueueSettings;
  /** Messages of an earlier run, in the order they were sent. */
  messages: StoredMessage[];
  /** Called after every change, for whoever keeps the messages. */
  onChange: () => void;
  /** Takes a message received too often; false when there is no such queue, and the message stays. */
  onDead: (message: StoredMessage) => boolean;
}

export type Queue = ReturnType<typeof createQueue>;

const handleOf = (messageId: string, receiptToken: string): string =>
  Buffer.from(`${messageId} ${receiptToken}`).toString("base64url");

function parseReceiptHandle(handle: string): { messageId: string; receiptToken: string } {
  const parts = /^(\S+) (\S+)$/.exec(Buffer.from(handle, "base64url").toString("utf8"));
  if (parts?.[1] === undefined || parts[2] === undefined)
    throw new AwsError(
      "ReceiptHandleIsInvalid",
      `The input receipt handle "${handle}" is not a valid receipt handle.`,
      {
        status: 404,
      },
    );
  return { messageId: parts[1], receiptToken: parts[2] };
}

export function createQueue({ clock, messages: earlier, onChange, onDead, ...deps }: QueueDeps) {
  let settings = deps.settings;
  const messages = new Map(earlier.map((message) => [message.messageId, message]));
  const listeners = new Set<() => void>();
  let wake: { atMs: number; timer: NodeJS.Timeout } | undefined;

  const isExpired = (message: StoredMessage) => message.sentAtMs + settings.retentionSeconds * 1000 <= clock();
  const isVisible = (message: StoredMessage) => message.visibleAtMs <= clock() && !isExpired(message);

  const notify = () => {
    for (const listener of listeners) queueMicrotask(listener);
  };

  /** One timer a queue, for the earliest message to become visible. */
  const wakeAt = (atMs: number) => {
    if (wake && wake.atMs <= atMs) return;
    clearTimeout(wake?.timer);
    const timer = setTimeout(onWake, Math.max(0, atMs - clock()));
    timer.unref();
    wake = { atMs, timer };
  };

  function onWake(): void {
    wake = undefined;
    const waiting = [...messages.values()].map(({ visibleAtMs }) => visibleAtMs).filter((atMs) => atMs > clock());
    if (waiting.length > 0) wakeAt(waiting.reduce((earliest, atMs) => Math.min(earliest, atMs)));
    if ([...messages.values()].some(isVisible)) notify();
  }

  const add = (message: StoredMessage) => {
    messages.set(message.messageId, message);
    if (message.visibleAtMs <= clock()) notify();
    else wakeAt(message.visibleAtMs);
    onChange();
  };

  const send = (message: NewMessage): StoredMessage => {
    const { delaySeconds = settings.delaySeconds, traceHeader, ...content } = message;
    const stored: StoredMessage = {
      ...content,
      ...(traceHeader !== undefined && { traceHeader }),
      messageId: randomUUID(),
      sentAtMs: clock(),
      visibleAtMs: clock() + delaySeconds * 1000,
      receiveCount: 0,
    };
    add(stored);
    return stored;
  };

  const isDead = (message: StoredMessage) =>
    settings.redrive !== undefined && message.receiveCount >= settings.redrive.maxReceiveCount;

  const receive = (max: number, visibilityTimeoutSeconds = settings.visibilityTimeoutSeconds): ReceivedMessage[] => {
    const received: ReceivedMessage[] = [];
    let changed = false;
    for (const message of messages.values()) {
      if (received.length >= max) break;
      if (isExpired(message)) {
        changed = messages.delete(message.messageId);
        continue;
      }
      if (!isVisible(message)) continue;
      changed = true;
      if (isDead(message) && onDead(message)) {
        messages.delete(message.messageId);
        continue;
      }
      message.receiveCount += 1;
      message.firstReceivedAtMs ??= clock();
      message.receiptToken = randomUUID();
      message.visibleAtMs = clock() + visibilityTimeoutSeconds * 1000;
      wakeAt(message.visibleAtMs);
      received.push(toReceived(message, handleOf(message.messageId, message.receiptToken)));
    }
    if (changed) onChange();
    return received;
  };

  /** The message, if this handle is of its latest receive. */
  const findByHandle = (handle: string): StoredMessage | undefined => {
    const { messageId, receiptToken } = parseReceiptHandle(handle);
    const message = messages.get(messageId);
    return message?.receiptToken === receiptToken ? message : undefined;
  };

  return {
    get settings(): QueueSettings {
      return settings;
    },
    configure: (next: QueueSettings) => {
      settings = next;
    },
    send,
    receive,
    /** Takes over a message that was received too often elsewhere: same id, count and age, visible at once. */
    takeDead: (message: StoredMessage, deadLetterSourceArn: string) => {
      const { receiptToken: _, ...rest } = message;
      add({ ...rest, visibleAtMs: clock(), deadLetterSourceArn });
    },
    /** A handle that has gone stale deletes nothing, and is no error: as on standard queues of AWS. */
    remove: (receiptHandle: string) => {
      const message = findByHandle(receiptHandle);
      if (message === undefined) return;
      messages.delete(message.messageId);
      onChange();
    },
    removeById: (messageId: string) => {
      messages.delete(messageId);
      onChange();
    },
    changeVisibility: (receiptHandle: string, timeoutSeconds: number) => {
      const message = findByHandle(receiptHandle);
      if (message === undefined || message.visibleAtMs <= clock())
        throw new AwsError(
          "MessageNotInflight",
          "The message does not exist or is not available for visibility timeout change.",
        );
      const timeoutMs = timeoutSeconds * 1000;
      message.visibleAtMs = clock() + timeoutMs;
      if (timeoutMs === 0) notify();
      else wakeAt(message.visibleAtMs);
      onChange();
    },
    purge: () => {
      messages.clear();
      onChange();
    },
    counts: () => {
      const kept = [...messages.values()].filter((message) => !isExpired(message));
      const visible = kept.filter(isVisible).length;
      const delayed = kept.filter((message) => !isVisible(message) && message.receiptToken === undefined).length;
      return { visible, delayed, inFlight: kept.length - visible - delayed };
    },
    /** A snapshot, in the order they were sent. */
    messages: (): StoredMessage[] => [...messages.values()],
    /** Calls back whenever a message becomes visible, and soon if one is already. Returns what ends it. */
    onVisible: (listener: () => void): (() => void) => {
      listeners.add(listener);
      if ([...messages.values()].some(isVisible)) queueMicrotask(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    /** Takes up the timer for messages of an earlier run. */
    start: onWake,
    stop: () => {
      clearTimeout(wake?.timer);
      wake = undefined;
      listeners.clear();
    },
  };
}
