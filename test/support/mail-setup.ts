// POST /mail and GET /mail/{mailId} over a connected cloud: real SDK clients, the laptop's SES and STS, a clock that tests
// move, and the categorizer's part in settling attempts.
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { STSClient } from "@aws-sdk/client-sts";
import { getMail } from "../../lambdas/mail/get-mail.ts";
import { createContentKeeper } from "../../lambdas/mail/keep-content.ts";
import { createPacer } from "../../lambdas/mail/pacing.ts";
import type { SQSEvent } from "aws-lambda";
import { createSettlements } from "../../lambdas/categorizer/settlements.ts";
import { workBatch, type WorkDeps } from "../../lambdas/mail/line/work-batch.ts";
import { createAcceptedSends } from "../../shared/store/accepted-sends.ts";
import { createBulkSettlement } from "../../shared/store/bulk/settle-bulk.ts";
import { categorize } from "../../lambdas/categorizer/categorize.ts";
import { sendMail, type MailDeps } from "../../lambdas/mail/send-mail.ts";
import { cancelMail, rescheduleMail } from "../../lambdas/mail/steer-mail.ts";
import { createSendingConnections } from "../../lambdas/mail/sending-connection.ts";
import { httpHandler } from "../../lambdas/runtime/http.ts";
import { writeBusPolicy } from "../../shared/aws/bus-policy.ts";
import { createSendingClients } from "../../shared/aws/connection-clients.ts";
import { createConnectionCredentials, type CredentialTier } from "../../shared/aws/connection-credentials.ts";
import { createMailSender, type OutgoingMessage } from "../../shared/aws/mail-sender.ts";
import { createSendQuotas, createSendRates } from "../../shared/aws/send-rate.ts";
import { createUnsubscribeKeys } from "../../shared/aws/unsubscribe-keys.ts";
import { createUnsubscribeLinks } from "../../shared/aws/unsubscribe-links.ts";
import { clientSettings } from "../../shared/aws/settings.ts";
import type { MailView, RefusedMailResponse, SendMailResponse } from "../../shared/contract/api/mail.ts";
import { createAttempts } from "../../shared/store/attempts.ts";
import { createBulkStates } from "../../shared/store/bulk/bulk-states.ts";
import { createBulks } from "../../shared/store/bulk/bulks.ts";
import { createDueList } from "../../shared/store/bulk/due-list.ts";
import { createLines } from "../../shared/store/bulk/line.ts";
import type { BulkJob } from "../../shared/contract/bulk-job.ts";
import { createContentKeepings } from "../../shared/store/content-keeping.ts";
import { createContents } from "../../shared/store/contents.ts";
import { createConnections, type NewConnection } from "../../shared/store/connections.ts";
import { createErasures } from "../../shared/store/erasures.ts";
import { createLedger } from "../../shared/store/ledger/ledger.ts";
import { parseDelivery } from "../../shared/domain/parse.ts";
import { createTemplates } from "../../shared/store/templates.ts";
import { createSuppressions } from "../../shared/store/suppressions.ts";
import { adasKey, call, type RequestParts } from "./api-request.ts";
import {
  busArn,
  customerId,
  region,
  startConnectedCloud,
  type ConnectionParts,
  type Fault,
} from "./connected-cloud.ts";
import type { LocalDynamoDb } from "./dynamodb.ts";
import { getDigest } from "./keyed-digest.ts";
import { waiting } from "./projected-ledger.ts";
import { recordedSchedules } from "./recorded-schedules.ts";

const externalId = "external-id-of-the-test";

const claim = (connectionId: string, accountId: string): NewConnection => ({
  connectionId,
  accountId,
  region,
  roleArn: `arn:aws:iam::${accountId}:role/sesami-connection-${region}`,
  externalId,
  configurationSet: "sesami",
  createdAt: "2026-11-23T07:00:00.000Z",
});

const mail = { from: "Shop <hello@shop.example>", to: "ada@example.com", subject: "Hello", text: "Hi" };

/** The error of an answer by which nothing was sent. */
export const refusal = (answer: { body: unknown }) => (answer.body as RefusedMailResponse).error;

interface ProcessParts {
  /** In place of those that the first process has. */
  ownTiers?: CredentialTier[];
  /** How long it would wait for an answer of SES in AWS, and ten times as long here. */
  sesTimeoutMs?: number;
}

