// The laptop cloud as a whole: every service, for all accounts, behind one front door. Only puts them together;
// what is deployed into it, and into which accounts, is the caller's.
import { laptopPatience } from "../shared/contract/patience.ts";
import { createCloudFormation, type CloudFormation } from "./cloudformation/engine.ts";
import { passiveProviders } from "./cloudformation/passive.ts";
import { createUserPools, type UserPools } from "./cognito/user-pools.ts";
import { createDynamoDb, type DynamoDb } from "./dynamodb/dynamodb.ts";
import { createEventBridge, type EventBridge } from "./eventbridge/eventbridge.ts";
import { createFrontDoor, type FrontDoor } from "./front-door/front-door.ts";
import { createHttpApis, type HttpApis } from "./http-api/http-apis.ts";
import { createIdentity, type Identity } from "./identity/identity.ts";
import { createFunctions, type FunctionLog, type Functions } from "./lambda/functions.ts";
import { createMomento, type Momento } from "./momento/momento.ts";
import { createScheduler, type Scheduler } from "./scheduler/scheduler.ts";
import { createSecrets } from "./secrets/secrets.ts";
import { createSes, type Ses } from "./ses/ses.ts";
import { createQueues, type Queues } from "./sqs/queues.ts";
import type { StateFolder } from "./state.ts";

/** Awaited before an operation; an AwsError that it throws is the answer. */
export type Faults = (operation: string) => Promise<void> | void;

export interface CloudOptions {
  state: StateFolder;
  /** ms since the epoch; the machine's clock when absent. */
  clock?: () => number;
  /** Of the front door; 0, any free one, when absent. */
  port?: number;
  /** The port for an HTTP API, by its name; any free one when absent. */
  apiPort?: (apiName: string) => number | Promise<number>;
  /** What went wrong inside, line by line. */
  log: (line: string, error?: unknown) => void;
  /** What functions write. */
  onFunctionLog: (log: FunctionLog) => void;
  faults?: Partial<
    Record<"dynamoDb" | "eventBridge" | "functions" | "momento" | "queues" | "scheduler" | "ses" | "sts", Faults>
  >;
  /** How often DynamoDB looks for expired items. */
  ttlSweepMs?: number;
  /** Between the steps of a mail's life at SES. */
  sesDelayMs?: number;
  /** EventBridge delivers every n-th event twice. */
  duplicateEvery?: number;
  maxWorkersPerFunction?: number;
}

export interface Cloud {
  /** The front door: the endpoint of every AWS service, the inbox and the console. */
  url: string;
  /** Adds a plain page to the front door. */
  route: FrontDoor["route"];
  /** Also opens the addresses of the public keys of user pools that the stack made. */
  deploy: CloudFormation["deploy"];
  deleteStack: CloudFormation["deleteStack"];
  findStack: CloudFormation["findStack"];
  identity: Identity;
  dynamoDb: DynamoDb;
  queues: Queues;
  functions: Functions;
  eventBridge: EventBridge;
  ses: Ses;
  userPools: UserPools;
  httpApis: HttpApis;
  momento: Momento;
  scheduler: Scheduler;
  /** Ends calls, workers and timers, closes all ports, and saves what is kept. */
  stop: () => Promise<void>;
}

const host = "127.0.0.1";
const momentoCaches = ["sesami"];
/** How long events that are on their way may take to arrive before a stop ends their functions. */
const drainMs = 5000;
/** What codes for signing up and resetting passwords come from. */
const userPoolSender = "no-reply@sign-in.example";

