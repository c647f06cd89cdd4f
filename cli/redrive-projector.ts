// The projector's dead letters name items of the Ledger, not events: whose counters, lists and suppressions miss a change.
// The outcomes themselves are stored, so a recount of the tenant mends all of it.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { SQSClient } from "@aws-sdk/client-sqs";
import { parseOutcomeKey } from "../shared/store/ledger/keys.ts";
import { giveBackDeadLetters, maxBatch, removeDeadLetters, type DeadLetter } from "./dead-letters.ts";

/** Rebuilds what is derived from a tenant's outcomes. Rejects when it could not. */
export type Recount = (tenantId: string) => Promise<void>;

export interface ProjectorLetters {
  /** By tenant, in the order in which they first come. */
  byTenant: Map<string, DeadLetter[]>;
  /** Lambda gave up on a batch: its letter says when and in which shard, not whose changes it held. */
  unnamed: DeadLetter[];
}

export function groupByTenant(letters: readonly DeadLetter[]): ProjectorLetters {
  const groups: ProjectorLetters = { byTenant: new Map(), unnamed: [] };
  for (const letter of letters) {
    const tenantId = tenantOf(letter.body);
    if (tenantId === undefined) groups.unnamed.push(letter);
    else groups.byTenant.set(tenantId, [...(groups.byTenant.get(tenantId) ?? []), letter]);
  }
  return groups;
}

/** What lambdas/projector sets aside: `{ shardId, sequenceNumber, keys }`, the keys in DynamoDB's own JSON. */
function tenantOf(body: string): string | undefined {
  let letter: { keys?: { pk?: { S?: unknown }; sk?: { S?: unknown } } } | null;
  try {
    letter = JSON.parse(body) as typeof letter;
  } catch {
    return undefined;
  }
  const { pk, sk } = letter?.keys ?? {};
  if (typeof pk?.S !== "string" || typeof sk?.S !== "string") return undefined;
  return parseOutcomeKey({ pk: pk.S, sk: sk.S })?.tenantId;
}

/** With these `npm run recount` says that all is as it should be: nothing was different, or it was mended. */
const goodExitCodes = new Set([0, 3]);

/** `npm run recount`, as a program of its own: it has its own settings and its own output. */
export const recountByProgram: Recount = async (tenantId) => {
  const program = spawn(process.execPath, [join(import.meta.dirname, "recount.ts"), "--tenant", tenantId], {
    stdio: "inherit",
  });
  const [code] = (await once(program, "exit")) as [number | null];
  if (code === null || !goodExitCodes.has(code))
    throw new Error(`the recount of ${tenantId} did not mend everything: its letters stay.`);
};

/**
 * Recounts the tenants that letters name, and takes away the letters of each once that is done; the rest is visible again
 * afterwards, also when a recount fails, which ends it.
 */
export async function redriveProjectorLetters(
  sqs: SQSClient,
  queueUrl: string,
  letters: readonly DeadLetter[],
  recount: Recount,
): Promise<void> {
  const left = new Set(letters);
  try {
    for (const [tenantId, those] of groupByTenant(letters).byTenant) {
      await recount(tenantId);
      for (let start = 0; start < those.length; start += maxBatch)
        await removeDeadLetters(sqs, queueUrl, those.slice(start, start + maxBatch));
      for (const letter of those) left.delete(letter);
    }
  } finally {
    await giveBackDeadLetters(sqs, queueUrl, [...left]);
  }
}
