// A ledger on the laptop's DynamoDB with the real projector fed from its stream, for tests of what is stored and listed.
import type { StreamRecord } from "../../local/dynamodb/dynamodb.ts";
import type { DynamoDbDeps } from "../../local/dynamodb/dynamodb.ts";
import { project } from "../../lambdas/projector/project.ts";
import type { SesEvent } from "../../shared/domain/event.ts";
import { createLedger, type Ledger } from "../../shared/store/ledger/ledger.ts";
import { createSuppressions, type Suppressions } from "../../shared/store/suppressions.ts";
import { startDynamoDb, type LocalDynamoDb } from "./dynamodb.ts";
import { getDigest } from "./keyed-digest.ts";

export const tenantId = "ten_alpha";
export const shardId = "shardId-00000000000000000000-test";
/** Noon of the day that the event fixtures happen on. */
export const nowMs = Date.parse("2026-11-23T12:00:00Z");

/** Neither waits nor rolls dice. */
export const waiting = { sleep: async () => {}, random: () => 0.5 };

export interface ProjectedLedger {
  db: LocalDynamoDb;
  ledger: Ledger;
  suppressions: Suppressions;
  ledgerTable: string;
  /** The stream's records since the last call, in order. */
  takeRecords: () => StreamRecord[];
  /** Records events for the tenant and projects what the stream then says. */
  store: (events: readonly SesEvent[], forTenantId?: string) => Promise<void>;
  stop: () => Promise<void>;
}

export async function startProjectedLedger({
  clock = () => nowMs,
  faults,
}: { clock?: () => number } & Pick<DynamoDbDeps, "faults"> = {}): Promise<ProjectedLedger> {
  const db = await startDynamoDb({ clock, ...(faults ? { faults } : {}) });
  const ledgerTable = await db.createLedgerTable();
  const ledger = createLedger({ client: db.client, tableName: ledgerTable, clock, waiting });
  const tableName = await db.createDirectoryTable();
  const suppressions = createSuppressions({ client: db.client, tableName, getDigest, waiting });
  const records: StreamRecord[] = [];
  db.service.subscribe(`arn:aws:dynamodb:us-east-1:111111111111:table/${ledgerTable}`, (arrived) =>
    records.push(...arrived),
  );
  const takeRecords = () => records.splice(0);
  const setAside = async (body: string) => Promise.reject(new Error(`The projector cannot read ${body}.`));

  return {
    db,
    ledger,
    suppressions,
    ledgerTable,
    takeRecords,
    store: async (events, forTenantId = tenantId) => {
      for (const recorded of await ledger.recordEvents(forTenantId, events))
        if (recorded.result === "failed") throw recorded.error;
      await project({ ledger, suppressions, deadLetters: { setAside }, count: () => undefined })({
        shardId,
        records: takeRecords(),
      });
    },
    stop: db.stop,
  };
}
