// POST /mail over a connected cloud: real SDK clients, the laptop's SES and STS, a clock that tests move.
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { STSClient } from "@aws-sdk/client-sts";
import { sendMail } from "../../lambdas/mail/send-mail.ts";
import { createSendingConnections } from "../../lambdas/mail/sending-connection.ts";
import { httpHandler } from "../../lambdas/runtime/http.ts";
import { writeBusPolicy } from "../../shared/aws/bus-policy.ts";
import { createSendingClients } from "../../shared/aws/connection-clients.ts";
import { createConnectionCredentials } from "../../shared/aws/connection-credentials.ts";
import { createMailSender } from "../../shared/aws/mail-sender.ts";
import { clientSettings } from "../../shared/aws/settings.ts";
import type { RefusedMailResponse, SendMailResponse } from "../../shared/contract/api/mail.ts";
import { createConnections, type NewConnection } from "../../shared/store/connections.ts";
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

export async function setUpMail(dynamodb: LocalDynamoDb, tableName: string) {
  /** The operations that SES was asked for. */
  const asked: string[] = [];
  const waits: number[] = [];
  const faults: { ses?: Fault; sts?: Fault } = {};
  const time = { nowMs: Date.parse("2026-11-23T08:00:00Z") };
  const cloud = await startConnectedCloud({
    ses: (operation) => {
      asked.push(operation);
      return faults.ses?.(operation);
    },
    sts: (operation) => faults.sts?.(operation),
  });
  const directory = { client: dynamodb.client, tableName };
  const connections = createConnections(directory);
  const suppressions = createSuppressions(directory);
  const settings = { ...clientSettings(cloud.env, { maxAttempts: 1 }), credentials: cloud.functionCredentials() };
  const sts = new STSClient(settings);
  const events = new EventBridgeClient(settings);
  const clock = () => time.nowMs;
  const handler = httpHandler({
    "POST /mail": sendMail({
      getSendingConnection: createSendingConnections({ connections, clock }),
      suppressions,
      sender: createMailSender({
        credentials: createConnectionCredentials({ sts }),
        clientFor: createSendingClients(cloud.env, { timeoutMs: 500 }),
        clock,
        sleep: async (ms) => {
          waits.push(ms);
          time.nowMs += ms;
        },
        random: () => 0.5,
      }),
      clock,
    }),
  });

  return {
    cloud,
    connections,
    asked,
    waits,
    faults,
    time,
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
    suppress: (tenantId: string, address: string) =>
      suppressions.recordSuppression(tenantId, {
        address,
        reason: "bounce",
        since: "2026-11-01T08:00:00.000Z",
        evidence: { messageId: "m1", eventId: "e1" },
      }),
    /** Sends a plain mail to ada@example.com with what is given instead, by an app's key. */
    send: (body: Record<string, unknown> = {}, parts: RequestParts = {}) =>
      call<SendMailResponse>(handler, "POST /mail", { actor: adasKey, ...parts, body: { ...mail, ...body } }),
    stop: async () => {
      sts.destroy();
      events.destroy();
      await cloud.stop();
    },
  };
}

export type MailSetup = Awaited<ReturnType<typeof setUpMail>>;
