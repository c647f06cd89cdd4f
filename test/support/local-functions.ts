// Functions of the laptop cloud for tests: real bundles in a temporary folder, a real role, real queues, no front door.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CreatedResource, ResourceContext } from "../../local/cloudformation/provider.ts";
import type { StreamListener, StreamRecord } from "../../local/dynamodb/stream-record.ts";
import { createIdentity } from "../../local/identity/identity.ts";
import type { StreamSource } from "../../local/lambda/event-source.ts";
import { createFunctions, type Functions, type FunctionsDeps } from "../../local/lambda/functions.ts";
import { createQueues, type Queues } from "../../local/sqs/queues.ts";
import { openState } from "../../local/state.ts";

export const accountId = "111111111111";
export const region = "us-east-1";
const roleArn = `arn:aws:iam::${accountId}:role/fn`;
const trustLambda = {
  Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
};

export const functionArn = (name: string): string => `arn:aws:lambda:${region}:${accountId}:function:${name}`;
export const queueArn = (name: string): string => `arn:aws:sqs:${region}:${accountId}:${name}`;

/** A stream that keeps its records, for one consumer at a time; `acknowledged` is how far that has come. */
export interface FakeStream extends StreamSource {
  write: (...records: StreamRecord[]) => void;
  readonly acknowledged: string;
}

export function createFakeStream(): FakeStream {
  let records: StreamRecord[] = [];
  let listener: StreamListener | undefined;
  let acknowledged = "";
  const end = () => {
    listener = undefined;
  };
  return {
    get acknowledged() {
      return acknowledged;
    },
    write: (...written) => {
      records.push(...written);
      listener?.(written);
    },
    subscribe: (_streamArn, listen) => {
      listener = listen;
      if (records.length > 0) listen([...records]);
      return {
        acknowledge: (sequenceNumber) => {
          acknowledged = sequenceNumber;
          records = records.filter(({ dynamodb }) => dynamodb.SequenceNumber > sequenceNumber);
        },
        stop: end,
        forget: () => {
          end();
          records = [];
        },
      };
    },
  };
}

export interface LocalFunctions {
  functions: Functions;
  queues: Queues;
  stream: FakeStream;
  /** Everything that functions have written. */
  log: { functionName: string; requestId?: string; line: string }[];
  /** What a handler has told through `console.log(JSON.stringify(…))`, in order. */
  told: () => unknown[];
  create: (type: string, properties: Record<string, unknown>, logicalId?: string) => Promise<CreatedResource>;
  /** Writes the bundle and creates the function with it. */
  createFunction: (name: string, code: string, properties?: Record<string, unknown>) => Promise<string>;
  writeBundle: (name: string, code: string) => void;
  close: () => Promise<void>;
}

/** Close it in the end: it owns workers and a folder. */
export async function openLocalFunctions(options: Partial<FunctionsDeps> = {}): Promise<LocalFunctions> {
  const folder = mkdtempSync(join(tmpdir(), "functions-"));
  const clock = options.clock ?? Date.now;
  const state = openState();
  const identity = createIdentity({ state, clock });
  const queues = createQueues({ clock, state, endpointUrl: () => "http://127.0.0.1:1" });
  const stream = createFakeStream();
  const log: LocalFunctions["log"] = [];
  const functions = createFunctions({
    identity,
    endpointUrl: () => "http://127.0.0.1:1",
    queues,
    streams: stream,
    clock,
    onLog: (line) => log.push(line),
    ...options,
  });
  const providers = { ...identity.providers, ...queues.providers, ...functions.providers };

  const create: LocalFunctions["create"] = async (type, properties, logicalId = "Resource") => {
    const context: ResourceContext = {
      accountId,
      region,
      stackName: "Test",
      logicalId,
      generatedName: `Test-${logicalId}`,
      resource: { Type: type },
      assetPath: (name) => join(folder, name),
    };
    const provider = providers[type];
    if (!provider) throw new Error(`no provider of ${type}`);
    return provider.create(properties, context);
  };
  const writeBundle: LocalFunctions["writeBundle"] = (name, code) => writeFileSync(join(folder, `${name}.mjs`), code);

  await create("AWS::IAM::Role", { RoleName: "fn", AssumeRolePolicyDocument: trustLambda }, "Role");

  return {
    functions,
    queues,
    stream,
    log,
    told: () => log.filter(({ line }) => line.startsWith("{")).map(({ line }): unknown => JSON.parse(line)),
    create,
    writeBundle,
    createFunction: async (name, code, properties = {}) => {
      writeBundle(name, code);
      const created = await create(
        "AWS::Lambda::Function",
        {
          FunctionName: name,
          Code: { S3Bucket: "assets", S3Key: "." },
          Handler: `${name}.handler`,
          Runtime: "nodejs24.x",
          Role: roleArn,
          Timeout: 60,
          ...properties,
        },
        name,
      );
      return String(created.attributes["Arn"]);
    },
    close: async () => {
      await functions.stop();
      await queues.stop();
      rmSync(folder, { recursive: true });
    },
  };
}
