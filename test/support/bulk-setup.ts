// Bulks over the laptop's DynamoDB and a simulated SES: the real handlers, a queue and workers that can be killed, all in
// virtual time.
import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { bulkRoutes } from "../../lambdas/mail/bulk/routes.ts";
import { workBatch, type WorkDeps } from "../../lambdas/mail/line/work-batch.ts";
import { createCursors } from "../../lambdas/runtime/cursor.ts";
import { httpHandler } from "../../lambdas/runtime/http.ts";
import type { BulkQueue } from "../../shared/aws/bulk-queue.ts";
import type { BulkRecipientPage, BulkRecipientView, BulkView } from "../../shared/contract/api/bulk.ts";
import { createUnsubscribeKeys } from "../../shared/aws/unsubscribe-keys.ts";
import { createUnsubscribeLinks } from "../../shared/aws/unsubscribe-links.ts";
import { parseAttemptId } from "../../shared/domain/message-tags.ts";
import { createAcceptedSends } from "../../shared/store/accepted-sends.ts";
import { createBulkStates } from "../../shared/store/bulk/bulk-states.ts";
import { createBulks } from "../../shared/store/bulk/bulks.ts";
import { createDueList } from "../../shared/store/bulk/due-list.ts";
import { createLines } from "../../shared/store/bulk/line.ts";
import { createBulkSettlement } from "../../shared/store/bulk/settle-bulk.ts";
import type { KeptMail } from "../../shared/store/contents.ts";
import type { Connection } from "../../shared/store/connections.ts";
import { createSuppressions } from "../../shared/store/suppressions.ts";
import { createTemplates } from "../../shared/store/templates.ts";
import { AppError } from "../../shared/contract/error.ts";
import { adasKey, call, type RequestParts } from "./api-request.ts";
import type { LocalDynamoDb } from "./dynamodb.ts";
import { createDeath, pointsOf, type Life } from "./bulk-death.ts";
import { recordedSchedules } from "./recorded-schedules.ts";
import { getDigest } from "./keyed-digest.ts";
import type { SimulatedSes } from "./simulated-ses.ts";
import type { VirtualTime } from "./virtual-time.ts";

/** Of the workers' queue (infra/constructs/bulk-sender.ts). */
const visibilityMs = 120_000;
const databaseMs = 8;

const never = new Promise<never>(() => undefined);

export const people = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ to: `p${index}@people.example`, data: { name: `P${index}` } }));

export const bulk = {
  from: "Shop <hello@shop.example>",
  subject: "Hello {{name}}",
  html: "<p>Dear {{name}}, it is here.</p>",
};

