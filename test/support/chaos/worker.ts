// What runs a function as Lambda does: one invocation at a time in a sandbox, and a new sandbox once one was killed.
import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import type { DynamoDb } from "../../../local/dynamodb/dynamodb.ts";
import type { Faults } from "./faults.ts";
import type { Random } from "./random.ts";
import { createSandbox } from "./sandbox.ts";

export interface Invocations {
  service: Pick<DynamoDb, "handle">;
  random: Random;
  faults: Faults;
  /** The share of invocations that are killed midway. */
  killRate: number;
}

export type Invoke<Event, Answer> = (event: Event) => Promise<Answer | "killed">;

/** An invocation is killed at one of its first so many calls. */
const lastCallOfKilled = 12;

/**
 * @param start makes the function with its clients, as its module would when it is loaded
 * @param maxAttempts of the SDK in its clients
 */
export function createWorker<Event, Answer>(
  { service, random, faults, killRate }: Invocations,
  start: (client: DynamoDBDocumentClient) => (event: Event) => Promise<Answer>,
  maxAttempts: number,
): Invoke<Event, Answer> {
  const load = () => {
    const sandbox = createSandbox(service, maxAttempts);
    return { sandbox, handler: start(sandbox.client) };
  };
  let loaded = load();
  return async (event) => {
    const { sandbox, handler } = loaded;
    sandbox.dieAtCall(random.chance(killRate) ? random.integer(1, lastCallOfKilled) : Infinity);
    const answer = await Promise.race([handler(event), sandbox.died.then(() => "killed" as const)]);
    if (answer !== "killed") return answer;
    faults.note("invocationsKilled");
    loaded = load();
    return "killed";
  };
}
