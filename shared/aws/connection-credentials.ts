// Short-lived credentials of a customer's role: assumed with the connection's external id, narrowed to one purpose,
// remembered in this process and, where there are further tiers, beyond it.
import { AssumeRoleCommand, type STSClient } from "@aws-sdk/client-sts";
import { isAccessDenied } from "./aws-error.ts";
import { sessionPolicy, type SessionPurpose } from "./session-policy.ts";

/** What an assumed session needs to know of a connection. */
export interface AssumableConnection {
  connectionId: string;
  accountId: string;
  region: string;
  roleArn: string;
  externalId: string;
  configurationSet: string;
}

export interface SessionCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
  /** When STS ends the session, ms since epoch. */
  expiresAtMs: number;
}

/**
 * A cache behind the process's own. The key names role, external id, region and session policy in full: a tier that
 * leaves the process hashes it and seals the value. A tier answers fast or not at all, and never throws.
 */
export interface CredentialTier {
  find: (key: string) => Promise<SessionCredentials | undefined>;
  put: (key: string, credentials: SessionCredentials, ttlMs: number) => Promise<void>;
  evict: (key: string) => Promise<void>;
}

export interface ConnectionCredentials {
  /** @throws the STS error when the role cannot be assumed */
  getCredentials: (connection: AssumableConnection, purpose: SessionPurpose) => Promise<SessionCredentials>;
  /** Forgets the sessions of a connection in every tier. */
  evictCredentials: (connection: AssumableConnection) => Promise<void>;
  /** Runs an operation; when AWS refuses the credentials it runs once more with fresh ones. */
  withCredentials: <Result>(
    connection: AssumableConnection,
    purpose: SessionPurpose,
    operation: (credentials: SessionCredentials) => Promise<Result>,
  ) => Promise<Result>;
}

/** The longest that role chaining allows (IAM user guide, "Role chaining"). */
const sessionSeconds = 3600;
const expiryMarginMs = 5 * 60_000;
const maxTtlMs = 45 * 60_000;

/**
 * A role that refuses to be assumed, and one whose fresh session was refused, are left alone for so long by a process: STS is
 * there for all tenants, and a tenant whose role is broken may go on asking for mail.
 */
const leftAloneMs = 5000;

/** Errors that say: these credentials are not good (any more). */
const refusals = new Set([
  "AccessDenied",
  "AccessDeniedException",
  "ExpiredToken",
  "ExpiredTokenException",
  "InvalidClientTokenId",
  "UnrecognizedClientException",
]);

export const isRefusedCredentials = (error: unknown): boolean => error instanceof Error && refusals.has(error.name);

