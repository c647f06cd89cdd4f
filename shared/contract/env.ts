// The environment of each function: names and shapes. infra sets exactly these, lambdas/runtime validates them.
import * as v from "valibot";

const text = v.pipe(v.string(), v.nonEmpty());
const url = v.pipe(v.string(), v.url());

/** Set by Lambda itself, or by the laptop cloud in its place. */
const runtime = { AWS_REGION: text, AWS_ENDPOINT_URL: v.optional(url) };

/** The key that erased addresses are hashed with: of everyone who must know one again. */
const addressSecret = { ADDRESS_SECRET_ARN: text };

/** The keys of unsubscribe links: of whoever makes or opens them. */
const unsubscribeSecret = { UNSUBSCRIBE_SECRET_ARN: text };

const credentialCache = {
  SESAMI_CACHE: v.picklist(["memory", "momento"]),
  /** With `momento` alone: the cache's name, the secrets that hold its API key and what sessions are sealed with. */
  MOMENTO_CACHE: v.optional(text),
  MOMENTO_KEY_ARN: v.optional(text),
  CACHE_SEAL_ARN: v.optional(text),
  /** The host of Momento's cell, or the URL of its HTTP API, which is used then in place of its client; may be empty. */
  MOMENTO_ENDPOINT: v.optional(v.pipe(v.string(), v.regex(/^(?:https?:\/\/\S+|[\w.-]*)$/))),
};

/** Where the sessions of customers' roles are remembered, beside the process itself. */
export type CredentialCacheEnv = v.InferOutput<v.ObjectSchema<typeof credentialCache, undefined>>;

/** Where links in mail lead, instead of the address that the request came to; may be empty. */
const linksUrl = { LINKS_URL: v.optional(v.string()) };

/** EventBridge Scheduler: our group of schedules, as which role they tell the bulk queue, and who hears of what could not be told. */
const schedules = {
  SCHEDULE_GROUP: text,
  SCHEDULE_ROLE_ARN: text,
  SCHEDULE_TARGET_ARN: text,
  SCHEDULE_DEAD_LETTERS_ARN: text,
};

export type SchedulesEnv = v.InferOutput<v.ObjectSchema<typeof schedules, undefined>>;

const requests = v.pipe(v.string(), v.regex(/^[1-9]\d{0,6}$/));

export const functionEnv = {
  authorizer: v.object({
    ...runtime,
    DIRECTORY_TABLE: text,
    USER_POOL_ID: text,
    USER_POOL_CLIENT_ID: text,
    JWKS_URI: url,
  }),
  mail: v.object({
    ...runtime,
    DIRECTORY_TABLE: text,
    LEDGER_TABLE: text,
    CONTENTS_TABLE: text,
    ...addressSecret,
    ...unsubscribeSecret,
    ...linksUrl,
    ...credentialCache,
    BULK_QUEUE_URL: url,
    ...schedules,
    /** In a window of shared/contract/rate-limit.ts. */
    REQUESTS_PER_KEY: requests,
    REQUESTS_PER_TENANT: requests,
  }),
  bulk: v.object({
    ...runtime,
    DIRECTORY_TABLE: text,
    CURSOR_SECRET_ARN: text,
    BULK_QUEUE_URL: url,
    ...schedules,
    ...linksUrl,
    REQUESTS_PER_KEY: requests,
    REQUESTS_PER_TENANT: requests,
  }),
  "bulk-sender": v.object({
    ...runtime,
    DIRECTORY_TABLE: text,
    CONTENTS_TABLE: text,
    BULK_QUEUE_URL: url,
    ...addressSecret,
    ...unsubscribeSecret,
    ...credentialCache,
  }),
  events: v.object({ ...runtime, LEDGER_TABLE: text, DIRECTORY_TABLE: text, CURSOR_SECRET_ARN: text }),
  suppressions: v.object({ ...runtime, DIRECTORY_TABLE: text, CURSOR_SECRET_ARN: text, ...addressSecret }),
  connections: v.object({
    ...runtime,
    DIRECTORY_TABLE: text,
    ...credentialCache,
    /** Our own account: whom the customer's role trusts. */
    OPERATOR_ACCOUNT_ID: text,
    EVENT_BUS_ARN: text,
    /** Where CloudFormation finds the customer's template. */
    CONNECTION_TEMPLATE_URL: url,
    /** The console that a quick-create link opens; `{region}` and `{account}` are replaced. */
    CONSOLE_URL: text,
  }),
  "api-keys": v.object({ ...runtime, DIRECTORY_TABLE: text }),
  config: v.object({
    ...runtime,
    USER_POOL_ID: text,
    USER_POOL_CLIENT_ID: text,
    /** Empty in AWS: the browser then finds the user pool by its region. */
    USER_POOL_ENDPOINT: v.optional(v.string()),
    INBOX_URL: v.optional(v.string()),
  }),
  templates: v.object({ ...runtime, DIRECTORY_TABLE: text, CURSOR_SECRET_ARN: text }),
  contents: v.object({ ...runtime, DIRECTORY_TABLE: text, CONTENTS_TABLE: text }),
  openapi: v.object(runtime),
  unsubscribe: v.object({ ...runtime, DIRECTORY_TABLE: text, ...addressSecret, ...unsubscribeSecret }),
  settings: v.object({ ...runtime, DIRECTORY_TABLE: text, REWRITE_QUEUE_URL: url }),
  "recipient-rights": v.object({
    ...runtime,
    LEDGER_TABLE: text,
    DIRECTORY_TABLE: text,
    CONTENTS_TABLE: text,
    CURSOR_SECRET_ARN: text,
    REWRITE_QUEUE_URL: url,
    ...addressSecret,
  }),
  rewriter: v.object({
    ...runtime,
    LEDGER_TABLE: text,
    DIRECTORY_TABLE: text,
    CONTENTS_TABLE: text,
    REWRITE_QUEUE_URL: url,
    ...addressSecret,
  }),
  identity: v.object({ ...runtime, DIRECTORY_TABLE: text }),
  categorizer: v.object({
    ...runtime,
    LEDGER_TABLE: text,
    DIRECTORY_TABLE: text,
    DEAD_LETTER_QUEUE_URL: url,
    ...addressSecret,
  }),
  "sns-door": v.object({ ...runtime, DIRECTORY_TABLE: text, EVENTS_QUEUE_URL: url }),
  reconciliation: v.object({ ...runtime, LEDGER_TABLE: text, DIRECTORY_TABLE: text }),
  projector: v.object({
    ...runtime,
    LEDGER_TABLE: text,
    DIRECTORY_TABLE: text,
    DEAD_LETTER_QUEUE_URL: url,
    ...addressSecret,
  }),
} as const;

export type FunctionName = keyof typeof functionEnv;

/** Functions that share most of their code with another one are in its folder. */
const sharedFolders: Partial<Record<string, string>> = { bulk: "mail/bulk", "bulk-sender": "mail/line" };

/** Where a function's handler is, below lambdas/. */
export const folderOfFunction = (name: string): string => sharedFolders[name] ?? name;
export type FunctionEnv<Name extends FunctionName> = v.InferOutput<(typeof functionEnv)[Name]>;
