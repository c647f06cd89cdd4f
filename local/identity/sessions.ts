// The access keys that the laptop cloud has issued: whose each is, its secret, and until when it counts.
// Who may have a key is decided in sts.ts and identity.ts.
import { createHash, randomBytes } from "node:crypto";
import { AwsError, type Caller } from "../protocol.ts";
import type { StateFolder } from "../state.ts";
import { iamId, type Role } from "./roles.ts";

export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
  expiresAtMs: number;
}

/** An access key with all that later checks need to know of it. */
export interface Session {
  caller: Caller;
  /** `AROA…:sessionName`, or a user's `AIDA…`. */
  userId: string;
  secretAccessKey: string;
  /** Absent for long-term keys. */
  sessionToken?: string;
  /** Absent for long-term keys. */
  expiresAtMs?: number;
  /** JSON as it was given to AssumeRole; narrows what the role allows. */
  sessionPolicy?: string;
}

export interface Sessions {
  issue: (role: Role, options: { name: string; seconds: number; policy?: string }) => Credentials;
  longTermKey: (accountId: string) => { accessKeyId: string; secretAccessKey: string };
  findSession: (accessKeyId: string) => Session | undefined;
  /** @throws AwsError `InvalidClientTokenId` (unknown key, wrong token) or `ExpiredToken` */
  getSession: (accessKeyId: string, sessionToken: string | undefined) => Session;
  /** For tests: from now on the key is an expired one. */
  expire: (accessKeyId: string) => void;
}

const stateName = "identity";
/** Expired keys answer ExpiredToken for a day, then they are unknown. */
const rememberedAfterExpiryMs = 86_400_000;

const secret = (size: number) => randomBytes(size).toString("base64");

export function createSessions({ state, clock }: { state: StateFolder; clock: () => number }): Sessions {
  const sessions = new Map(Object.entries(state.read<Record<string, Session>>(stateName) ?? {}));

  const store = (session: Session) => {
    for (const [key, { expiresAtMs }] of sessions)
      if (expiresAtMs !== undefined && expiresAtMs + rememberedAfterExpiryMs < clock()) sessions.delete(key);
    sessions.set(session.caller.accessKeyId, session);
    state.save(stateName, () => Object.fromEntries(sessions));
  };

  return {
    issue: (role, { name, seconds, policy }) => {
      const accessKeyId = iamId("ASIA", secret(16));
      const credentials = { secretAccessKey: secret(30), sessionToken: secret(120) };
      const expiresAtMs = clock() + seconds * 1000;
      const caller = {
        accountId: role.accountId,
        arn: `arn:aws:sts::${role.accountId}:assumed-role/${role.name}/${name}`,
        roleArn: role.arn,
        accessKeyId,
      };
      const userId = `${role.roleId}:${name}`;
      store({ caller, userId, ...credentials, expiresAtMs, ...(policy !== undefined && { sessionPolicy: policy }) });
      return { accessKeyId, ...credentials, expiresAtMs };
    },

    longTermKey: (accountId) => {
      const arn = `arn:aws:iam::${accountId}:user/administrator`;
      const accessKeyId = iamId("AKIA", arn);
      // The same after every restart and `--fresh`: it opens nothing but this machine's own cloud.
      const secretAccessKey = createHash("sha256").update(`secret ${arn}`).digest("base64").slice(0, 40);
      if (!sessions.has(accessKeyId))
        store({ caller: { accountId, arn, accessKeyId }, userId: iamId("AIDA", arn), secretAccessKey });
      return { accessKeyId, secretAccessKey };
    },

    findSession: (accessKeyId) => sessions.get(accessKeyId),

    getSession: (accessKeyId, sessionToken) => {
      const session = sessions.get(accessKeyId);
      if (!session || session.sessionToken !== sessionToken)
        throw new AwsError("InvalidClientTokenId", "The security token included in the request is invalid.", {
          status: 403,
        });
      if (session.expiresAtMs !== undefined && session.expiresAtMs <= clock())
        throw new AwsError("ExpiredToken", "The security token included in the request is expired.", { status: 403 });
      return session;
    },

    expire: (accessKeyId) => {
      const session = sessions.get(accessKeyId);
      if (!session) throw new AwsError("NoSuchEntity", `There is no access key ${accessKeyId}.`, { status: 404 });
      session.expiresAtMs = clock();
      state.save(stateName, () => Object.fromEntries(sessions));
    },
  };
}
