// `npm run redrive`: what waits in the dead-letter queues, by reason, and another try for all of it. Harmless to repeat:
// an event that is known already is stored once. Needs the operator's credentials and region.
import { parseArgs } from "node:util";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import {
  giveBackDeadLetters,
  listDeadLetters,
  reasonTable,
  removeDeadLetters,
  type DeadLetter,
} from "./dead-letters.ts";
import { accountOfQueue, isEventOf } from "./foreign-letters.ts";
import { getQueueUrl, type QueueName } from "./deployed-queues.ts";
import { groupByTenant, recountByProgram, redriveProjectorLetters } from "./redrive-projector.ts";

const usage = `usage: npm run redrive -- [--queue events|rule|rewriter|projector|all] [--dry-run] [--limit N]
       npm run redrive -- --from QUEUE_URL --to QUEUE_URL [--dry-run] [--limit N]

  --queue    which dead letters (default: all)
               events     events that could not be stored: back to the events' queue
               rule       events that EventBridge could not put into it: into it
               rewriter   steps of an erasure or of a changed retention: back to their queue
               projector  changes that could not be listed and counted: recounted
  --dry-run  only show how many there are, and why
  --limit    at most so many of each queue
  --stack    the stack that has the queues (default: SesamiIngest)
  --from/to  any two queues instead; of a queue in another account only SES events of that account are taken`;

/** All kinds, in the order they are worked on: where they wait, and where they go; the projector's go nowhere. */
const deadLetters = {
  events: { from: "EventsDeadLetters", to: "Events" },
  rule: { from: "RuleDeadLetters", to: "Events" },
  rewriter: { from: "RewritingRewriterDeadLetters", to: "RewritingSteps" },
  projector: { from: "ProjectorDeadLetters" },
} as const satisfies Record<string, { from: QueueName; to?: QueueName }>;

type Kind = keyof typeof deadLetters;

interface Options {
  kinds: Kind[];
  queues?: { from: string; to: string };
  dryRun: boolean;
  limit?: number;
  stackName: string;
}

class UsageError extends Error {}

const optionSpecs = {
  queue: { type: "string", default: "all" },
  "dry-run": { type: "boolean", default: false },
  limit: { type: "string" },
  stack: { type: "string", default: "SesamiIngest" },
  from: { type: "string" },
  to: { type: "string" },
} as const;

function parseOptions(args: string[]): Options {
  try {
    const { values } = parseArgs({ args, options: optionSpecs });
    const { queue, limit, from, to, stack: stackName, "dry-run": dryRun } = values;
    if (queue !== "all" && !(queue in deadLetters)) throw new UsageError(`there are no ${queue} dead letters`);
    if (limit !== undefined && !/^[1-9]\d{0,8}$/.test(limit)) throw new UsageError("--limit takes a number from 1 on");
    if ((from === undefined) !== (to === undefined)) throw new UsageError("--from and --to belong together");
    return {
      kinds: queue === "all" ? (Object.keys(deadLetters) as Kind[]) : [queue as Kind],
      ...(from !== undefined && to !== undefined ? { queues: { from, to } } : {}),
      dryRun,
      ...(limit === undefined ? {} : { limit: Number(limit) }),
      stackName,
    };
  } catch (error) {
    if (!(error as NodeJS.ErrnoException).code?.startsWith("ERR_PARSE_ARGS")) throw error;
    throw new UsageError((error as Error).message, { cause: error });
  }
}

interface Redrive {
  sqs: SQSClient;
  title: string;
  queueUrl: string;
}

function showLetters(title: string, letters: readonly DeadLetter[]): void {
  console.log(`${title}: ${letters.length === 0 ? "empty" : `${letters.length} messages`}`);
  for (const line of reasonTable(letters)) console.log(line);
}

/** A message that the other queue has is taken away; one that it has not stays where it was. */
async function sendBatch({ sqs, queueUrl }: Redrive, to: string, letters: readonly DeadLetter[]): Promise<number> {
  const sent = await Promise.allSettled(
    letters.map(({ body }) => sqs.send(new SendMessageCommand({ QueueUrl: to, MessageBody: body }))),
  );
  await removeDeadLetters(
    sqs,
    queueUrl,
    letters.filter((_, index) => sent[index]?.status === "fulfilled"),
  );
  for (const result of sent) if (result.status === "rejected") throw result.reason;
  return letters.length;
}

async function redriveMessages(redrive: Redrive, to: string, { dryRun, limit }: Options): Promise<void> {
  const { sqs, queueUrl } = redrive;
  const owner = accountOfQueue(queueUrl);
  const isForeign = owner !== undefined && owner !== accountOfQueue(to);
  const all: DeadLetter[] = [];
  const left: DeadLetter[] = [];
  let sent = 0;
  for await (const letters of listDeadLetters(sqs, { queueUrl, limit })) {
    const going = isForeign ? letters.filter((letter) => isEventOf(owner, letter)) : letters;
    all.push(...letters);
    left.push(...letters.filter((letter) => dryRun || !going.includes(letter)));
    if (!dryRun) sent += await sendBatch(redrive, to, going);
  }
  await giveBackDeadLetters(sqs, queueUrl, left);
  showLetters(redrive.title, all);
  if (sent > 0) console.log(`  ${sent} sent for another try`);
  if (!dryRun && left.length > 0) console.log(`  ${left.length} left: they are no SES events of account ${owner}`);
}

async function redriveProjector({ sqs, title, queueUrl }: Redrive, { dryRun, limit }: Options): Promise<void> {
  const all: DeadLetter[] = [];
  for await (const letters of listDeadLetters(sqs, { queueUrl, limit })) all.push(...letters);
  showLetters(title, all);
  const { byTenant, unnamed } = groupByTenant(all);
  if (unnamed.length > 0)
    console.log(
      `  ${unnamed.length} name no item: recount the tenants that had events at that time, then delete them by hand`,
    );
  const tenants = [...byTenant.keys()].join(", ");
  if (tenants !== "") console.log(`  ${dryRun ? "to recount" : "recounting"}: ${tenants}`);
  if (dryRun) await giveBackDeadLetters(sqs, queueUrl, all);
  else await redriveProjectorLetters(sqs, queueUrl, all, recountByProgram);
}

async function run(options: Options): Promise<void> {
  const sqs = new SQSClient({});
  try {
    if (options.queues) {
      const { from: queueUrl, to } = options.queues;
      await redriveMessages({ sqs, title: queueUrl, queueUrl }, to, options);
      return;
    }
    for (const kind of options.kinds) {
      const queues: { from: QueueName; to?: QueueName } = deadLetters[kind];
      const redrive = { sqs, title: queues.from, queueUrl: await getQueueUrl(sqs, options.stackName, queues.from) };
      if (queues.to === undefined) await redriveProjector(redrive, options);
      else await redriveMessages(redrive, await getQueueUrl(sqs, options.stackName, queues.to), options);
    }
  } finally {
    sqs.destroy();
  }
}

try {
  await run(parseOptions(process.argv.slice(2)));
} catch (error) {
  console.error(`redrive: ${(error as Error).message}`);
  if (error instanceof UsageError) console.error(`\n${usage}`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
