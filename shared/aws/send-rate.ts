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

export interface SendQuota {
  /** Recipients. */
  ratePerSecond: number;
  /** How many recipients the account takes now, of its quota of 24 hours; Infinity without one. */
  left: number;
}

/** What SES says now; undefined when it does not. Never throws. */
export type FindSendQuota = (connection: AssumableConnection) => Promise<SendQuota | undefined>;

interface QuotaDeps {
  credentials: Pick<ConnectionCredentials, "withCredentials">;
  clientFor: (region: string, session: SessionCredentials) => Pick<SESClient, "send">;
}

export const createSendQuotas =
  ({ credentials, clientFor }: QuotaDeps): FindSendQuota =>
  async (connection) => {
    try {
      const {
        MaxSendRate = 0,
        Max24HourSend = -1,
        SentLast24Hours = 0,
      } = await credentials.withCredentials(connection, "send", (session) =>
        clientFor(connection.region, session).send(new GetSendQuotaCommand({})),
      );
      // -1: without a limit (SES API, GetSendQuota).
      const left = Max24HourSend < 0 ? Infinity : Math.max(0, Math.floor(Max24HourSend - SentLast24Hours));
      return MaxSendRate > 0 ? { ratePerSecond: MaxSendRate, left } : undefined;
    } catch {
      // SES's answer to the mail itself says what is wrong.
      return undefined;
    }
  };

/** Remembers the rate for a while. */
export function createSendRates({ clock = Date.now, ...deps }: QuotaDeps & { clock?: () => number }): FindSendRate {
  const findQuota = createSendQuotas(deps);
  const asked = new Map<string, { rate: Promise<number | undefined>; untilMs: number }>();

  const ask = async (connection: AssumableConnection): Promise<number | undefined> => {
    const quota = await findQuota(connection);
    if (quota) return quota.ratePerSecond;
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
