// A program: the AWS that sends a bulk. The laptop's DynamoDB; an SES that takes so many a second, throttles the others and
// some more at random; STS, a queue and secrets that answer at once.
// Usage: aws.ts RATE THROTTLED-SHARE SEED
import { createHash, randomUUID } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { createDynamoDb, type Consumption } from "../../local/dynamodb/dynamodb.ts";
import { encodeError } from "../../local/front-door/error-encoding.ts";
import { AwsError, jsonReply, unsupported, xmlReply, type AwsCall, type AwsReply } from "../../local/protocol.ts";
import { element, listMembers, listTags } from "../../local/ses/query-form.ts";
import { openState } from "../../local/state.ts";
import { createSimulatedSes, type AcceptedMail } from "../../test/support/simulated-ses.ts";
import { answerQuestions, tell } from "./process.ts";

/** Unasked: a message that somebody has put into the queue. */
export interface Queued {
  body: string;
  delaySeconds: number;
}

export type AwsQuestion =
  /** The port. */
  | "port"
  /** How often SES was asked, and refused. */
  | "ses"
  /** Since it was asked so last. */
  | "consumed"
  /** What SES has taken from this one on. */
  | { acceptedFrom: number };

export interface SesTally {
  accepted: number;
  throttled: number;
  /** Recipients who got a mail that they had already. */
  twice: number;
}

export type Accepted = Pick<AcceptedMail, "messageId" | "recipients" | "attempt" | "atMs">;
export type Consumed = Consumption;

const region = "us-east-1";
const [rate = 0, throttledShare = 0, seed = 0] = process.argv.slice(2).map(Number);
/** The one account that is sent through. */
const account = { connectionId: "bench" };

const clock = Date.now;
const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
const dynamodb = createDynamoDb({ state: openState(), clock, defaultAccountId: "111111111111" });
/** A second's worth at once: the machine, too, holds up now the one and now the other side. */
const ses = createSimulatedSes({ clock, sleep }, { ratePerSecond: rate, burstSeconds: 1, throttledShare, seed });

async function sendRawEmail(form: URLSearchParams): Promise<string> {
  const sent = await ses.sendMessage(account, {
    sender: form.get("Source") ?? "",
    recipients: listMembers(form, "Destinations"),
    raw: Buffer.from(form.get("RawMessage.Data") ?? "", "base64"),
    tags: Object.fromEntries(listTags(form).map(({ Name, Value }) => [Name, Value])),
  });
  if (sent.status === "sent") return element("MessageId", sent.messageId);
  // SES developer guide, "Errors related to the sending quotas".
  if (sent.code === "rate_limited") throw new AwsError("Throttling", "Maximum sending rate exceeded.");
  throw unsupported(`an SES that answers ${sent.code}`);
}

const credentials = () =>
  element("AccessKeyId", "ASIAEXAMPLEEXAMPLE00") +
  element("SecretAccessKey", "secret") +
  element("SessionToken", "t".repeat(800)) +
  element("Expiration", new Date(clock() + 3_600_000).toISOString());

/** Of the services that speak XML. */
const queryOperations: Record<string, (form: URLSearchParams) => Promise<string> | string> = {
  SendRawEmail: sendRawEmail,
  GetSendQuota: () => element("Max24HourSend", -1) + element("MaxSendRate", rate) + element("SentLast24Hours", 0),
  AssumeRole: () => `<Credentials>${credentials()}</Credentials>`,
};

async function answerQuery(body: Buffer): Promise<AwsReply> {
  const form = new URLSearchParams(body.toString());
  const name = form.get("Action") ?? "";
  const operation = queryOperations[name];
  if (!operation) throw unsupported(name);
  const metadata = `<ResponseMetadata>${element("RequestId", randomUUID())}</ResponseMetadata>`;
  const result = await operation(form);
  return xmlReply(`<${name}Response><${name}Result>${result}</${name}Result>${metadata}</${name}Response>`);
}

function enqueue(body: Buffer): AwsReply {
  const { MessageBody, DelaySeconds = 0 } = JSON.parse(body.toString()) as {
    MessageBody: string;
    DelaySeconds?: number;
  };
  tell({ body: MessageBody, delaySeconds: DelaySeconds } satisfies Queued);
  const MD5OfMessageBody = createHash("md5").update(MessageBody).digest("hex");
  return jsonReply({ MessageId: randomUUID(), MD5OfMessageBody }, "1.0");
}

async function answerCall(call: AwsCall): Promise<AwsReply> {
  const [service = "", operation] = call.headers["x-amz-target"]?.split(".") ?? [];
  if (service.startsWith("DynamoDB")) return dynamodb.handle(call);
  if (operation === "SendMessage") return enqueue(call.body);
  if (operation === "GetSecretValue") return jsonReply({ SecretString: "the secret of the benchmark" });
  if (operation !== undefined) throw unsupported(operation);
  return answerQuery(call.body);
}

async function answerRequest(request: IncomingMessage): Promise<AwsReply> {
  const headers = request.headers as Record<string, string>;
  const body = await buffer(request);
  try {
    const query = new URLSearchParams();
    return await answerCall({ service: "", region, method: "POST", path: "/", query, headers, body });
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const protocol = headers["x-amz-target"] === undefined ? "query" : "json";
    return encodeError(error, { protocol, requestId: randomUUID(), contentType: headers["content-type"] });
  }
}

const server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
  answerRequest(request).then(
    ({ status, headers, body }) => response.writeHead(status, headers).end(body),
    (error: unknown) => {
      console.error(error);
      response.writeHead(500).end();
    },
  );
});

const tally = (): SesTally => {
  const { accepted, throttled } = ses.account(account.connectionId);
  const recipients = accepted.flatMap((mail) => mail.recipients);
  return { accepted: accepted.length, throttled, twice: recipients.length - new Set(recipients).size };
};

async function answer(question: AwsQuestion): Promise<unknown> {
  if (question === "port") {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return (server.address() as AddressInfo).port;
  }
  if (question === "ses") return tally();
  if (question === "consumed") {
    const consumed = dynamodb.consumed();
    dynamodb.resetConsumed();
    return consumed;
  }
  return ses
    .account(account.connectionId)
    .accepted.slice(question.acceptedFrom)
    .map(({ messageId, recipients, attempt, atMs }): Accepted => ({ messageId, recipients, attempt, atMs }));
}

answerQuestions((question) => answer(question as AwsQuestion));