/** The services, each with those that it calls. */
function createServices(options: CloudOptions, endpointUrl: () => string) {
  const { state, log, faults = {}, clock = Date.now } = options;
  const faultsOf = (service: keyof typeof faults) => faults[service] && { faults: faults[service] };

  const identity = createIdentity({ state, clock });
  const dynamoDb = createDynamoDb({
    state,
    clock,
    ...faultsOf("dynamoDb"),
    ...(options.ttlSweepMs !== undefined && { ttlSweepMs: options.ttlSweepMs }),
  });
  const queues = createQueues({ state, clock, endpointUrl, ...faultsOf("queues") });
  const functions = createFunctions({
    identity,
    queues,
    streams: dynamoDb,
    endpointUrl,
    clock,
    onLog: options.onFunctionLog,
    patience: laptopPatience,
    ...faultsOf("functions"),
    ...(options.maxWorkersPerFunction !== undefined && { maxWorkersPerFunction: options.maxWorkersPerFunction }),
  });
  const eventBridge = createEventBridge({
    state,
    clock,
    queues,
    identity,
    functions,
    log,
    ...faultsOf("eventBridge"),
    ...(options.duplicateEvery !== undefined && { duplicateEvery: options.duplicateEvery }),
  });
  const ses = createSes({
    state,
    clock,
    eventBridge,
    publicUrl: endpointUrl,
    onLostEvent: (error) => log("An SES event is lost", error),
    ...faultsOf("ses"),
    ...(options.sesDelayMs !== undefined && { delayMs: options.sesDelayMs }),
  });
  const userPools = createUserPools({
    state,
    clock,
    invoke: functions.invoke,
    onMail: (mail) => ses.deliverSystemMail({ ...mail, from: userPoolSender }),
  });
  const httpApis = createHttpApis({
    functions,
    clock,
    host,
    patience: laptopPatience,
    listen: options.apiPort ?? (() => 0),
    onLog: ({ apiName, line }) => log(`${apiName}: ${line}`),
  });
  const secrets = createSecrets({ state, clock });
  const scheduler = createScheduler({ state, clock, queues, identity, log, ...faultsOf("scheduler") });
  return { identity, dynamoDb, queues, functions, eventBridge, ses, userPools, httpApis, secrets, scheduler };
}

/** Rejects with `EADDRINUSE` when the front door's port is taken; nothing is left running then. */
export async function createCloud(options: CloudOptions): Promise<Cloud> {
  const { state, log } = options;
  const services = createServices(options, () => frontDoor.url());
  const { identity, dynamoDb, queues, functions, eventBridge, ses, userPools, httpApis, secrets, scheduler } = services;
  const { clock = Date.now, faults = {} } = options;
  const momento = createMomento({
    clock,
    cacheNames: momentoCaches,
    ...(faults.momento && { faults: faults.momento }),
  });
  const cloudFormation = createCloudFormation({
    state,
    providers: Object.assign({}, passiveProviders, ...Object.values(services).map(({ providers }) => providers)),
  });
  const frontDoor = createFrontDoor({
    identity,
    services: {
      sts: async (call) => {
        await faults.sts?.(new URLSearchParams(call.body.toString()).get("Action") ?? "");
        return identity.handle(call);
      },
      dynamodb: dynamoDb.handle,
      sqs: queues.handle,
      events: eventBridge.handle,
      ses: ses.handle,
      "cognito-idp": userPools.handle,
      secretsmanager: secrets.handle,
      scheduler: scheduler.handle,
    },
    log,
  });
  for (const { prefix, handler } of [...ses.routes, momento]) frontDoor.route(prefix, handler);

  const stop = async () => {
    // From the outside in: first whoever begins calls, last what they call.
    await httpApis.close();
    await functions.drain(drainMs);
    await functions.stop();
    await ses.stop();
    await eventBridge.stop();
    await scheduler.stop();
    await queues.stop();
    await frontDoor.close();
    await dynamoDb.stop();
    state.flush();
  };

  try {
    await frontDoor.listen(options.port ?? 0, host);
  } catch (error) {
    await stop();
    throw error;
  }

  return {
    ...services,
    momento,
    url: frontDoor.url(),
    route: frontDoor.route,
    deploy: async (deployment) => {
      const deployed = await cloudFormation.deploy(deployment);
      for (const poolId of userPools.poolIds()) frontDoor.route(`/${poolId}`, userPools.answerJwks);
      return deployed;
    },
    deleteStack: cloudFormation.deleteStack,
    findStack: cloudFormation.findStack,
    stop,
  };
}
