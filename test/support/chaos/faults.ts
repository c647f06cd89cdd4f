// What goes wrong on purpose in DynamoDB, how often, and how often it did.
import { setImmediate } from "node:timers/promises";
import { transactionCanceled } from "../../../local/dynamodb/dynamodb.ts";
import { AwsError } from "../../../local/protocol.ts";
import type { Random } from "./random.ts";

/** What can go wrong; `conflicts` are lost races of categorizers, which nobody has to inject. */
export const faultNames = [
  "throttled",
  "answersLost",
  "transactionConflicts",
  "unprocessed",
  "invocationsKilled",
  "batchesRepeated",
  "batchesSplit",
  "batchesRaced",
  "versionConflicts",
] as const;

export type FaultName = (typeof faultNames)[number];

export type FaultCounts = Record<FaultName, number>;

export interface Faults {
  counts: FaultCounts;
  note: (fault: FaultName) => void;
  /** For the laptop's DynamoDB. */
  ofDynamoDb: (operation: string) => Promise<void>;
  /** Without them everything goes well: before a run is set up, and when it is looked at. */
  arm: (isArmed: boolean) => void;
}

const written = new Set(["PutItem:done", "UpdateItem:done", "BatchWriteItem:done", "TransactWriteItems:done"]);

/** `rate`: how often each of the faults happens where it can. */
export function createFaults(random: Random, rate: number): Faults {
  const counts = Object.fromEntries(faultNames.map((name) => [name, 0])) as FaultCounts;
  let isArmed = false;
  const strikes = (fault: FaultName, times = 1): boolean => {
    const struck = random.chance(rate * times);
    if (struck) counts[fault] += 1;
    return struck;
  };
  const throttling = () => new AwsError("ThrottlingException", "Throughput exceeds the current capacity.");

  return {
    counts,
    note: (fault) => {
      counts[fault] += 1;
    },
    arm: (armed) => {
      isArmed = armed;
    },
    ofDynamoDb: async (operation) => {
      if (!isArmed) return;
      // Requests overtake one another.
      if (random.chance(0.2)) await setImmediate();
      if (operation.endsWith(":element")) {
        if (strikes("unprocessed")) throw throttling();
      } else if (operation.endsWith(":done")) {
        // What a client sees that has waited long enough; the write is there all the same.
        if (written.has(operation) && strikes("answersLost"))
          throw new AwsError("TimeoutError", "The answer did not come in time.", { status: 500 });
      } else if (operation === "TransactWriteItems" && strikes("transactionConflicts", 4))
        throw transactionCanceled([{ Code: "TransactionConflict" }]);
      else if (strikes("throttled")) throw throttling();
    },
  };
}
