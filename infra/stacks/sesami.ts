// All of SESami's stacks and how they hang together: data first, then users, events in, the API, the dashboard.
import type { App, Duration, Environment } from "aws-cdk-lib";
import type { CacheKind } from "../constructs/credential-cache.ts";
import { writeConnectionTemplate } from "../customer/connection-stack.ts";
import { ApiStack } from "./api-stack.ts";
import { AuthStack } from "./auth-stack.ts";
import { DataStack } from "./data-stack.ts";
import { IngestStack } from "./ingest-stack.ts";
import { WebStack } from "./web-stack.ts";

export interface SesamiOptions {
  /** Absent: the templates fit any account and region. */
  env?: Environment;
  /** The dashboard must have been built. */
  withWeb: boolean;
  /** Default: `memory`. */
  cache?: CacheKind;
  /** How long the projector waits for a batch to fill. Default: see shared/contract/event-batches.ts. */
  projectorWindow?: Duration;
}

export interface SesamiStacks {
  data: DataStack;
  auth: AuthStack;
  ingest: IngestStack;
  api: ApiStack;
  web?: WebStack;
}

export function addSesami(app: App, { env, withWeb, cache = "memory", projectorWindow }: SesamiOptions): SesamiStacks {
  const place = env === undefined ? {} : { env };
  const connectionTemplateFolder = writeConnectionTemplate(app.outdir);
  const data = new DataStack(app, "SesamiData", { ...place, description: "SESami: tables" });
  const { ledger, directory, contents, cursorSecret, addressSecret, unsubscribeSecret } = data;
  const auth = new AuthStack(app, "SesamiAuth", { ...place, description: "SESami: users", directory });
  const { userPool, client } = auth;
  const ingest = new IngestStack(app, "SesamiIngest", {
    ...place,
    description: "SESami: events in",
    ledger,
    directory,
    contents,
    addressSecret,
    ...(projectorWindow && { projectorWindow }),
  });
  const api = new ApiStack(app, "SesamiApi", {
    ...place,
    description: "SESami: REST API",
    ledger,
    directory,
    contents,
    cursorSecret,
    addressSecret,
    unsubscribeSecret,
    userPool,
    client,
    bus: ingest.bus,
    snsDoor: ingest.snsDoor,
    rewrites: ingest.rewrites,
    cache,
  });
  if (!withWeb) return { data, auth, ingest, api };
  const web = new WebStack(app, "SesamiWeb", {
    ...place,
    description: "SESami: dashboard",
    api: api.api,
    connectionTemplateFolder,
  });
  return { data, auth, ingest, api, web };
}
