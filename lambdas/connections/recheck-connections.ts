// The regular check of all connections that once worked: each one once a day, some every hour.
import type { Connection } from "../../shared/store/connections.ts";
import { log } from "../runtime/log.ts";
import type { ConnectionsDeps } from "./deps.ts";
import { checkConnection } from "./verify-connection.ts";

const dayMs = 86_400_000;
/** No check begins later: one takes some seconds, and the function has 29. */
const startWithinMs = 12_000;
const atOnce = 4;

/** What EventBridge invokes a function with by a schedule. */
export interface ScheduledEvent {
  "detail-type": string;
  id: string;
}

export const isScheduledEvent = (event: object): event is ScheduledEvent =>
  "detail-type" in event && event["detail-type"] === "Scheduled Event";

/**
 * What is not reached in one run is due in the next. One connection's failure is logged and keeps no other from its check.
 * Nobody is mailed: a connection that waits for its first event goes on waiting.
 */
export const recheckConnections =
  (deps: ConnectionsDeps) =>
  async ({ id }: ScheduledEvent): Promise<void> => {
    const { connections, clock } = deps;
    const startBeforeMs = clock() + startWithinMs;
    const accounts = await connections.listProvenAccounts();
    const withoutMail = { ...deps, connections: { ...connections, claimTestMail: async () => false } };

    const check = async (tenantId: string, connectionId: string) => {
      if (!(await connections.claimCheck(tenantId, connectionId, { nowMs: clock(), intervalMs: dayMs }))) return;
      const connection: Connection = await connections.getConnection(tenantId, connectionId);
      await checkConnection(withoutMail, connection, id);
    };

    const waiting = accounts.values();
    const worker = async () => {
      for (const { tenantId, connectionId } of waiting) {
        if (clock() >= startBeforeMs) return;
        try {
          await check(tenantId, connectionId);
        } catch (error) {
          log.error("A connection's daily check failed.", { requestId: id, tenantId, connectionId, error });
        }
      }
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
  };
