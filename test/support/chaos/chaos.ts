// The whole of it: makes up what happened, has it arrive in the worst way through the real categorizers and projectors
// over a DynamoDB that fails now and then, and holds what is stored in the end against what happened.
import { hash } from "node:crypto";
import { createDynamoDb } from "../../../local/dynamodb/dynamodb.ts";
import { openState } from "../../../local/state.ts";
import { createDirectClient } from "../direct-client.ts";
import { accountId } from "../dynamodb.ts";
import {
  createEventFunctions,
  createEventStores,
  ledgerTableArn,
  setUpEventTables,
  type ConnectedAccount,
} from "../event-functions.ts";
import { compareLines, compareWithTruth } from "./compare.ts";
import { deliveriesOf } from "./deliveries.ts";
import { createFaults, faultNames, type FaultCounts } from "./faults.ts";
import { makeLives } from "./lives.ts";
import { drainQueue } from "./queue.ts";
import { createRandom, type Random } from "./random.ts";
import { createShards } from "./shards.ts";
import { makeStrays } from "./strays.ts";
import { truthOf } from "./truth.ts";
import { createWorker, type Invocations } from "./worker.ts";

export interface ChaosOptions {
  seed: number;
  /** At least so many events: one for each recipient that an SES event is about. */
  events: number;
  categorizers?: number;
  /** Of the stream; two projectors each. */
  shards?: number;
  /** How often each fault happens where it can. */
  faultRate?: number;
}

export interface ChaosReport {
  events: number;
  deliveries: number;
  faults: FaultCounts;
  /** Deliveries that were given up. */
  lost: number;
  /** Of everything that was delivered, in its order. */
  fingerprint: string;
  differences: string[];
}

/** Two of them of one tenant. */
const accounts: ConnectedAccount[] = [
  { tenantId: "ten_alpha", accountId: "222222222222", region: "us-east-1" },
  { tenantId: "ten_alpha", accountId: "222222222222", region: "eu-west-1" },
  { tenantId: "ten_beta", accountId: "333333333333", region: "us-east-1" },
  { tenantId: "ten_gamma", accountId: "444444444444", region: "us-east-1" },
];

const nowMs = Date.parse("2026-11-23T12:00:00Z");

const clock = () => nowMs;

/** Short waits: whoever else has something to do goes on. */
const waiting = { sleep: () => new Promise<void>((resolve) => void setImmediate(resolve)), random: () => 0.5 };

const mixIn = <Value>(random: Random, values: readonly Value[], others: readonly Value[]): Value[] => {
  const mixed = [...values];
  for (const other of others) mixed.splice(random.integer(0, mixed.length), 0, other);
  return mixed;
};

/** Runs until nothing is left to do. @throws whatever no retry would heal */
export async function runChaos({
  seed,
  events,
  categorizers = 4,
  shards = 4,
  faultRate = 0.02,
}: ChaosOptions): Promise<ChaosReport> {
  const random = createRandom(seed);
  const lives = makeLives(random, { events, accounts, untilMs: nowMs });
  const strays = makeStrays(random, Math.ceil(events / 500), accounts[0]!, nowMs);
  const bodies = mixIn(random, deliveriesOf(random, lives.facts), strays.bodies);
  const faults = createFaults(createRandom(seed + 1), faultRate);
  const service = createDynamoDb({
    state: openState(),
    clock,
    defaultAccountId: accountId,
    faults: faults.ofDynamoDb,
  });
  const client = createDirectClient(service);
  await setUpEventTables(client, accounts);

  const setAside = new Set<string>();
  const functions = createEventFunctions({
    clock,
    waiting,
    setAside: (body) => void setAside.add(body),
    onConflict: () => faults.note("versionConflicts"),
  });
  const invocations: Invocations = { service, random: createRandom(seed + 2), faults, killRate: 0.06 };
  const stream = createShards(shards, () => createWorker(invocations, functions.projector, 1), {
    random: createRandom(seed + 3),
    faults,
  });
  service.subscribe(ledgerTableArn, stream.take);

  faults.arm(true);
  const queued = drainQueue(
    bodies,
    // One in two lets the SDK try again, as the deployed functions do.
    Array.from({ length: categorizers }, (_, index) =>
      createWorker(invocations, functions.categorizer, 1 + (index % 2)),
    ),
    { random: createRandom(seed + 4), faults },
  );
  await stream.drain(queued);
  const lost = await queued;
  faults.arm(false);

  const truth = truthOf(lives.facts);
  for (const { outcomes } of truth.values())
    for (const messageId of strays.unknownMessageIds) outcomes.set(messageId, []);
  const differences = await compareWithTruth(createEventStores(client, { clock, waiting }), truth, {
    fromMs: Date.parse("2026-11-10"),
    toMs: Date.parse("2026-11-26"),
  });
  differences.push(...compareLines("set aside", [...setAside], strays.unreadable));
  await service.stop();
  return {
    events: lives.events,
    deliveries: bodies.length,
    faults: faults.counts,
    lost: lost.length,
    fingerprint: hash("sha256", bodies.join("\n")),
    differences,
  };
}

/** A report in one line. */
export function describeChaos({ events, deliveries, faults, lost, differences }: ChaosReport): string {
  const injected = faultNames.map((name) => `${name} ${faults[name]}`).join(", ");
  return `chaos: ${events} events in ${deliveries} deliveries; ${injected}; lost ${lost}, differences ${differences.length}`;
}
