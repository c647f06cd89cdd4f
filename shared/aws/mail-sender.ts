// Sends one mail to one recipient through SES in a customer's account, and says what became of it.
// Who may be mailed: lambdas/mail. What the bytes are: mime.ts. What SES's errors mean: send-failure.ts.
import { SendRawEmailCommand, type SESClient } from "@aws-sdk/client-ses";
import type { AssumableConnection, ConnectionCredentials, SessionCredentials } from "./connection-credentials.ts";
import { composeMime, type MimeMail } from "./mime.ts";
import { sendFailureOf, type SendFailure } from "./send-failure.ts";

export interface OutgoingMail extends MimeMail {
  /** SES message tags. */
  tags: Record<string, string>;
}

export type SendResult = { status: "sent"; messageId: string } | SendFailure;

export interface MailSender {
  /**
   * Never throws for what SES, STS or the network do; waits and tries again, for a while, when SES asks to go slower.
   * @param options.startBeforeMs no try begins from then on, ms since epoch
   */
  sendMail: (
    connection: AssumableConnection,
    mail: OutgoingMail,
    options?: { startBeforeMs?: number },
  ) => Promise<SendResult>;
}

/** Waits between tries while SES is throttling, about 5 s in all; the API's callers wait at most 30 s. */
const throttleDelaysMs = [300, 600, 1200, 2400];

const outOfTime: SendResult = {
  status: "failed",
  code: "unavailable",
  message: "There was no time left to send to this recipient: send to them again.",
};

export function createMailSender({
  credentials,
  clientFor,
  clock = Date.now,
  sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  random = Math.random,
}: {
  credentials: Pick<ConnectionCredentials, "withCredentials">;
  clientFor: (region: string, session: SessionCredentials) => SESClient;
  clock?: () => number;
  sleep?: (ms: number) => Promise<unknown>;
  random?: () => number;
}): MailSender {
  async function sendOnce(connection: AssumableConnection, mail: OutgoingMail, raw: Uint8Array): Promise<SendResult> {
    let wasCalled = false;
    try {
      const { MessageId } = await credentials.withCredentials(connection, "send", (session) => {
        wasCalled = true;
        return clientFor(connection.region, session).send(
          new SendRawEmailCommand({
            Source: mail.from.address,
            Destinations: [mail.to.address],
            RawMessage: { Data: raw },
            ConfigurationSetName: connection.configurationSet,
            Tags: Object.entries(mail.tags).map(([Name, Value]) => ({ Name, Value })),
          }),
        );
      });
      if (!MessageId) throw new Error("SES took a mail and gave no message id.");
      return { status: "sent", messageId: MessageId };
    } catch (error) {
      return sendFailureOf(error, { sender: mail.from.address, recipient: mail.to.address, wasCalled });
    }
  }

  return {
    sendMail: async (connection, mail, { startBeforeMs = Infinity } = {}) => {
      if (clock() >= startBeforeMs) return outOfTime;
      const raw = await composeMime(mail);
      let result = await sendOnce(connection, mail, raw);
      for (const delayMs of throttleDelaysMs) {
        if (result.status === "sent" || result.code !== "rate_limited") break;
        // Jitter, so that recipients of one request do not come back together.
        const waitMs = delayMs * (0.5 + random());
        if (clock() + waitMs >= startBeforeMs) break;
        await sleep(waitMs);
        result = await sendOnce(connection, mail, raw);
      }
      return result;
    },
  };
}
