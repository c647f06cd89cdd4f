// A ledger that was damaged and is recounted while events arrive, over a DynamoDB that fails now and then.
import { setImmediate } from "node:timers/promises";
import { createDynamoDb } from "../../../local/dynamodb/dynamodb.ts";
import { openState } from "../../../local/state.ts";
import { AppError } from "../../../shared/contract/error.ts";
import { recount, type Difference, type RecountReport } from "../../../shared/store/ledger/recount/recount.ts";
import { ledgerTableOf } from "../../../shared/store/ledger/table.ts";
import { createDirectClient } from "../direct-client.ts";
import { accountId } from "../dynamodb.ts";
import {
  createEventFunctions,
  createEventStores,
  ledgerTableArn,
  setUpEventTables,
  type ConnectedAccount,
} from "../event-functions.ts";
import { compareWithTruth } from "./compare.ts";
import { damage, readTable } from "./damage.ts";
import { deliveriesOf } from "./deliveries.ts";
import { createFaults } from "./faults.ts";
import { makeLives } from "./lives.ts";
import { drainQueue } from "./queue.ts";
import { createRandom } from "./random.ts";
import { createSandbox } from "./sandbox.ts";
import { createShards } from "./shards.ts";
import { truthOf } from "./truth.ts";
import { createWorker, type Invocations } from "./worker.ts";

export interface RecountedOptions {
  seed: number;
  events: number;
  /** How often each fault happens where it can. */
  faultRate: number;
  /** The first recounts are killed at some call of theirs. */
  killedRecounts: number;
}

export interface Recounted {
  damaged: number;
  /** Of all recounts while events arrived. */
  differences: Difference[];
  report: RecountReport;
  /** What a recount finds once everything is still. */
  left: Difference[];
  /** Against what happened. */
  untrue: string[];
  /** Items that a recount leaves for ever: none should. */
  marks: string[];
}

const accounts: ConnectedAccount[] = [
  { tenantId: "ten_alpha", accountId: "222222222222", region: "us-east-1" },
  { tenantId: "ten_beta", accountId: "333333333333", region: "us-east-1" },
];

const nowMs = Date.parse("2026-11-23T12:00:00Z");
const clock = () => nowMs;
const waiting = { sleep: () => setImmediate(), random: () => 0.5 };
const tables = { ledgerTable: "Ledger", directoryTable: "Directory" };

/** Runs until nothing is left to do. */
export async function recountWhileEventsArrive({
  seed,
  events,
  faultRate,
  killedRecounts,
}: RecountedOptions): Promise<Recounted> {
  const random = createRandom(seed);
  const lives = makeLives(random, { events, accounts, untilMs: nowMs });
  const bodies = deliveriesOf(random, lives.facts);
  const faults = createFaults(createRandom(seed + 1), faultRate);
  const service = createDynamoDb({ state: openState(), clock, defaultAccountId: accountId, faults: faults.ofDynamoDb });
  const client = createDirectClient(service);
  await setUpEventTables(client, accounts);
  const functions = createEventFunctions({ clock, waiting });
  const invocations: Invocations = { service, random: createRandom(seed + 2), faults, killRate: 0.05 };
  /** Turns of others' before a projector begins with a batch: so it is behind what a scan sees. */
  let maxLag = 0;
  const startProjector = () => {
    const projector = createWorker(invocations, functions.projector, 1);
    return async (event: Parameters<typeof projector>[0]) => {
      for (let turns = random.integer(0, maxLag); turns > 0; turns -= 1) await setImmediate();
      return projector(event);
    };
  };
  const stream = createShards(3, startProjector, { random: createRandom(seed + 3), faults });
  service.subscribe(ledgerTableArn, stream.take);
  const store = (some: readonly string[]) =>
    drainQueue(
      some,
      Array.from({ length: 3 }, () => createWorker(invocations, functions.categorizer, 1)),
      { random: createRandom(seed + 4), faults },
    );
  const differences: Difference[] = [];
  let runs = 0;
  const recountBy = (by: typeof client, isDryRun: boolean, found: Difference[]) => {
    let ids = 0;
    const run = `run${(runs += 1)}`;
    return recount(ledgerTableOf({ client: by, tableName: tables.ledgerTable, clock, waiting }), {
      isDryRun,
      takeOver: true,
      segments: 2,
      readUnitsPerSecond: 1_000_000,
      timeoutMs: 60_000,
      newId: () => `${run}-${(ids += 1)}`,
      suppressions: createEventStores(by, { clock, waiting }).suppressions,
      onDifference: (difference) => void found.push(difference),
    });
  };

  /** Begins again until one comes to its end. */
  async function recountAtLast(): Promise<RecountReport> {
    for (let tries = 1; tries <= 40; tries += 1) {
      const sandbox = createSandbox(service, 3);
      if (tries <= killedRecounts) sandbox.dieAtCall(random.integer(10, 120));
      const recounting = recountBy(sandbox.client, false, differences).catch((error: unknown) => {
        if (error instanceof AppError && error.code === "unavailable") return "unavailable" as const;
        throw error;
      });
      const answer = await Promise.race([recounting, sandbox.died.then(() => "killed" as const)]);
      if (typeof answer === "object") return answer;
    }
    throw new Error("No recount came to its end.");
  }

  const half = Math.floor(bodies.length / 2);
  await stream.drain(store(bodies.slice(0, half)));
  const damaged = await damage({ client, ...tables }, createRandom(seed + 5));

  faults.arm(true);
  maxLag = 200;
  const recounting = { isOver: false };
  const recounted = recountAtLast().finally(() => {
    recounting.isOver = true;
  });
  /** A few at a time for as long as the recount takes, then the rest. */
  const storeMeanwhile = async (some: string[]): Promise<void> => {
    while (some.length > 0) {
      await store(some.splice(0, recounting.isOver ? some.length : 1));
      for (let turns = random.integer(0, 25); turns > 0 && !recounting.isOver; turns -= 1) await setImmediate();
    }
  };
  await stream.drain(Promise.all([storeMeanwhile(bodies.slice(half)), recounted]));
  faults.arm(false);
  maxLag = 0;

  const left: Difference[] = [];
  await stream.drain(recountBy(client, true, left));
  const items = await readTable({ client }, tables.ledgerTable);
  const marks = items.flatMap((item) => Object.keys(item).filter((name) => name.startsWith("touched.")));
  const untrue = await compareWithTruth(createEventStores(client, { clock, waiting }), truthOf(lives.facts), {
    fromMs: Date.parse("2026-11-10"),
    toMs: Date.parse("2026-11-26"),
  });
  await service.stop();
  return { damaged, differences, report: await recounted, left, untrue, marks };
}
