// How fast an SES account may send, asked now and then: sending is paced by it, and never depends on the answer.
import { GetSendQuotaCommand, type SESClient } from "@aws-sdk/client-ses";
import type { AssumableConnection, ConnectionCredentials, SessionCredentials } from "./connection-credentials.ts";

/** SES raises a rate by itself, from day to day. */
const keptMs = 10 * 60_000;
/** An account whose rate could not be read is asked again after this. */
const unknownKeptMs = 60_000;
const maxEntries = 1000;

/** Recipients a second; undefined when SES does not say. Never throws. */
export type FindSendRate = (connection: AssumableConnection) => Promise<number | undefined>;

export function createSendRates({
  credentials,
  clientFor,
  clock = Date.now,
}: {
  credentials: Pick<ConnectionCredentials, "withCredentials">;
  clientFor: (region: string, session: SessionCredentials) => Pick<SESClient, "send">;
  clock?: () => number;
}): FindSendRate {
  const asked = new Map<string, { rate: Promise<number | undefined>; untilMs: number }>();

  const ask = async (connection: AssumableConnection): Promise<number | undefined> => {
    try {
      const { MaxSendRate } = await credentials.withCredentials(connection, "send", (session) =>
        clientFor(connection.region, session).send(new GetSendQuotaCommand({})),
      );
      if (MaxSendRate !== undefined && MaxSendRate > 0) return MaxSendRate;
    } catch {
      // SES's answer to the mail itself says what is wrong.
    }
    const known = asked.get(connection.connectionId);
    if (known) known.untilMs = Math.min(known.untilMs, clock() + unknownKeptMs);
    return undefined;
  };

  return (connection) => {
    const known = asked.get(connection.connectionId);
    if (known && known.untilMs > clock()) return known.rate;
    if (asked.size >= maxEntries) asked.clear();
    const rate = ask(connection);
    asked.set(connection.connectionId, { rate, untilMs: clock() + keptMs });
    return rate;
  };
}
