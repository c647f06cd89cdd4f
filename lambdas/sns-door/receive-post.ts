// POST /sns/{connectionKey}: one post of an SNS topic. What SNS did not sign for this very account is refused and kept
// nowhere; an SES event goes to the queue, stamped with the account that is proven to be its own.
import type { EventQueue } from "../../shared/aws/event-queue.ts";
import type { GetFromSns } from "../../shared/aws/sns-host.ts";
import { parseTopicArn, snsMessageSchema, type SnsMessage } from "../../shared/aws/sns-message.ts";
import type { SnsSignatures } from "../../shared/aws/sns-signature.ts";
import { confirmSubscription } from "../../shared/aws/sns-subscription.ts";
import { AppError } from "../../shared/contract/error.ts";
import type { Metric } from "../../shared/contract/metrics.ts";
import { stampMessage } from "../../shared/domain/stamp.ts";
import type { Connection } from "../../shared/store/connections.ts";
import type { ApiResponse, PublicRequest } from "../runtime/http.ts";
import { parseInput } from "../runtime/input.ts";
import type { LogFields } from "../runtime/log.ts";
import type { FindDoorConnection } from "./door-connections.ts";
import { contentOf } from "./message-content.ts";

export interface SnsDoorDeps {
  findConnection: FindDoorConnection;
  signatures: SnsSignatures;
  getFromSns: GetFromSns;
  eventQueue: EventQueue;
  clock: () => number;
  count: (metric: Metric, value?: number, fields?: LogFields) => void;
  log: { info: (message: string, fields?: LogFields) => void };
}

/** A message has 256 KiB at most (SNS quotas); as JSON text in JSON it may take up to twice as much. */
export const maxPostBytes = 600_000;

/** SNS tries again for an hour at most (SNS developer guide, "Amazon SNS message delivery retries"). */
const maxAgeMs = 3_600_000;
const maxAheadMs = 5 * 60_000;

const received: ApiResponse = { status: 200 };

export const receivePost =
  (deps: SnsDoorDeps) =>
  async (request: PublicRequest): Promise<ApiResponse> => {
    const connection = await deps.findConnection(request.pathParameters["connectionKey"] ?? "");
    if (!connection) throw new AppError("not_found", "There is nothing here.");
    assertNotRaw(request.headers);
    const unverifiedMessage = parseInput(snsMessageSchema, request.body, "body");
    const message = await verified(deps, unverifiedMessage, connection, request.requestId);
    const { requestId } = request;
    const { tenantId, connectionId, region } = connection;
    switch (message.Type) {
      case "Notification":
        await forward(deps, message, connection);
        break;
      case "SubscriptionConfirmation":
        await confirmSubscription(deps.getFromSns, message, region);
        deps.log.info("A subscription to a topic was confirmed.", { requestId, tenantId, connectionId });
        break;
      case "UnsubscribeConfirmation":
        deps.log.info("A subscription to a topic has ended.", { requestId, tenantId, connectionId });
    }
    return received;
  };

function assertNotRaw(headers: PublicRequest["headers"]): void {
  if (headers["x-amz-sns-rawdelivery"] === "true")
    throw new AppError(
      "invalid_request",
      "Raw message delivery carries no signature: turn it off for this subscription.",
    );
}

/** The message as one that SNS signed, and just now, for a topic of the connection's own account and region. */
async function verified(
  { signatures, clock, count }: SnsDoorDeps,
  unverifiedMessage: SnsMessage,
  { tenantId, connectionId, state, accountId, region }: Connection,
  requestId: string,
): Promise<SnsMessage> {
  try {
    const topic = parseTopicArn(unverifiedMessage.TopicArn);
    if (topic?.accountId !== accountId || topic.region !== region)
      throw new AppError("forbidden", "The topic is not in the account and region of this connection.");
    const ageMs = clock() - Date.parse(unverifiedMessage.Timestamp);
    // Not a number for what is no time.
    if (!(ageMs <= maxAgeMs && ageMs >= -maxAheadMs))
      throw new AppError("forbidden", "The message is older than an hour, or from the future.");
    await signatures.assertSigned(unverifiedMessage, region);
  } catch (error) {
    if (error instanceof AppError && error.code === "forbidden")
      count("snsRefused", 1, { requestId, tenantId, connectionId, reason: error.message });
    throw error;
  }
  if (state === "pending")
    throw new AppError("conflict", "The connection is not proven yet: see GET /verify-sts, then have SNS ask again.");
  return unverifiedMessage;
}

async function forward(
  { eventQueue, count }: SnsDoorDeps,
  { MessageId, TopicArn, Message }: SnsMessage,
  { accountId, region, tenantId, connectionId }: Connection,
): Promise<void> {
  switch (contentOf(Message)) {
    case "sesEvent":
      await eventQueue.send(
        stampMessage({ door: "sns", account: accountId, region, topicArn: TopicArn, id: MessageId }, Message),
      );
      return;
    case "sesNotice":
      count("eventsIgnored", 1, { tenantId, connectionId });
      return;
    case "other":
      // To the topic's own dead-letter queue with it; ours is for SES events that we do not understand.
      throw new AppError("unprocessable", "The message is no SES event: give SES events a topic of their own.");
  }
}
