// Clients that act in a customer's account, as a session of their connection's role and in the connection's region.
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { SESClient } from "@aws-sdk/client-ses";
import { SESv2Client } from "@aws-sdk/client-sesv2";
import { STSClient } from "@aws-sdk/client-sts";
import type { SessionCredentials } from "./connection-credentials.ts";
import { clientSettings, type AwsEnv } from "./settings.ts";

const sessionSettings = (
  env: AwsEnv,
  region: string,
  { accessKeyId, secretAccessKey, sessionToken }: SessionCredentials,
) => ({
  ...clientSettings(env, { region }),
  credentials: { accessKeyId, secretAccessKey, sessionToken },
});

/** What a connection check reads with. */
export interface SessionClients {
  ses: SESv2Client;
  events: EventBridgeClient;
  sts: STSClient;
  /** Closes the connections. */
  destroy: () => void;
}

export function createSessionClients(env: AwsEnv, region: string, credentials: SessionCredentials): SessionClients {
  const settings = sessionSettings(env, region, credentials);
  const clients = {
    ses: new SESv2Client(settings),
    events: new EventBridgeClient(settings),
    sts: new STSClient(settings),
  };
  return { ...clients, destroy: () => Object.values(clients).forEach((client) => client.destroy()) };
}

const maxSendingClients = 100;

/**
 * One SES client per session, kept while the session is in use, all on one pool of connections. It never tries again by
 * itself: a send whose answer was lost may have gone out, and mailing a person twice is worse than saying so.
 */
export function createSendingClients(env: AwsEnv, { timeoutMs = 7000 } = {}) {
  const clients = new Map<string, SESClient>();
  const { requestHandler: handlerSettings, ...settings } = clientSettings(env, { timeoutMs, maxAttempts: 1 });
  let shared: SESClient["config"]["requestHandler"] | undefined;

  return (region: string, credentials: SessionCredentials): SESClient => {
    const key = `${region} ${credentials.accessKeyId}`;
    const { accessKeyId, secretAccessKey, sessionToken } = credentials;
    const client =
      clients.get(key) ??
      new SESClient({
        ...settings,
        region,
        // What a command goes through is put together once for each client, and not for each mail.
        cacheMiddleware: true,
        requestHandler: shared ?? handlerSettings,
        credentials: { accessKeyId, secretAccessKey, sessionToken },
      });
    shared ??= client.config.requestHandler;
    clients.delete(key);
    clients.set(key, client);
    const oldest = clients.keys().next().value;
    if (clients.size > maxSendingClients && oldest !== undefined) clients.delete(oldest);
    return client;
  };
}
