// Where one bulk is sent: an AWS, the functions that take part, each in a process of its own, and what lies between them:
// API Gateway, SQS, the clock of the sweep and the way of SES's events to the categorizer.
import { join } from "node:path";
import { buildSync } from "esbuild";
import { nodeProfile } from "../../infra/bundle.ts";
import { queueBatches } from "../../shared/contract/event-batches.ts";
import { folderOfFunction } from "../../shared/contract/env.ts";
import { attemptTag } from "../../shared/domain/message-tags.ts";
import { createLines } from "../../shared/store/bulk/line.ts";
import { apiEvent, type RequestParts } from "../../test/support/api-request.ts";
import { clientsOf } from "../../test/support/dynamodb.ts";
import { setUpEventTables, toSqsEvent } from "../../test/support/event-functions.ts";
import { inEventBridge, sesJson } from "../../test/support/ses-events.ts";
import type { HttpApiResult } from "../../lambdas/runtime/http.ts";
import { environmentOf } from "../function-environment.ts";
import type { Accepted, AwsQuestion, Queued } from "./aws.ts";
import type { Called } from "./function.ts";
import { startAsked, type AskedProcess } from "./process.ts";

const functionNames = ["bulk", "bulk-sender", "categorizer"] as const;
type Name = (typeof functionNames)[number];

const tenantId = "ten_bench";
const line = { tenantId, connectionId: "con_0" };
const eventsEveryMs = 1000;

/** Into `<folder>/<name>.mjs`. */
export function bundleFunctions(folder: string): void {
  const root = join(import.meta.dirname, "../..");
  const entryOf = (name: Name) => join(root, "lambdas", folderOfFunction(name), "handler.ts");
  const entryPoints = Object.fromEntries(functionNames.map((name) => [name, entryOf(name)]));
  buildSync({ ...nodeProfile, entryPoints, outdir: folder });
}

const sendEvent = ({ messageId, recipients, attempt }: Accepted): string =>
  JSON.stringify(
    inEventBridge(
      "send",
      sesJson("send", {
        "mail.messageId": messageId,
        "mail.timestamp": new Date().toISOString(),
        "mail.destination": recipients,
        "mail.tags": { [attemptTag]: [attempt] },
      }),
    ),
  );

export interface Setting {
  /** A request to the API. */
  request: <Body>(route: string, parts: RequestParts) => Promise<{ status: number; body: Body }>;
  askAws: <Answer>(question: AwsQuestion) => Promise<Answer>;
  /** Of the worker's process, or processes, so far. */
  workerCpuSeconds: () => number;
  /** The worker's process dies at once. When its lease has run out the sweep finds the line, and a new process goes on. */
  killWorker: () => Promise<{ leaseMs: number }>;
  /** From here on Send events come in as SES takes mails. */
  letEventsIn: () => void;
  /** Resolves when all Send events of what SES has taken so far are in. */
  settle: () => Promise<void>;
  /** @throws what went wrong in the background */
  assertWell: () => void;
  stop: () => Promise<void>;
}

export interface SettingOptions {
  ratePerSecond: number;
  throttledShare: number;
  seed: number;
}

/** @param folder with the bundles */
export async function startSetting(
  folder: string,
  { ratePerSecond, throttledShare, seed }: SettingOptions,
): Promise<Setting> {
  const processes: AskedProcess[] = [];
  let failure: { error: unknown } | undefined;
  let isStopping = false;
  const inBackground = (work: Promise<unknown>) => {
    work.catch((error: unknown) => {
      if (!isStopping) failure ??= { error };
    });
  };
  const start = (...given: Parameters<typeof startAsked>): AskedProcess => {
    const started = startAsked(...given);
    processes.push(started);
    return started;
  };

  const aws = start(join(import.meta.dirname, "aws.ts"), {
    args: [ratePerSecond, throttledShare, seed].map(String),
    onTold: (told) => {
      const { body, delaySeconds } = told as Queued;
      setTimeout(() => inBackground(deliver(body)), delaySeconds * 1000);
    },
  });
  const askAws = <Answer>(question: AwsQuestion) => aws.ask<Answer>(question);
  const url = `http://127.0.0.1:${await askAws<number>("port")}`;
  const { client } = clientsOf(url);
  await setUpEventTables(client, [{ tenantId, accountId: "222222222222", region: "us-east-1" }]);
  const startFunction = (name: Name) =>
    start(join(import.meta.dirname, "function.ts"), {
      args: [join(folder, `${name}.mjs`)],
      env: environmentOf(name, url),
    });
  const api = startFunction("bulk");
  const categorizer = startFunction("categorizer");
  let worker = startFunction("bulk-sender");
  let cpuSecondsBefore = 0;
  let cpuSeconds = 0;
  let isKilling = false;

  async function callWorker(event: unknown): Promise<void> {
    const called = await worker.ask<Called>(event);
    cpuSeconds = called.cpuSeconds;
    const failures = (called.result as { batchItemFailures?: unknown[] } | undefined)?.batchItemFailures ?? [];
    if (failures.length > 0) throw new Error("The worker gave a message back.");
  }

  /** As Lambda's poller does. What a killed worker had comes again by the sweep, before SQS would show it again. */
  async function deliver(body: string): Promise<void> {
    try {
      await callWorker(toSqsEvent([{ messageId: "line", body }]));
    } catch (error) {
      if (!isKilling) throw error;
    }
  }

  let noted = 0;
  async function settle(): Promise<void> {
    const accepted = await askAws<Accepted[]>({ acceptedFrom: noted });
    noted += accepted.length;
    for (let from = 0; from < accepted.length; from += queueBatches.maxMessages) {
      const batch = accepted.slice(from, from + queueBatches.maxMessages);
      const bodies = batch.map((mail, index) => ({ messageId: `event-${index}`, body: sendEvent(mail) }));
      const { result } = await categorizer.ask<Called>(toSqsEvent(bodies));
      if ((result as { batchItemFailures: unknown[] }).batchItemFailures.length > 0)
        throw new Error("The categorizer gave events back.");
    }
  }

  return {
    request: async (route, parts) => {
      const actor = { tenantId, kind: "key", id: "key_bench" } as const;
      const { result } = await api.ask<Called>(apiEvent(route, { actor, ...parts }));
      const { statusCode, body } = result as HttpApiResult;
      return { status: statusCode, body: JSON.parse(body ?? "{}") as never };
    },
    askAws,
    workerCpuSeconds: () => cpuSecondsBefore + cpuSeconds,
    killWorker: async () => {
      const killedAtMs = Date.now();
      isKilling = true;
      await worker.kill();
      const { untilMs = 0 } = (await createLines({ client, tableName: "Directory" }).findLease(line)) ?? {};
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, untilMs - Date.now())));
      const leaseMs = Date.now() - killedAtMs;
      isKilling = false;
      cpuSecondsBefore += cpuSeconds;
      worker = startFunction("bulk-sender");
      inBackground(callWorker({ "detail-type": "Scheduled Event" }));
      return { leaseMs };
    },
    letEventsIn: () => {
      const settleAgain = async (): Promise<void> => {
        await settle();
        setTimeout(() => {
          if (!isStopping) inBackground(settleAgain());
        }, eventsEveryMs);
      };
      inBackground(settleAgain());
    },
    settle,
    assertWell: () => {
      if (failure) throw failure.error;
    },
    stop: async () => {
      isStopping = true;
      client.destroy();
      await Promise.all(processes.map((each) => each.kill()));
    },
  };
}
