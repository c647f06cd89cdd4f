// An SES that takes time, has a rate and a quota, and throttles at random: for tests of what sends from lines.
import type { OutgoingMessage } from "../../shared/aws/mail-sender.ts";
import { sendFailure, type SendFailureCode } from "../../shared/aws/send-failure.ts";
import type { SendQuota } from "../../shared/aws/send-rate.ts";
import { attemptTag } from "../../shared/domain/message-tags.ts";
import { createRandom } from "./chaos/random.ts";
import type { VirtualTime } from "./virtual-time.ts";

export interface AcceptedMail {
  messageId: string;
  recipients: string[];
  attempt: string;
  raw: string;
  atMs: number;
}

export interface SesAccount {
  ratePerSecond: number;
  left: number;
  accepted: AcceptedMail[];
  throttled: number;
  /** What it refuses everything with. */
  refuses?: SendFailureCode;
  tokens: number;
  filledAtMs: number;
}

export interface SimulatedSes {
  /** Of a connection; made when it is first asked for. */
  account: (connectionId: string) => SesAccount;
  /** How often it was asked to send, by anyone. */
  asked: () => number;
  findSendQuota: (connection: { connectionId: string }) => Promise<SendQuota>;
  sendMessage: (
    connection: { connectionId: string },
    message: OutgoingMessage,
  ) => Promise<{ status: "sent"; messageId: string } | ReturnType<typeof sendFailure>>;
}

export interface SimulatedSesOptions {
  ratePerSecond?: number;
  /** So much of its rate it takes at once after a pause: a sender that bursts more is throttled. */
  burstSeconds?: number;
  /** Of an answer. */
  latencyMs?: number;
  /** Of messages that are throttled for no reason of ours. */
  throttledShare?: number;
  seed?: number;
}

export function createSimulatedSes(
  { clock, sleep }: Pick<VirtualTime, "clock" | "sleep">,
  { ratePerSecond = 200, burstSeconds = 0.5, latencyMs = 100, throttledShare = 0, seed = 1 }: SimulatedSesOptions = {},
): SimulatedSes {
  const random = createRandom(seed);
  const accounts = new Map<string, SesAccount>();
  let messages = 0;
  let asked = 0;

  const account = (connectionId: string): SesAccount => {
    const known = accounts.get(connectionId) ?? {
      ratePerSecond,
      left: Infinity,
      accepted: [],
      throttled: 0,
      tokens: ratePerSecond * burstSeconds,
      filledAtMs: clock(),
    };
    accounts.set(connectionId, known);
    return known;
  };

  /** Takes from the rate, or does not. */
  function isTooFast(of: SesAccount, recipients: number): boolean {
    const most = Math.max(1, of.ratePerSecond * burstSeconds);
    of.tokens = Math.min(most, of.tokens + ((clock() - of.filledAtMs) / 1000) * of.ratePerSecond);
    of.filledAtMs = clock();
    if (of.tokens < Math.min(recipients, most)) return true;
    of.tokens -= recipients;
    return false;
  }

  return {
    account,
    asked: () => asked,
    findSendQuota: async ({ connectionId }) => {
      await sleep(latencyMs);
      const { ratePerSecond: rate, left } = account(connectionId);
      return { ratePerSecond: rate, left };
    },
    sendMessage: async ({ connectionId }, { recipients, tags, raw }) => {
      const of = account(connectionId);
      asked += 1;
      await sleep(latencyMs / 2);
      if (of.refuses) return sendFailure(of.refuses);
      if (of.left < recipients.length) return sendFailure("quota_exceeded");
      if (random.chance(throttledShare) || isTooFast(of, recipients.length)) {
        of.throttled += 1;
        return sendFailure("rate_limited");
      }
      of.left -= recipients.length;
      const messageId = `ses-${(messages += 1)}`;
      of.accepted.push({
        messageId,
        recipients,
        attempt: tags[attemptTag] ?? "",
        raw: new TextDecoder().decode(raw),
        atMs: clock(),
      });
      await sleep(latencyMs / 2);
      return { status: "sent", messageId };
    },
  };
}
