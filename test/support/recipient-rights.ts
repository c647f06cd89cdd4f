// What a tenant decides to keep and what a recipient has a right to: routes, rewriter and projector over one database, a queue
// that is worked off on demand, and a categorizer that knows of settings and erasures beside one that does not yet.
import { ScanCommand } from "@aws-sdk/lib-dynamodb";
import type { SQSEvent } from "aws-lambda";
import { eraseRecipient, getErasure } from "../../lambdas/recipient-rights/erase.ts";
import { exportRecipient } from "../../lambdas/recipient-rights/export.ts";
import { rewriteBatch } from "../../lambdas/rewriter/rewrite-batch.ts";
import { createCursors } from "../../lambdas/runtime/cursor.ts";
import { httpHandler } from "../../lambdas/runtime/http.ts";
import { changeSettings, getSettings } from "../../lambdas/settings/operations.ts";
import type { DynamoDbDeps } from "../../local/dynamodb/dynamodb.ts";
import type { RewriteJob } from "../../shared/contract/rewrite-job.ts";
import { createContentKeepings } from "../../shared/store/content-keeping.ts";
import { createContents } from "../../shared/store/contents.ts";
import { createErasures } from "../../shared/store/erasures.ts";
import { createLedger } from "../../shared/store/ledger/ledger.ts";
import { createSentRecords } from "../../shared/store/sent-records.ts";
import { createSettings } from "../../shared/store/settings.ts";
import { getDigest } from "./keyed-digest.ts";
import { nowMs, startProjectedLedger, waiting } from "./projected-ledger.ts";
import { inSqs } from "./ses-events.ts";

export interface QueuedJob {
  job: RewriteJob;
  delaySeconds: number;
}

type Item = Record<string, unknown>;

/** More than any test needs: a work that asks for itself for ever is a failure. */
const maxSteps = 1000;

export async function startRecipientRights({ faults }: Pick<DynamoDbDeps, "faults"> = {}) {
  const time = { nowMs };
  const clock = () => time.nowMs;
  const started = await startProjectedLedger({ clock, ...(faults ? { faults } : {}) });
  const { client } = started.db;
  const directory = { client, tableName: "Directory" };
  const settings = createSettings(directory);
  const erasures = createErasures({ ...directory, getDigest, waiting });
  const ledger = createLedger({
    client,
    tableName: started.ledgerTable,
    clock,
    waiting,
    getKeeping: settings.getSettings,
    findErasureTimes: erasures.findErasureTimes,
  });
  const contents = createContents({ client, tableName: await started.db.createDirectoryTable("Contents"), waiting });
  const queue: QueuedJob[] = [];
  const errors: unknown[] = [];
  let names = 0;
  const deps = {
    ledger,
    settings,
    erasures,
    contents,
    keepings: createContentKeepings(directory),
    suppressions: started.suppressions,
    sentRecords: createSentRecords({
      ...directory,
      listConnectionIds: async () => ["con_one", "con_two"],
      clock,
      waiting,
    }),
    rewrites: {
      send: async (job: RewriteJob, { delaySeconds = 0 } = {}) => void queue.push({ job, delaySeconds }),
    },
    cursors: createCursors(async () => "a secret of the test"),
    getDigest,
    newName: () => `name-${++names}`,
    clock,
    log: { error: (_message: string, fields?: { error?: unknown }) => void errors.push(fields?.error) },
  };
  const rewrite = rewriteBatch(deps);

  return {
    ...started,
    /** Of a categorizer that asks for settings and erasures at every batch; `store` is of one that never does. */
    ledger,
    settings,
    erasures,
    contents,
    keepings: deps.keepings,
    time,
    queue,
    /** What steps of the rewriter failed with. */
    errors,
    handler: httpHandler({
      "GET /settings": getSettings(deps),
      "PUT /settings": changeSettings(deps),
      "DELETE /recipients/{address}": eraseRecipient(deps),
      "GET /recipients/{address}/erasure": getErasure(deps),
      "GET /recipients/{address}/export": exportRecipient(deps),
    }),
    /** One message, as the queue hands it over. */
    rewrite: (job: RewriteJob) => rewrite(inSqs(job) as unknown as SQSEvent),
    /** Works the queue off, and projects what changed; says how many steps it took. */
    settle: async (): Promise<number> => {
      let steps = 0;
      for (let next = queue.shift(); next; next = queue.shift()) {
        await rewrite(inSqs(next.job) as unknown as SQSEvent);
        if (++steps > maxSteps) throw new Error("The rewriter does not come to an end.");
      }
      await started.store([]);
      return steps;
    },
    /** Every item of both tables. */
    items: async (): Promise<Item[]> => {
      const tables = [started.ledgerTable, directory.tableName];
      const scans = await Promise.all(tables.map((TableName) => client.send(new ScanCommand({ TableName }))));
      return scans.flatMap(({ Items = [] }) => Items);
    },
  };
}

export type RecipientRights = Awaited<ReturnType<typeof startRecipientRights>>;

/** What counters say: of half hours, days, configuration sets and tags; not which shard of a list holds how many rows. */
export const countersIn = (items: readonly Item[]): Record<string, unknown> =>
  Object.fromEntries(
    items
      .filter(({ pk }) => String(pk).startsWith("C#"))
      .map(({ pk, sk, ...counters }): [string, Item] => [
        `${String(pk)} ${String(sk)}`,
        Object.fromEntries(Object.entries(counters).filter(([name, value]) => !/^\w+\.\d$/.test(name) && value !== 0)),
      ])
      .filter(([, counters]) => Object.keys(counters).length > 0),
  );

export const rowsIn = (items: readonly Item[]): Item[] => items.filter(({ pk }) => String(pk).startsWith("T#"));
