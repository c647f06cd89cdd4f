// Through which connection a tenant's mail goes, remembered for half a minute: the warm path reads suppressions alone.
import { AppError } from "../../shared/contract/error.ts";
import type { Connection, Connections } from "../../shared/store/connections.ts";

/** How long a disconnected account can still be sent through, at most. */
const ttlMs = 30_000;
const maxEntries = 1000;

export type GetSendingConnection = (tenantId: string, connectionId: string | undefined) => Promise<Connection>;

/**
 * The connection asked for, else the tenant's default. A broken one is tried: often only its events are broken.
 * Throws AppError `not_found`, and `unprocessable` when no account has been proven yet.
 */
export function createSendingConnections({
  connections,
  clock,
}: {
  connections: Pick<Connections, "getConnection" | "findDefaultConnection">;
  clock: () => number;
}): GetSendingConnection {
  const remembered = new Map<string, { connection: Connection; untilMs: number }>();

  return async (tenantId, connectionId) => {
    const key = `${tenantId} ${connectionId ?? ""}`;
    const known = remembered.get(key);
    if (known && known.untilMs > clock()) return known.connection;
    const connection =
      connectionId === undefined
        ? await connections.findDefaultConnection(tenantId)
        : await connections.getConnection(tenantId, connectionId);
    if (!connection)
      throw new AppError("unprocessable", "No AWS account is connected yet: connect one at the dashboard first.");
    if (connection.state === "pending")
      throw new AppError(
        "unprocessable",
        `The connection ${connection.connectionId} is not proven yet: see GET /verify-sts?connection=${connection.connectionId}.`,
      );
    if (remembered.size >= maxEntries) remembered.clear();
    remembered.set(key, { connection, untilMs: clock() + ttlMs });
    return connection;
  };
}
