// Sends one message through SES in a customer's account, and says what became of it.
// Who may be mailed: lambdas/mail. What the bytes are: mime.ts. What SES's errors mean: send-failure.ts.
import { SendRawEmailCommand, type SESClient } from "@aws-sdk/client-ses";
import type { AssumableConnection, ConnectionCredentials, SessionCredentials } from "./connection-credentials.ts";
import { composeMime, type Mailbox, type MimeContent } from "./mime.ts";
import { sendFailure, sendFailureOf, type SendFailure } from "./send-failure.ts";

/** One SES message, ready to go. */
export interface OutgoingMessage {
  /** Bare addresses, as SES knows them. */
  sender: string;
  recipients: string[];
  raw: Uint8Array;
  /** SES message tags. */
  tags: Record<string, string>;
}

export interface OutgoingMail extends MimeContent {
  to: Mailbox;
  tags: Record<string, string>;
}

export type SendResult = { status: "sent"; messageId: string } | SendFailure;

interface SendOptions {
  /** No try begins from then on, ms since epoch. */
  startBeforeMs?: number;
  /** Asks once, also when SES asks to go slower: who sends many has a pace of its own. */
  once?: boolean;
}

export interface MailSender {
  /** Never throws for what SES, STS or the network do; waits and tries again, for a while, when SES asks to go slower. */
  sendMessage: (
    connection: AssumableConnection,
    message: OutgoingMessage,
    options?: SendOptions,
  ) => Promise<SendResult>;
  /** Composes and sends one mail to one recipient. */
  sendMail: (connection: AssumableConnection, mail: OutgoingMail, options?: SendOptions) => Promise<SendResult>;
}

/** Waits between tries while SES is throttling, about 5 s in all; the API's callers wait at most 30 s. */
const throttleDelaysMs = [300, 600, 1200, 2400];

export function createMailSender({
  credentials,
  clientFor,
  clock = Date.now,
  sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  random = Math.random,
}: {
  credentials: Pick<ConnectionCredentials, "withCredentials">;
  clientFor: (region: string, session: SessionCredentials) => Pick<SESClient, "send">;
  clock?: () => number;
  sleep?: (ms: number) => Promise<unknown>;
  random?: () => number;
}): MailSender {
  async function sendOnce(connection: AssumableConnection, message: OutgoingMessage): Promise<SendResult> {
    const { sender, recipients, raw, tags } = message;
    let errorOfSes: unknown;
    const askSes = async (session: SessionCredentials): Promise<string> => {
      try {
        const { MessageId } = await clientFor(connection.region, session).send(
          new SendRawEmailCommand({
            Source: sender,
            Destinations: recipients,
            RawMessage: { Data: raw },
            ConfigurationSetName: connection.configurationSet,
            Tags: Object.entries(tags).map(([Name, Value]) => ({ Name, Value })),
          }),
        );
        if (!MessageId) throw new Error("SES took a mail and gave no message id.");
        return MessageId;
      } catch (error) {
        errorOfSes = error;
        throw error;
      }
    };
    try {
      return { status: "sent", messageId: await credentials.withCredentials(connection, "send", askSes) };
    } catch (error) {
      // Another error is of STS: SES was not asked, or had refused the session before.
      return sendFailureOf(error, { sender, recipients, wasCalled: error === errorOfSes });
    }
  }

  const sendMessage: MailSender["sendMessage"] = async (
    connection,
    message,
    { startBeforeMs = Infinity, once = false } = {},
  ) => {
    // Out of time: nothing was sent, and the same may be tried again.
    if (clock() >= startBeforeMs) return sendFailure("unavailable");
    let result = await sendOnce(connection, message);
    for (const delayMs of once ? [] : throttleDelaysMs) {
      if (result.status === "sent" || result.code !== "rate_limited") break;
      // Jitter, so that recipients of one request do not come back together.
      const waitMs = delayMs * (0.5 + random());
      if (clock() + waitMs >= startBeforeMs) break;
      await sleep(waitMs);
      result = await sendOnce(connection, message);
    }
    return result;
  };

  return {
    sendMessage,
    sendMail: async (connection, { to, tags, ...content }, options) => {
      const { addressedTo } = await composeMime(content);
      const message = { sender: content.from.address, recipients: [to.address], raw: addressedTo({ to: [to] }), tags };
      return sendMessage(connection, message, options);
    },
  };
}
