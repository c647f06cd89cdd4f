// The engines that the contract suite runs against: the laptop's DynamoDB, or one at an address, such as DynamoDB Local.
import { DeleteTableCommand } from "@aws-sdk/client-dynamodb";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe } from "vitest";
import type { LedgerRecord } from "../../shared/store/ledger/stream.ts";
import {
  accountId,
  clientsOf,
  createDirectoryTable,
  createLedgerTable,
  region,
  startDynamoDb,
  type TestDynamoDb,
} from "./dynamodb.ts";
import { createStreamReader } from "./dynamodb-streams.ts";

export interface ContractEngine extends TestDynamoDb {
  /** The records of a Ledger table's stream since the last call, in order; waits until there are so many at least. */
  takeRecords: (tableName: string, atLeast: number) => Promise<LedgerRecord[]>;
}

/** An engine that runs already; the tables made here are deleted at the end. */
function connectDynamoDb(endpoint: string): ContractEngine {
  const { client, rawClient } = clientsOf(endpoint);
  const made: string[] = [];
  const create = async (make: typeof createLedgerTable, name: string) => {
    made.push(name);
    return make(rawClient, name);
  };
  const readNew = createStreamReader(endpoint);
  return {
    client,
    rawClient,
    endpoint,
    createLedgerTable: (name = "Ledger") => create(createLedgerTable, name),
    createDirectoryTable: (name = "Directory") => create(createDirectoryTable, name),
    takeRecords: (tableName, atLeast) => collect(() => readNew(tableName), atLeast),
    stop: async () => {
      for (const TableName of made) await rawClient.send(new DeleteTableCommand({ TableName }));
      client.destroy();
    },
  };
}

async function startLaptop(): Promise<ContractEngine> {
  const db = await startDynamoDb();
  const records = new Map<string, LedgerRecord[]>();
  return {
    ...db,
    createLedgerTable: async (name) => {
      const tableName = await db.createLedgerTable(name);
      const arrived: LedgerRecord[] = [];
      records.set(tableName, arrived);
      const tableArn = `arn:aws:dynamodb:${region}:${accountId}:table/${tableName}`;
      db.service.subscribe(tableArn, (more) => arrived.push(...more));
      return tableName;
    },
    takeRecords: (tableName, atLeast) => collect(async () => records.get(tableName)?.splice(0) ?? [], atLeast),
  };
}

const pollMs = 100;
const maxPolls = 600;

/** @throws when they do not come within a minute */
async function collect(readNew: () => Promise<LedgerRecord[]>, atLeast: number): Promise<LedgerRecord[]> {
  const records: LedgerRecord[] = [];
  for (let polls = 0; polls < maxPolls; polls += 1) {
    records.push(...(await readNew()));
    if (records.length >= atLeast) return records;
    await delay(pollMs);
  }
  throw new Error(`The stream gave ${records.length} records of ${atLeast}.`);
}

/**
 * Runs a contract suite against the engine at `DYNAMODB_ENDPOINT` where that is set (`npm run test:dynamodb-local`), else
 * against the laptop's. The engine is started before the suite's tests and stopped after them.
 */
export function describeDynamoDb(subject: string, suite: (engine: () => ContractEngine) => void): void {
  const endpoint = process.env["DYNAMODB_ENDPOINT"];
  const name = endpoint === undefined ? "the laptop's DynamoDB" : `DynamoDB at ${endpoint}`;
  describe(`${name}: ${subject}`, () => {
    let engine: ContractEngine | undefined;
    beforeAll(async () => {
      engine = endpoint === undefined ? await startLaptop() : connectDynamoDb(endpoint);
    });
    afterAll(async () => {
      await engine?.stop();
    });
    suite(() => {
      if (!engine) throw new Error("The engine is there from beforeAll on.");
      return engine;
    });
  });
}