/** @param tableName the Directory */
export function setUpBulk(
  dynamodb: Pick<LocalDynamoDb, "client">,
  tableName: string,
  time: VirtualTime,
  ses: SimulatedSes,
) {
  const connections = new Map<string, Connection>();
  const lives = new Set<Life>();
  const errors: unknown[] = [];
  let bulks = 0;
  let losesMessages = false;
  const death = createDeath();

  /** The database takes time, and does nothing for the dead. */
  const clientOf = (life: Life): DynamoDBDocumentClient =>
    ({
      send: async (command: never) => {
        const { before, after } = pointsOf(command);
        if (death.meets(before, life)) return never;
        const answer = await time.whileWorking(dynamodb.client.send(command)).then(
          (value) => ({ value }),
          (error: unknown) => ({ error }),
        );
        await time.sleep(databaseMs);
        if (death.meets("error" in answer ? undefined : after, life)) return never;
        if ("error" in answer) throw answer.error;
        return answer.value;
      },
    }) as unknown as DynamoDBDocumentClient;

  const schedules = recordedSchedules();
  const kept: KeptMail[] = [];
  const queue: BulkQueue = {
    send: async (job, { delaySeconds = 0 } = {}) => {
      if (losesMessages) return;
      void time.sleep(delaySeconds * 1000 + 20).then(() => deliver(JSON.stringify(job)));
    },
  };

  /** As Lambda's poller does: what is not answered well comes again. */
  async function deliver(body: string): Promise<void> {
    const startedAtMs = time.clock();
    const life: Life = { isDead: false };
    lives.add(life);
    const died = (async () => {
      while (!life.isDead) await time.sleep(1000);
    })();
    const work = workBatch(depsOf(life))({ Records: [{ messageId: "m", body }] } as never);
    const result = await Promise.race([work, died]);
    const isDone = result?.batchItemFailures.length === 0;
    life.isDead = true;
    lives.delete(life);
    if (isDone) return;
    if (result) errors.push(body);
    await time.sleep(startedAtMs + visibilityMs - time.clock());
    void deliver(body);
  }

  const readSecret = async () => JSON.stringify({ "1": "a secret of the test, long enough to be one" });
  const unsubscribeLinks = createUnsubscribeLinks(createUnsubscribeKeys({ readSecret, clock: time.clock }));

  const storesOf = (client: DynamoDBDocumentClient) => {
    const directory = { client, tableName, waiting: { sleep: time.sleep, random: () => 0.5 } };
    return {
      bulks: createBulks(directory),
      states: createBulkStates(directory),
      lines: createLines(directory),
      dueList: createDueList(directory),
      templates: createTemplates(directory),
      suppressions: createSuppressions({ ...directory, getDigest }),
      accepted: createAcceptedSends(directory),
      unsubscribeLinks,
      settlement: createBulkSettlement({ ...directory, clock: time.clock }),
    };
  };

  const findConnection = async (tenantId: string, connectionId: string): Promise<Connection> => {
    const connection = connections.get(connectionId);
    if (connection?.tenantId !== tenantId) throw new AppError("not_found", "There is no such connection.");
    return connection;
  };

  const depsOf = (life: Life): WorkDeps => ({
    ...storesOf(clientOf(life)),
    connections: { getConnection: findConnection },
    findSendQuota: ses.findSendQuota,
    sender: {
      sendMessage: async (connection, message) => {
        if (death.meets("before SES is asked", life)) return never;
        const result = await ses.sendMessage(connection, message);
        return death.meets(result.status === "sent" ? "once SES has taken a mail" : undefined, life) ? never : result;
      },
    },
    keepContent: async (_tenantId, { content, ...mail }) => void kept.push({ ...mail, content: await content() }),
    queue: { send: async (job, options) => (life.isDead ? never : queue.send(job, options)) },
    clock: time.clock,
    sleep: (ms) => time.sleep(ms).then(() => (life.isDead ? never : undefined)),
    count: () => undefined,
  });

  const stores = storesOf(clientOf({ isDead: false }));
  const handler = httpHandler(
    bulkRoutes({
      ...stores,
      getSendingConnection: async (tenantId, connectionId) => {
        const own = [...connections.values()].find((one) => one.tenantId === tenantId);
        return connectionId === undefined && own ? own : findConnection(tenantId, connectionId ?? "");
      },
      cursors: createCursors(async () => "the secret of the cursors"),
      queue,
      schedules,
      newBulkId: () => `blk_${(bulks += 1)}`,
      clock: time.clock,
    }),
  );

  const request = <Body>(route: string, parts: RequestParts = {}) =>
    time.runUntil(call<Body>(handler, route, { actor: adasKey, ...parts }));

  const getBulk = async (bulkId: string, parts: RequestParts = {}): Promise<BulkView> =>
    (await request<BulkView>("GET /mail/bulk/{bulkId}", { ...parts, path: { bulkId } })).body;

  return {
    stores,
    death,
    queue,
    schedules,
    /** As EventBridge Scheduler does when the time has come; late or never, too. */
    tellDue: (bulkId: string, tenantId = "ten_ada") => time.runUntil(queue.send({ kind: "due", tenantId, bulkId })),
    errors,
    /** What was handed over to be kept of the content. */
    kept,
    request,
    getBulk,
    connect: (tenantId = "ten_ada", connectionId = "con_a") => {
      connections.set(connectionId, {
        tenantId,
        connectionId,
        accountId: "222222222222",
        region: "us-east-1",
        roleArn: "arn:aws:iam::222222222222:role/sesami-connection-us-east-1",
        externalId: "external-id",
        configurationSet: "sesami",
        createdAt: "2026-11-23T07:00:00.000Z",
        state: "verified",
      });
    },
    disconnect: (connectionId: string) => connections.delete(connectionId),
    send: (body: Record<string, unknown>, parts: RequestParts = {}) =>
      request<BulkView>("POST /mail/bulk", { ...parts, body: { ...bulk, ...body } }),
    steer: (move: "pause" | "resume" | "cancel" | "reschedule", bulkId: string, parts: RequestParts = {}) =>
      request<BulkView>(`POST /mail/bulk/{bulkId}/${move}`, { ...parts, path: { bulkId } }),
    listRecipients: async (bulkId: string, query: Record<string, string> = {}): Promise<BulkRecipientView[]> => {
      const items: BulkRecipientView[] = [];
      let cursor: string | undefined;
      do {
        const { body } = await request<BulkRecipientPage>("GET /mail/bulk/{bulkId}/recipients", {
          path: { bulkId },
          query: { limit: "500", ...query, ...(cursor ? { cursor } : {}) },
        });
        items.push(...body.items);
        cursor = body.cursor;
      } while (cursor !== undefined);
      return items;
    },
    /** Lets time pass until the bulk is so. */
    waitFor: async (
      bulkId: string,
      isSo: (view: BulkView) => boolean,
      { everyMs = 250, ...parts }: RequestParts & { everyMs?: number } = {},
    ): Promise<BulkView> => {
      for (;;) {
        const view = await getBulk(bulkId, parts);
        if (isSo(view)) return view;
        await time.runUntil(time.sleep(everyMs));
      }
    },
    passTime: (ms: number) => time.runUntil(time.sleep(ms)),
    /** All workers that run stop where they are; their messages come again in time. */
    killWorkers: () => {
      for (const life of lives) life.isDead = true;
    },
    loseMessages: (isLost: boolean) => {
      losesMessages = isLost;
    },
    sweep: () => time.runUntil(workBatch(depsOf({ isDead: false }))({ "detail-type": "Scheduled Event" })),
    /** The Send events of what SES took. */
    settle: (connectionId: string, tenantId = "ten_ada") =>
      time.runUntil(
        stores.settlement.settleMessages(
          tenantId,
          ses.account(connectionId).accepted.flatMap(({ attempt, messageId, recipients }) => {
            const parsed = parseAttemptId(attempt);
            return parsed ? [{ ...parsed, messageId, recipients, sentAtMs: time.clock() }] : [];
          }),
        ),
      ),
  };
}

export type BulkSetup = ReturnType<typeof setUpBulk>;
