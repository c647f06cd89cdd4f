// Which queues there are, what templates say of them, and their messages over a restart. Dead letters go between them here.
import { parsePolicyDocument, type PolicyDocument } from "../identity/policy.ts";
import { AwsError } from "../protocol.ts";
import type { StateFolder } from "../state.ts";
import { accountOfArn } from "./access.ts";
import type { StoredMessage } from "./message.ts";
import { createQueue, type Queue, type QueueSettings } from "./queue.ts";

export interface RegistryDeps {
  /** ms since the epoch */
  clock: () => number;
  state: StateFolder;
  /** Where callers reach this cloud; queue URLs begin with it. */
  endpointUrl: () => string;
}

/** What CloudFormation declares of a queue. */
export interface QueueDeclaration {
  arn: string;
  settings: QueueSettings;
  /** Who may name this queue as their dead-letter queue. */
  redriveAllow?: { redrivePermission: "allowAll" | "denyAll" | "byQueue"; sourceQueueArns?: string[] | undefined };
  /** The encryption that was asked for, kept to be reported. */
  encryption: Record<string, string>;
}

export interface QueueEntry extends QueueDeclaration {
  name: string;
  accountId: string;
  queue: Queue;
  policy: PolicyDocument | undefined;
  createdAtMs: number;
}

/** The registry that wire protocol and templates share. */
export interface QueueRegistry {
  getQueue: (queueArn: string) => QueueEntry;
  listQueues: () => QueueEntry[];
  declareQueue: (declaration: QueueDeclaration) => void;
  removeQueue: (queueArn: string) => void;
  setPolicy: (queueArn: string, policy: unknown) => void;
  urlOf: (queueArn: string) => string;
}

const stateName = "sqs";
type Snapshot = Record<string, { createdAtMs: number; messages: StoredMessage[] }>;

/** Why the queue `sourceArn` may not send its dead letters there; undefined if it may. */
function whyNoDeadLetters(target: QueueEntry | undefined, sourceArn: string): string | undefined {
  if (!target) return "does not exist";
  if (target.accountId !== accountOfArn(sourceArn)) return "is of another account";
  const { redrivePermission = "allowAll", sourceQueueArns } = target.redriveAllow ?? {};
  const isAdmitted = redrivePermission === "allowAll" || sourceQueueArns?.includes(sourceArn) === true;
  return isAdmitted ? undefined : "does not allow this source queue";
}

const noSuchQueue = () => new AwsError("QueueDoesNotExist", "The specified queue does not exist.");

export function createRegistry({ clock, state, endpointUrl }: RegistryDeps): QueueRegistry {
  const entries = new Map<string, QueueEntry>();
  /** Queues of an earlier run that no template has declared yet in this one. */
  const waiting = new Map(Object.entries(state.read<Snapshot>(stateName) ?? {}));

  const snapshot = (): Snapshot => ({
    ...Object.fromEntries(waiting),
    ...Object.fromEntries(
      [...entries].map(([arn, { createdAtMs, queue }]) => [arn, { createdAtMs, messages: queue.messages() }]),
    ),
  });
  const onChange = () => {
    state.save(stateName, snapshot);
  };

  const getQueue = (queueArn: string) => {
    const entry = entries.get(queueArn);
    if (!entry) throw noSuchQueue();
    return entry;
  };

  const moveToDeadLetters = (sourceArn: string, message: StoredMessage): boolean => {
    const target = entries.get(entries.get(sourceArn)?.settings.redrive?.deadLetterTargetArn ?? "");
    target?.queue.takeDead(message, sourceArn);
    return target !== undefined;
  };

  const assertRedrive = ({ arn, settings }: QueueDeclaration) => {
    if (!settings.redrive) return;
    const target = entries.get(settings.redrive.deadLetterTargetArn);
    const reason = whyNoDeadLetters(target, arn);
    if (reason !== undefined)
      throw new AwsError(
        "InvalidParameterValue",
        `Value for parameter RedrivePolicy is invalid. Reason: Dead letter target ${reason}.`,
      );
  };

  return {
    getQueue,
    listQueues: () => [...entries.values()],
    declareQueue: (declaration) => {
      assertRedrive(declaration);
      const { arn, settings } = declaration;
      const existing = entries.get(arn);
      if (existing) {
        existing.queue.configure(settings);
        Object.assign(existing, declaration);
        return;
      }
      const earlier = waiting.get(arn);
      waiting.delete(arn);
      const queue = createQueue({
        clock,
        settings,
        messages: earlier?.messages ?? [],
        onChange,
        onDead: (message) => moveToDeadLetters(arn, message),
      });
      entries.set(arn, {
        ...declaration,
        name: arn.split(":")[5] ?? "",
        accountId: accountOfArn(arn),
        queue,
        policy: undefined,
        createdAtMs: earlier?.createdAtMs ?? clock(),
      });
      queue.start();
      onChange();
    },
    removeQueue: (queueArn) => {
      entries.get(queueArn)?.queue.stop();
      entries.delete(queueArn);
      waiting.delete(queueArn);
      onChange();
    },
    setPolicy: (queueArn, policy) => {
      getQueue(queueArn).policy = policy === undefined ? undefined : parsePolicyDocument(policy);
    },
    urlOf: (queueArn) => `${endpointUrl()}/${accountOfArn(queueArn)}/${queueArn.split(":")[5] ?? ""}`,
  };
}
