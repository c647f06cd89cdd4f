// Whose door a key opens: the Directory's answer, kept for half a minute.
import { timingSafeEqual } from "node:crypto";
import type { Connection, Connections } from "../../shared/store/connections.ts";

/** How long the door of a disconnected account stays open, at most; the categorizer discards what comes then. */
const keptMs = 30_000;
const maxKept = 1000;

/** As the connections function makes them: what looks otherwise costs no read. */
const keySpelling = /^[A-Za-z0-9]{43}$/;

export type FindDoorConnection = (unverifiedKey: string) => Promise<Connection | undefined>;

/** That a key opens nothing is not kept: it would give strangers a place to fill. */
export function createDoorConnections({
  connections,
  clock,
}: {
  connections: Pick<Connections, "findConnectionBySnsKey">;
  clock: () => number;
}): FindDoorConnection {
  const kept = new Map<string, { connection: Connection; untilMs: number }>();

  return async (unverifiedKey) => {
    if (!keySpelling.test(unverifiedKey)) return undefined;
    const known = kept.get(unverifiedKey);
    if (known && known.untilMs > clock()) return known.connection;
    kept.delete(unverifiedKey);
    const connection = await connections.findConnectionBySnsKey(unverifiedKey);
    if (!connection || !isKeyOf(connection, unverifiedKey)) return undefined;
    // A claim may be proven the next moment.
    if (connection.state === "pending") return connection;
    if (kept.size >= maxKept) kept.clear();
    kept.set(unverifiedKey, { connection, untilMs: clock() + keptMs });
    return connection;
  };
}

const isKeyOf = ({ snsKey = "" }: Connection, unverifiedKey: string): boolean =>
  snsKey.length === unverifiedKey.length && timingSafeEqual(Buffer.from(snsKey), Buffer.from(unverifiedKey));
