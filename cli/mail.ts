// `npm run mail`: sends one mail through POST /mail, and prints what became of every recipient.
import { join, resolve } from "node:path";
import { findSavedDemo } from "../local/start/saved-demo.ts";
import type { RecipientResult, RefusedMailResponse, SendMailResponse } from "../shared/contract/api/mail.ts";
import { mailOf, parseOptions, usage, UsageError, type Options } from "./mail-options.ts";

/** There is no API to ask, or it did not answer. */
class UnreachableError extends Error {}

interface Target {
  apiUrl: string;
  key: string;
  isDemo: boolean;
}

/** Address and key belong together: the demo's key is sent nowhere but to the laptop that made it. */
async function findTarget(options: Options): Promise<Target> {
  const apiUrl = options["api-url"] ?? process.env["SESAMI_API_URL"];
  const key = options.key ?? process.env["SESAMI_API_KEY"];
  if (apiUrl && !/^https?:\/\/[^/]/.test(apiUrl)) throw new UsageError(`--api-url ${apiUrl} is no address of an API`);
  if (apiUrl && key) return { apiUrl: apiUrl.replace(/\/+$/, ""), key, isDemo: false };
  if (apiUrl || key)
    throw new UsageError(`${apiUrl ? "there is no --key" : "there is no --api-url"}: they belong together`);
  const demo = findSavedDemo(resolve(options.folder ?? join(import.meta.dirname, "../.sesami")));
  if (!demo || !(await isRunning(demo.apiUrl)))
    throw new UnreachableError("no laptop is running: start one with `npm start`, or give --api-url and --key.");
  return { apiUrl: demo.apiUrl, key: demo.apiKey, isDemo: true };
}

/** Whoever listens there now: only our API answers with its own address. */
async function isRunning(apiUrl: string): Promise<boolean> {
  try {
    const response = await fetch(`${apiUrl}/config`, { signal: AbortSignal.timeout(5000) });
    return ((await response.json()) as { apiUrl?: string }).apiUrl === apiUrl;
  } catch {
    return false;
  }
}

/** What API Gateway answers by itself has `message` alone. */
type AnswerBody = Partial<SendMailResponse & RefusedMailResponse> & { message?: string };

async function post({ apiUrl, key }: Target, options: Options, body: object): Promise<AnswerBody> {
  const idempotencyKey = options["idempotency-key"];
  try {
    const response = await fetch(`${apiUrl}/mail`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${key}`,
        "content-type": "application/json",
        ...(idempotencyKey === undefined ? {} : { "idempotency-key": idempotencyKey }),
      },
      body: JSON.stringify(body),
    });
    return (await response.json()) as AnswerBody;
  } catch (error) {
    throw new UnreachableError(`${apiUrl} did not answer: whether the mail was sent is not known.`, { cause: error });
  }
}

function lineOf(result: RecipientResult): string {
  const { recipient, status } = result;
  switch (result.status) {
    case "sent":
      return `${recipient}  ${status}  ${result.messageId}`;
    case "suppressed":
      return `${recipient}  ${status}  since ${result.since} (${result.reason})`;
    case "queued":
      return `${recipient}  ${status}: goes out at the account's rate`;
    case "scheduled":
      return `${recipient}  ${status}: goes out when its time has come`;
    default:
      return `${recipient}  ${status}  ${result.code}: ${result.message}`;
  }
}

const hintOf = (message: string): string =>
  message === "Request Entity Too Large" ? "send less at once" : "check the API key";

function show({ id, recipients = [], scheduledAt, error, message }: AnswerBody): void {
  for (const result of recipients) console.log(lineOf(result));
  if (id !== undefined)
    console.log(scheduledAt === undefined ? `mail ${id}` : `mail ${id}, to be sent at ${scheduledAt}`);
  if (error) console.error(`mail: ${error.message}`);
  else if (message !== undefined) console.error(`mail: the API says ${message}: ${hintOf(message)}.`);
}

async function run(options: Options): Promise<number> {
  const target = await findTarget(options);
  const answer = await post(target, options, mailOf(options, target.isDemo));
  if (options.json) console.log(JSON.stringify(answer, null, 2));
  else show(answer);
  const isSent = answer.recipients?.every(({ status }) => status === "sent" || status === "scheduled") ?? false;
  return isSent ? 0 : 1;
}

try {
  const options = parseOptions(process.argv.slice(2));
  if (options.help) console.log(usage);
  else process.exitCode = await run(options);
} catch (error) {
  const isExpected = error instanceof UsageError || error instanceof UnreachableError;
  console.error(isExpected ? `mail: ${error.message}` : error);
  if (error instanceof UsageError) console.error(`\n${usage}`);
  process.exitCode = error instanceof UsageError ? 2 : error instanceof UnreachableError ? 3 : 1;
}
