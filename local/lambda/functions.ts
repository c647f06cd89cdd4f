// Lambda of the laptop cloud: the functions of all accounts, who may call them, and what calls them by itself.
// Running a call is function-pool.ts and function-worker.ts; event sources are event-source-mappings.ts.
import { setTimeout as sleep } from "node:timers/promises";
import type { ResourceContext, ResourceProviders } from "../cloudformation/provider.ts";
import type { PolicyStatement } from "../identity/policy.ts";
import { AwsError } from "../protocol.ts";
import type { QueueSource, StreamSource } from "./event-source.ts";
import { createEventSourceMappings } from "./event-source-mappings.ts";
import { parseFunction, type FunctionDefinition } from "./function-definition.ts";
import { functionEnvironment, type FunctionIdentity } from "./function-environment.ts";
import { createFunctionPool, type FunctionPool, type StartedWorker } from "./function-pool.ts";
import { maximumPayloadBytes, newLogStreamName, startWorker, type FunctionLog } from "./function-worker.ts";
import { assertMayInvoke, parsePermission, type InvokeOrigin } from "./permissions.ts";

export { FunctionError } from "./function-error.ts";
export type { FunctionLog } from "./function-worker.ts";
export type { InvokeOrigin } from "./permissions.ts";

export interface FunctionsDeps {
  identity: FunctionIdentity;
  /** Where functions reach every AWS service of this cloud. */
  endpointUrl: () => string;
  queues: QueueSource;
  streams: StreamSource;
  clock: () => number;
  /** What functions write, line by line, and how they fail. */
  onLog: (log: FunctionLog) => void;
  /** Awaited before a call (`Invoke`); may throw an AwsError. */
  faults?: (operation: string) => Promise<void> | void;
  /** Workers of one function at once; further calls wait. Default 10. */
  maxWorkersPerFunction?: number;
  /** Calls are ended after so many times what AWS allows. Default 1. */
  patience?: number;
}

export interface Functions {
  providers: ResourceProviders;
  /**
   * Calls a function and waits for its result. With an origin, the function's resource policy must admit it.
   * @throws FunctionError when the function fails
   * @throws AwsError `ResourceNotFoundException`, `AccessDeniedException`, `TooManyRequestsException` (reserved
   *   concurrency) or `RequestTooLargeException` (above 6 MB)
   */
  invoke: (functionArn: string, event: unknown, origin?: InvokeOrigin) => Promise<unknown>;
  listFunctions: () => FunctionDefinition[];
  /** Runs changed code from now on, of one function or of all. Resolves when the last call of the old code has ended. */
  reload: (functionArn?: string) => Promise<void>;
  /** Starts workers ahead of the first call: one of each function, unless told. */
  warm: (functionArn?: string, count?: number) => Promise<void>;
  /** For tests: ends the workers that run a call of this function now, as a crash would. */
  killRunning: (functionArn: string) => Promise<void>;
  /** Waits until queues and streams are empty and no call runs. False when that took longer. */
  drain: (timeoutMs: number) => Promise<boolean>;
  stop: () => Promise<void>;
}

const defaultMaxWorkers = 10;
const drainStepMs = 10;

const notFound = (functionArn: string) =>
  new AwsError("ResourceNotFoundException", `Function not found: ${functionArn}`, { status: 404 });

