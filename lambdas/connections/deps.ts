// What the connection operations work with; handler.ts builds it once.
import type { STSClient } from "@aws-sdk/client-sts";
import type { ConnectionCredentials, SessionCredentials } from "../../shared/aws/connection-credentials.ts";
import type { SessionClients } from "../../shared/aws/connection-clients.ts";
import type { MailSender } from "../../shared/aws/mail-sender.ts";
import type { Connections } from "../../shared/store/connections.ts";
import type { SetupEnv } from "./view.ts";

export interface ConnectionsDeps {
  connections: Connections;
  env: SetupEnv;
  /** Signed with our function's own role: assumes the customer's. */
  sts: STSClient;
  sessionClients: (region: string, credentials: SessionCredentials) => SessionClients;
  credentials: Pick<ConnectionCredentials, "evictCredentials">;
  sender: MailSender;
  /** Admits just the accounts that are owned now. */
  writeBusPolicy: () => Promise<void>;
  clock: () => number;
  newConnectionId: () => string;
  /** At least 128 bits that nobody can guess. */
  newExternalId: () => string;
  /** As `newExternalId`; letters and digits, for it stands in a path. */
  newSnsKey: () => string;
}
