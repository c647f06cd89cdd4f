// The connection routes over a connected cloud: real SDK clients, the laptop's services, a clock and ids that tests know.
import { EventBridgeClient, DescribeEventBusCommand } from "@aws-sdk/client-eventbridge";
import { STSClient } from "@aws-sdk/client-sts";
import type { ConnectionsDeps } from "../../lambdas/connections/deps.ts";
import { createConnection, deleteConnection, listConnections } from "../../lambdas/connections/operations.ts";
import { verifyConnection } from "../../lambdas/connections/verify-connection.ts";
import { httpHandler } from "../../lambdas/runtime/http.ts";
import { writeBusPolicy } from "../../shared/aws/bus-policy.ts";
import { createSendingClients, createSessionClients } from "../../shared/aws/connection-clients.ts";
import { createConnectionCredentials } from "../../shared/aws/connection-credentials.ts";
import { createMailSender } from "../../shared/aws/mail-sender.ts";
import { clientSettings } from "../../shared/aws/settings.ts";
import { createConnections } from "../../shared/store/connections.ts";
import { busArn, operatorId, type ConnectedCloud } from "./connected-cloud.ts";
import type { LocalDynamoDb } from "./dynamodb.ts";

export const startMs = Date.parse("2026-11-23T08:00:00Z");

export function setUpConnections(cloud: ConnectedCloud, dynamodb: LocalDynamoDb, tableName: string) {
  let nowMs = startMs;
  let made = 0;
  // One attempt, so that an injected fault is seen; the function's own clients try three times.
  const settings = { ...clientSettings(cloud.env, { maxAttempts: 1 }), credentials: cloud.functionCredentials() };
  const sts = new STSClient(settings);
  const events = new EventBridgeClient(settings);
  const connections = createConnections({ client: dynamodb.client, tableName });
  const credentials = createConnectionCredentials({ sts });
  const deps: ConnectionsDeps = {
    connections,
    env: {
      OPERATOR_ACCOUNT_ID: operatorId,
      EVENT_BUS_ARN: busArn,
      CONNECTION_TEMPLATE_URL: "https://templates.shop.example/connection.template.json",
      CONSOLE_URL: "https://{region}.console.shop.example/cloudformation/home?region={region}&account={account}",
    },
    sts,
    credentials,
    sessionClients: (region, session) => createSessionClients(cloud.env, region, session),
    sender: createMailSender({ credentials, clientFor: createSendingClients(cloud.env), sleep: async () => {} }),
    writeBusPolicy: () =>
      writeBusPolicy({
        events,
        busArn,
        listAccountIds: async () => (await connections.listProvenAccounts()).map(({ accountId }) => accountId),
      }),
    clock: () => nowMs,
    newConnectionId: () => `con_${(made += 1)}`,
    newExternalId: () => `external-id-number-${(made += 1)}`,
    newSnsKey: () => `snsKeyNumber${made}`,
  };
  return {
    deps,
    connections,
    handler: httpHandler({
      "GET /connections": listConnections(deps),
      "POST /connections": createConnection(deps),
      "DELETE /connections/{connectionId}": deleteConnection(deps),
      "GET /verify-sts": verifyConnection(deps),
    }),
    pass: (ms: number) => {
      nowMs += ms;
    },
    /** The account ids that our bus admits. */
    admitted: async (): Promise<string[]> => {
      const { Policy } = await events.send(new DescribeEventBusCommand({ Name: "sesami" }));
      const statements = Policy
        ? (JSON.parse(Policy) as { Statement: { Sid: string; Principal: { AWS: string | string[] } }[] }).Statement
        : [];
      return statements
        .filter(({ Sid }) => Sid === "ConnectedAccounts")
        .flatMap(({ Principal }) => Principal.AWS)
        .map((principal) => /\d{12}/.exec(principal)?.[0] ?? principal);
    },
    close: () => {
      sts.destroy();
      events.destroy();
    },
  };
}

export type ConnectionsSetup = ReturnType<typeof setUpConnections>;