export function createFunctions(deps: FunctionsDeps): Functions {
  const { identity, clock, onLog } = deps;
  const pools = new Map<string, FunctionPool>();
  const statements = new Map<string, Map<string, PolicyStatement>>();

  const start = async (definition: FunctionDefinition): Promise<StartedWorker> => {
    const credentials = await identity.credentialsForService(definition.roleArn, "lambda.amazonaws.com");
    const logStreamName = newLogStreamName(clock());
    const run = { credentials, endpointUrl: deps.endpointUrl(), logStreamName };
    const environment = functionEnvironment(definition, run);
    return {
      worker: startWorker(definition, { environment, logStreamName, onLog, patience: deps.patience ?? 1 }),
      expiresAtMs: credentials.expiresAtMs,
    };
  };

  const getPool = (functionArn: string): FunctionPool => {
    const pool = pools.get(functionArn);
    if (!pool) throw notFound(functionArn);
    return pool;
  };

  const invoke: Functions["invoke"] = async (functionArn, event, origin) => {
    await deps.faults?.("Invoke");
    const pool = getPool(functionArn);
    if (origin) assertMayInvoke([...(statements.get(functionArn)?.values() ?? [])], functionArn, origin);
    const payload = JSON.stringify(event ?? null);
    if (Buffer.byteLength(payload) > maximumPayloadBytes)
      throw new AwsError(
        "RequestTooLargeException",
        `Request must be smaller than ${maximumPayloadBytes} bytes for the InvokeFunction operation`,
        { status: 413 },
      );
    return JSON.parse(await pool.call(payload));
  };

  /** Templates name a function by its name or its ARN. */
  const arnOf = (nameOrArn: string, { region, accountId }: Pick<ResourceContext, "region" | "accountId">) =>
    nameOrArn.startsWith("arn:") ? nameOrArn : `arn:aws:lambda:${region}:${accountId}:function:${nameOrArn}`;

  const mappings = createEventSourceMappings({
    queues: deps.queues,
    streams: deps.streams,
    clock,
    onLog,
    getTarget: (nameOrArn, region, accountId) => {
      const functionArn = arnOf(nameOrArn, { region, accountId });
      const pool = getPool(functionArn);
      return { definition: () => pool.definition, invoke: (event) => invoke(functionArn, event) };
    },
  });

  const poolsOf = (functionArn: string | undefined) =>
    functionArn === undefined ? [...pools.values()] : [getPool(functionArn)];
  const isIdle = () => mappings.areIdle() && [...pools.values()].every((pool) => pool.isIdle());

  const providers: ResourceProviders = {
    "AWS::Lambda::Function": {
      create: (properties, context) => {
        const definition = parseFunction(properties, context);
        const { arn, name } = definition;
        const existing = pools.get(arn);
        if (existing) void existing.replace(definition);
        else
          pools.set(
            arn,
            createFunctionPool(definition, {
              start,
              clock,
              maxWorkers: deps.maxWorkersPerFunction ?? defaultMaxWorkers,
            }),
          );
        return { ref: name, attributes: { Arn: arn } };
      },
      delete: async ({ attributes }) => {
        const functionArn = String(attributes["Arn"]);
        const pool = pools.get(functionArn);
        pools.delete(functionArn);
        statements.delete(functionArn);
        await pool?.stop();
      },
    },
    "AWS::Lambda::Permission": {
      create: (properties, context) => {
        const permission = parsePermission(properties, context);
        const functionArn = arnOf(permission.functionName, context);
        getPool(functionArn);
        const ofFunction = statements.get(functionArn) ?? new Map<string, PolicyStatement>();
        statements.set(functionArn, ofFunction.set(permission.id, permission.statement(functionArn)));
        return { ref: permission.id, attributes: { Id: permission.id } };
      },
      delete: ({ ref }) => {
        for (const ofFunction of statements.values()) ofFunction.delete(ref);
      },
    },
    "AWS::Lambda::EventSourceMapping": mappings.provider,
  };

  return {
    providers,
    invoke,
    listFunctions: () => [...pools.values()].map(({ definition }) => definition),
    reload: async (functionArn) => {
      await Promise.all(poolsOf(functionArn).map((pool) => pool.replace(pool.definition)));
    },
    warm: async (functionArn, count = 1) => {
      await Promise.all(poolsOf(functionArn).map((pool) => pool.warm(count)));
    },
    killRunning: (functionArn) => getPool(functionArn).killRunning(),
    drain: async (timeoutMs) => {
      const deadline = performance.now() + timeoutMs;
      // What one function writes, another's source may be about to deliver: idle means idle twice in a row.
      for (let idleTimes = 0; idleTimes < 2; idleTimes = isIdle() ? idleTimes + 1 : 0) {
        if (performance.now() > deadline) return false;
        mappings.flush();
        await sleep(drainStepMs);
      }
      return true;
    },
    stop: async () => {
      mappings.stop();
      await Promise.all([...pools.values()].map((pool) => pool.stop()));
    },
  };
}