export function createConnectionCredentials({
  sts,
  clock = Date.now,
  tiers = [],
  maxEntries = 500,
}: {
  sts: STSClient;
  clock?: () => number;
  tiers?: CredentialTier[];
  maxEntries?: number;
}): ConnectionCredentials {
  // A Map remembers the order of insertion: the first entry is the one used longest ago.
  const recent = new Map<string, { credentials: SessionCredentials; freshUntilMs: number }>();
  const inFlight = new Map<string, Promise<SessionCredentials>>();
  const deniedRoles = createMarks<Error>({ clock, maxEntries });
  const renewed = createMarks<string>({ clock, maxEntries });

  const remember = (key: string, credentials: SessionCredentials) => {
    recent.delete(key);
    recent.set(key, { credentials, freshUntilMs: clock() + ttlOf(credentials) });
    const oldest = recent.keys().next().value;
    if (recent.size > maxEntries && oldest !== undefined) recent.delete(oldest);
  };

  const ttlOf = ({ expiresAtMs }: SessionCredentials) => Math.min(expiresAtMs - expiryMarginMs - clock(), maxTtlMs);

  /** @param refused the access key that AWS has just refused: a tier that still knows it is passed over */
  async function obtain(connection: AssumableConnection, purpose: SessionPurpose, key: string, refused?: string) {
    for (const tier of tiers) {
      const found = await tier.find(key);
      if (found && ttlOf(found) > 0 && found.accessKeyId !== refused) return found;
    }
    const denied = deniedRoles.find(key);
    if (denied !== undefined) throw denied;
    const credentials = await assumeConnectionRole(sts, connection, {
      externalId: connection.externalId,
      policy: sessionPolicy(purpose, connection),
    }).catch((error: unknown) => {
      if (error instanceof Error && isAccessDenied(error)) deniedRoles.set(key, error);
      throw error;
    });
    // Beside the send, which takes longer: nobody waits for a tier to be filled.
    for (const tier of tiers) void tier.put(key, credentials, ttlOf(credentials));
    return credentials;
  }

  async function getCredentials(connection: AssumableConnection, purpose: SessionPurpose, refused?: string) {
    const key = cacheKey(connection, purpose);
    const known = recent.get(key);
    if (known && known.freshUntilMs > clock()) {
      recent.delete(key);
      recent.set(key, known);
      return known.credentials;
    }
    const running =
      inFlight.get(key) ??
      obtain(connection, purpose, key, refused)
        .then((credentials) => {
          // An eviction in between has taken the place away: what it obtained is not to be remembered.
          if (inFlight.get(key) === running) remember(key, credentials);
          return credentials;
        })
        .finally(() => {
          if (inFlight.get(key) === running) inFlight.delete(key);
        });
    inFlight.set(key, running);
    return running;
  }

  async function evict(key: string) {
    recent.delete(key);
    inFlight.delete(key);
    await Promise.all(tiers.map((tier) => tier.evict(key)));
  }

  return {
    getCredentials: (connection, purpose) => getCredentials(connection, purpose),
    evictCredentials: async (connection) => {
      await Promise.all([evict(cacheKey(connection, "send")), evict(cacheKey(connection, "verify"))]);
    },
    withCredentials: async (connection, purpose, operation) => {
      const credentials = await getCredentials(connection, purpose);
      try {
        return await operation(credentials);
      } catch (error) {
        if (!isRefusedCredentials(error)) throw error;
        const key = cacheKey(connection, purpose);
        if (renewed.find(key) === credentials.accessKeyId) throw error;
        // Someone else may have replaced them already. Nobody waits for the tiers: what they still know is passed over.
        if (recent.get(key)?.credentials.accessKeyId === credentials.accessKeyId) void evict(key);
        const fresh = await getCredentials(connection, purpose, credentials.accessKeyId);
        renewed.set(key, fresh.accessKeyId);
        return operation(fresh);
      }
    },
  };
}

/** What was noted of a key a moment ago. */
function createMarks<Mark>({ clock, maxEntries }: { clock: () => number; maxEntries: number }) {
  const marks = new Map<string, { mark: Mark; untilMs: number }>();
  return {
    find: (key: string): Mark | undefined => {
      const known = marks.get(key);
      return known && known.untilMs > clock() ? known.mark : undefined;
    },
    set: (key: string, mark: Mark): void => {
      if (marks.size >= maxEntries) marks.clear();
      marks.set(key, { mark, untilMs: clock() + leftAloneMs });
    },
  };
}

const cacheKey = (connection: AssumableConnection, purpose: SessionPurpose): string =>
  JSON.stringify([
    connection.roleArn,
    connection.externalId,
    connection.region,
    sessionPolicy(purpose, connection),
    connection.connectionId,
  ]);

/**
 * One AssumeRole. Without an external id, or with a wrong one, it must fail: lambdas/connections asks for just that.
 * @throws the STS error (`AccessDenied` when the trust policy refuses)
 */
export async function assumeConnectionRole(
  sts: STSClient,
  { roleArn, connectionId }: Pick<AssumableConnection, "roleArn" | "connectionId">,
  { externalId, policy }: { externalId?: string | undefined; policy: string },
): Promise<SessionCredentials> {
  const { Credentials } = await sts.send(
    new AssumeRoleCommand({
      RoleArn: roleArn,
      // Seen in the customer's CloudTrail.
      RoleSessionName: `sesami-${connectionId}`,
      ExternalId: externalId,
      Policy: policy,
      DurationSeconds: sessionSeconds,
    }),
  );
  if (!Credentials?.AccessKeyId || !Credentials.SecretAccessKey || !Credentials.SessionToken || !Credentials.Expiration)
    throw new Error("STS answered AssumeRole without credentials.");
  return {
    accessKeyId: Credentials.AccessKeyId,
    secretAccessKey: Credentials.SecretAccessKey,
    sessionToken: Credentials.SessionToken,
    expiresAtMs: Credentials.Expiration.getTime(),
  };
}
