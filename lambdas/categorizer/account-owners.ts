// Which tenant an AWS account's events belong to: the Directory's answer, kept for half a minute.
import type { Envelope } from "../../shared/domain/parse.ts";
import type { AccountOwner, Connections } from "../../shared/store/connections.ts";

export interface AccountOwners {
  findTenant: (envelope: Envelope) => Promise<string | undefined>;
  /** Makes a proven connection verified with its first event. */
  noteEvent: (envelope: Envelope) => Promise<void>;
}

interface Known {
  owner: AccountOwner;
  untilMs: number;
}

const keptMs = 30_000;

/**
 * Account and region come from an EventBridge envelope, where AWS sets them, or the stamp of a door of ours. That nobody
 * owns an account is not kept: its connection may be proven the next moment, and the test event that follows must not be
 * discarded.
 */
export function createAccountOwners({
  connections,
  clock,
}: {
  connections: Pick<Connections, "findConnectionByAccount" | "markVerified">;
  clock: () => number;
}): AccountOwners {
  const known = new Map<string, Known>();
  const asked = new Map<string, Promise<AccountOwner | undefined>>();
  const verifying = new Map<AccountOwner, Promise<void>>();

  const ask = async (key: string, account: string, region: string): Promise<AccountOwner | undefined> => {
    try {
      const owner = await connections.findConnectionByAccount(account, region);
      if (owner) known.set(key, { owner, untilMs: clock() + keptMs });
      else known.delete(key);
      return owner;
    } finally {
      asked.delete(key);
    }
  };

  /** Many events of one account at a time ask once. */
  const findOwner = async ({ account, region }: Envelope): Promise<AccountOwner | undefined> => {
    if (account === undefined || region === undefined) return undefined;
    const key = `${account} ${region}`;
    const kept = known.get(key);
    if (kept && kept.untilMs > clock()) return kept.owner;
    const asking = asked.get(key) ?? ask(key, account, region);
    asked.set(key, asking);
    return asking;
  };

  const verify = async (owner: AccountOwner): Promise<void> => {
    try {
      await connections.markVerified(owner.tenantId, owner.connectionId, new Date(clock()).toISOString());
      owner.state = "verified";
    } finally {
      verifying.delete(owner);
    }
  };

  return {
    findTenant: async (envelope) => (await findOwner(envelope))?.tenantId,
    noteEvent: async (envelope) => {
      const owner = await findOwner(envelope);
      if (owner?.state !== "proven") return;
      const verified = verifying.get(owner) ?? verify(owner);
      verifying.set(owner, verified);
      await verified;
    },
  };
}
