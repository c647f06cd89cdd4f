// SES's own record of each account and region: quota, verified identities, suppression list, templates, sets.
// Everything but the configuration sets, which the templates make anew at each start, survives a restart.
import type { StateFolder } from "../state.ts";
import type { ConfigurationSet, SuppressionReason } from "./configuration-set.ts";
import { createQuota, type Activity, type Quota } from "./quota.ts";

export interface EmailTemplate {
  TemplateName: string;
  SubjectPart?: string;
  HtmlPart?: string;
  TextPart?: string;
}

export interface AccountSettings {
  /** False: the SES sandbox, where recipients must be verified too. */
  production: boolean;
  /** Recipients a second. */
  maxSendRate: number;
  /** Recipients in 24 hours; -1 is without limit. */
  max24Hours: number;
  /** Verified domains and addresses. */
  identities: string[];
}

export interface SesAccount {
  accountId: string;
  region: string;
  production: boolean;
  quota: Quota;
  /** Verified domain or address → its settings. */
  identities: Map<string, { configurationSet?: string }>;
  /** Keyed as it was added: SES's list is case-sensitive in its API, though not when it sends. */
  suppressed: Map<string, { reason: SuppressionReason; sinceMs: number }>;
  suppressedReasons: SuppressionReason[];
  templates: Map<string, EmailTemplate>;
  configurationSets: Map<string, ConfigurationSet>;
}

interface StoredAccount {
  accountId: string;
  region: string;
  identities: [string, { configurationSet?: string }][];
  suppressed: [string, { reason: SuppressionReason; sinceMs: number }][];
  templates: [string, EmailTemplate][];
  activity: Activity[];
}

export interface Accounts {
  accountOf: (accountId: string, region: string) => SesAccount;
  configure: (accountId: string, region: string, settings: AccountSettings) => void;
  /** To be called after a change of what is kept. */
  changed: () => void;
}

const stateName = "ses-accounts";
/** Of a new account: the sandbox (SES developer guide, "Request production access"). */
const sandbox = { maxSendRate: 1, max24Hours: 200 };

export function createAccounts({ state, clock }: { state: StateFolder; clock: () => number }): Accounts {
  const accounts = new Map<string, SesAccount>();

  const accountOf = (accountId: string, region: string): SesAccount => {
    const key = `${accountId}/${region}`;
    const known = accounts.get(key);
    if (known) return known;
    const account: SesAccount = {
      accountId,
      region,
      production: false,
      quota: createQuota(sandbox.maxSendRate, sandbox.max24Hours, clock()),
      identities: new Map(),
      suppressed: new Map(),
      suppressedReasons: ["BOUNCE", "COMPLAINT"],
      templates: new Map(),
      configurationSets: new Map(),
    };
    accounts.set(key, account);
    return account;
  };

  for (const stored of state.read<StoredAccount[]>(stateName) ?? []) {
    const account = accountOf(stored.accountId, stored.region);
    account.identities = new Map(stored.identities);
    account.suppressed = new Map(stored.suppressed);
    account.templates = new Map(stored.templates);
    account.quota.activity = stored.activity;
  }

  const snapshot = (): StoredAccount[] =>
    [...accounts.values()].map((account) => ({
      accountId: account.accountId,
      region: account.region,
      identities: [...account.identities],
      suppressed: [...account.suppressed],
      templates: [...account.templates],
      activity: account.quota.activity,
    }));
  const changed = () => state.save(stateName, snapshot);

  return {
    accountOf,
    changed,
    configure: (accountId, region, settings) => {
      const account = accountOf(accountId, region);
      account.production = settings.production;
      const { activity } = account.quota;
      account.quota = { ...createQuota(settings.maxSendRate, settings.max24Hours, clock()), activity };
      for (const identity of settings.identities)
        if (!account.identities.has(identity)) account.identities.set(identity, {});
      changed();
    },
  };
}
