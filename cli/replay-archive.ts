// `npm run replay-archive`: puts what the bus kept of a time span onto it again, and waits until it is done. Harmless to
// repeat: an event that is known already is stored once. Needs the operator's credentials and region.
import { parseArgs } from "node:util";
import {
  DescribeArchiveCommand,
  DescribeEventBusCommand,
  DescribeReplayCommand,
  EventBridgeClient,
  ListArchivesCommand,
  StartReplayCommand,
} from "@aws-sdk/client-eventbridge";

const usage = `usage: npm run replay-archive -- --from TIME [--to TIME] [--bus NAME] [--archive NAME]

  --from     from this time on: a day (2026-11-23, UTC) or an instant (2026-11-23T08:00:00Z)
  --to       and before this one (default: now)
  --bus      default: sesami
  --archive  default: the bus's only one`;

interface Options {
  from: Date;
  to: Date;
  bus: string;
  archive: string | undefined;
}

class UsageError extends Error {}

function parseTime(name: string, text: string): Date {
  const time = new Date(text);
  if (!/^\d{4}-\d\d-\d\d(T.+(Z|[+-]\d\d:\d\d))?$/.test(text) || Number.isNaN(time.getTime()))
    throw new UsageError(`--${name} takes a day like 2026-11-23 or an instant like 2026-11-23T08:00:00Z`);
  return time;
}

function parseOptions(args: string[], now: Date): Options {
  try {
    const { values } = parseArgs({
      args,
      options: {
        from: { type: "string" },
        to: { type: "string" },
        bus: { type: "string", default: "sesami" },
        archive: { type: "string" },
      },
    });
    if (values.from === undefined) throw new UsageError("from when on?");
    const [from, to] = [parseTime("from", values.from), values.to === undefined ? now : parseTime("to", values.to)];
    if (from >= to) throw new UsageError("--from must be before --to");
    return { from, to, bus: values.bus, archive: values.archive };
  } catch (error) {
    if (!(error as NodeJS.ErrnoException).code?.startsWith("ERR_PARSE_ARGS")) throw error;
    throw new UsageError((error as Error).message, { cause: error });
  }
}

/** @throws Error when the bus has none, or several and none is named */
async function getArchive(
  events: EventBridgeClient,
  { bus, archive }: Options,
): Promise<{ arn: string; busArn: string }> {
  const { Arn: busArn = "" } = await events.send(new DescribeEventBusCommand({ Name: bus }));
  const { Archives = [] } = await events.send(new ListArchivesCommand({ EventSourceArn: busArn }));
  const found = Archives.filter(({ ArchiveName }) => archive === undefined || ArchiveName === archive);
  const names = Archives.map(({ ArchiveName }) => ArchiveName).join(", ");
  if (found.length !== 1)
    throw new Error(`Name one of the archives of ${bus} with --archive: ${names || "it has none"}.`);
  const { ArchiveArn: arn = "" } = await events.send(
    new DescribeArchiveCommand({ ArchiveName: found[0]?.ArchiveName }),
  );
  return { arn, busArn };
}

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const firstWaitMs = 500;
const longestWaitMs = 10_000;
/** A replay that is in none of them has ended. */
const running = new Set(["STARTING", "RUNNING", "CANCELLING"]);

/** Answers the state that it ended in. */
async function follow(events: EventBridgeClient, name: string): Promise<string> {
  let said = "";
  for (let waitMs = firstWaitMs; ; waitMs = Math.min(longestWaitMs, waitMs * 1.5)) {
    const {
      State = "",
      StateReason,
      EventLastReplayedTime,
    } = await events.send(new DescribeReplayCommand({ ReplayName: name }));
    const progress = EventLastReplayedTime ? `, up to events of ${EventLastReplayedTime.toISOString()}` : "";
    const line = `${State}${progress}${StateReason ? ` (${StateReason})` : ""}`;
    if (line !== said) console.log((said = line));
    if (!running.has(State)) return State;
    await wait(waitMs);
  }
}

async function run(options: Options): Promise<void> {
  const events = new EventBridgeClient({});
  try {
    const { arn, busArn } = await getArchive(events, options);
    const name = `sesami-${Date.now()}`;
    await events.send(
      new StartReplayCommand({
        ReplayName: name,
        EventSourceArn: arn,
        EventStartTime: options.from,
        EventEndTime: options.to,
        Destination: { Arn: busArn },
      }),
    );
    console.log(
      `replay ${name} of ${options.from.toISOString()} to ${options.to.toISOString()}; it goes on without me`,
    );
    const state = await follow(events, name);
    if (state !== "COMPLETED") throw new Error(`the replay ${name} has ended as ${state}`);
  } finally {
    events.destroy();
  }
}

try {
  await run(parseOptions(process.argv.slice(2), new Date()));
} catch (error) {
  console.error(`replay-archive: ${(error as Error).message}`);
  if (error instanceof UsageError) console.error(`\n${usage}`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