/**
 * @param tableName the Directory; the Ledger is made here
 * @param tiers of the credential cache, behind the process's own memory
 */
export async function setUpMail(dynamodb: LocalDynamoDb, tableName: string, tiers: CredentialTier[] = []) {
  /** The operations that SES was asked for to send. */
  const asked: string[] = [];
  const waits: number[] = [];
  const assumed: string[] = [];
  /** `ses` is asked before each mail that is sent, `quota` before SES tells its rate. */
  const faults: { ses?: Fault; quota?: Fault; sts?: Fault } = {};
  const time = { nowMs: Date.parse("2026-11-23T08:00:00Z") };
  const cloud = await startConnectedCloud({
    ses: (operation) => {
      if (operation === "GetSendQuota") return faults.quota?.(operation);
      asked.push(operation);
      return faults.ses?.(operation);
    },
    sts: (operation) => {
      assumed.push(operation);
      return faults.sts?.(operation);
    },
  });
  const directory = { client: dynamodb.client, tableName };
  const connections = createConnections(directory);
  const suppressions = createSuppressions({ ...directory, getDigest });
  const attempts = createAttempts({ ...directory, waiting, clock: () => time.nowMs });
  const templates = createTemplates(directory);
  const erasures = createErasures({ ...directory, getDigest, waiting });
  const bulks = createBulks(directory);
  const lines = createLines(directory);
  const schedules = recordedSchedules();
  /** What the workers of the lines were told. */
  const woken: BulkJob[] = [];
  const keepings = createContentKeepings(directory);
  const contents = createContents({
    client: dynamodb.client,
    tableName: await dynamodb.createDirectoryTable(`${tableName}Contents`),
    waiting,
  });
  const clock = () => time.nowMs;
  /** What sessions and roles have lived beside the laptop's clock, which is the machine's. */
  const sessionTime = { passedMs: 0 };
  const ledger = createLedger({
    client: dynamodb.client,
    tableName: await dynamodb.createLedgerTable(`${tableName}Ledger`),
    waiting,
    clock,
  });
  const settings = { ...clientSettings(cloud.env, { maxAttempts: 1 }), credentials: cloud.functionCredentials() };
  const sts = new STSClient(settings);
  const events = new EventBridgeClient(settings);
  const sleep = async (ms: number) => {
    waits.push(ms);
    time.nowMs += ms;
  };
  /** The access keys of the sessions that SES was called with, in order. */
  const used: string[] = [];
  const newSession = ({ ownTiers = tiers, sesTimeoutMs = 7000 }: ProcessParts = {}) => {
    const clientFor = createSendingClients(cloud.env, { timeoutMs: sesTimeoutMs });
    return {
      credentials: createConnectionCredentials({
        sts,
        tiers: ownTiers,
        clock: () => Date.now() + sessionTime.passedMs,
      }),
      clientFor: (...[of, session]: Parameters<typeof clientFor>) => {
        used.push(session.accessKeyId);
        return clientFor(of, session);
      },
      clock,
    };
  };
  const session = newSession();
  const senderOf = (of: ReturnType<typeof newSession>) => createMailSender({ ...of, sleep, random: () => 0.5 });
  const sender = senderOf(session);
  /** What was given to SES, in order. */
  const messages: OutgoingMessage[] = [];
  const readSecret = async () => JSON.stringify({ "1": "a secret of the test, long enough to be one" });
  const unsubscribeLinks = createUnsubscribeLinks(createUnsubscribeKeys({ readSecret, clock }));
  let mails = 0;
  const deps: MailDeps = {
    getSendingConnection: createSendingConnections({ connections, clock }),
    suppressions,
    attempts,
    templates,
    bulks,
    lines,
    queue: { send: async (job) => void woken.push(job) },
    schedules,
    keepContent: createContentKeeper({ keepings, contents, clock }),
    sender: {
      sendMessage: (connection, message, options) => {
        messages.push(message);
        return sender.sendMessage(connection, message, options);
      },
    },
    findSendRate: createSendRates(session),
    unsubscribeLinks,
    pacer: createPacer(clock),
    newMailId: () => `mai_${(mails += 1)}`,
    // As long as the slowest machine needs.
    limits: { rateMs: 60_000, recordMs: 60_000 },
    clock,
    sleep,
  };
  const reading = { attempts, ledger, erasures, bulks, lines, schedules, states: createBulkStates(directory), clock };
  const handlerWith = (changed: Partial<MailDeps> = {}) =>
    httpHandler({
      "POST /mail": sendMail({ ...deps, ...changed }),
      "GET /mail/{mailId}": getMail(reading),
      "POST /mail/{mailId}/cancel": cancelMail(reading),
      "POST /mail/{mailId}/reschedule": rescheduleMail(reading),
    });
  const handler = handlerWith();
  const workDeps: WorkDeps = {
    ...deps,
    bulks,
    lines,
    dueList: createDueList(directory),
    states: createBulkStates(directory),
    connections,
    accepted: createAcceptedSends(directory),
    findSendQuota: createSendQuotas(session),
    count: () => undefined,
  };

  return {
    cloud,
    connections,
    attempts,
    erasures,
    templates,
    keepings,
    contents,
    deps,
    asked,
    assumed,
    used,
    /** Of a process that has just begun: it remembers no session. */
    newSender: (parts?: ProcessParts) => senderOf(newSession(parts)),
    messages,
    woken,
    schedules,
    waits,
    faults,
    time,
    sessionTime,
    /** A claim whose AWS side is there, and that nobody has proven. */
    claimConnection: async (connectionId: string, tenantId = "ten_ada") => {
      await cloud.deployConnection(externalId);
      await connections.createConnection(tenantId, claim(connectionId, customerId));
    },
    /** A proven connection whose events are admitted. */
    connect: async (parts: ConnectionParts = {}, tenantId = "ten_ada", connectionId = "con_a") => {
      await cloud.deployConnection(externalId, parts);
      await connections.createConnection(tenantId, claim(connectionId, parts.accountId ?? customerId));
      await connections.markProven(tenantId, connectionId, "2026-11-23T07:01:00.000Z");
      const listAccountIds = async () => (await connections.listProvenAccounts()).map(({ accountId }) => accountId);
      await writeBusPolicy({ events, busArn, listAccountIds });
    },
    suppressions,
    unsubscribeLinks,
    suppress: (tenantId: string, address: string) =>
      suppressions.recordSuppression(tenantId, {
        address,
        reason: "bounce",
        since: "2026-11-01T08:00:00.000Z",
        evidence: { messageId: "m1", eventId: "e1" },
      }),
    /**
     * Sends a plain mail to ada@example.com with what is given instead, by an app's key.
     * @param changed parts of the function that are other ones in this call
     */
    send: (body: Record<string, unknown> = {}, parts: RequestParts = {}, changed?: Partial<MailDeps>) =>
      call<SendMailResponse>(changed ? handlerWith(changed) : handler, "POST /mail", {
        actor: adasKey,
        ...parts,
        body: { ...mail, ...body },
      }),
    getMail: (mailId: string, parts: RequestParts = {}) =>
      call<MailView>(handler, "GET /mail/{mailId}", { actor: adasKey, ...parts, path: { mailId } }),
    steer: (move: "cancel" | "reschedule", mailId: string, parts: RequestParts = {}) =>
      call<MailView>(handler, `POST /mail/{mailId}/${move}`, { actor: adasKey, ...parts, path: { mailId } }),
    /** The workers of the lines do what they have been told. */
    workLines: async (changed: Partial<WorkDeps> = {}) => {
      const jobs = woken.splice(0);
      const messages = jobs.map((job, index) => ({ messageId: `job-${index}`, body: JSON.stringify(job) }));
      return workBatch({ ...workDeps, ...changed })({ Records: messages } as SQSEvent);
    },
    /** What they do every minute. */
    sweep: () => workBatch(workDeps)({ "detail-type": "Scheduled Event" }),
    /** The categorizer takes the SES events that have come by now. */
    takeEvents: async (tenantId = "ten_ada") => {
      const events = await cloud.takeEvents();
      await categorize({
        ledger,
        attempts: createSettlements(attempts, createBulkSettlement({ ...directory, clock })),
        findTenant: async () => tenantId,
      })(events.flatMap(parseDelivery));
    },
    stop: async () => {
      sts.destroy();
      events.destroy();
      await cloud.stop();
    },
  };
}

export type MailSetup = Awaited<ReturnType<typeof setUpMail>>;
