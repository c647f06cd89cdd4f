// What arrives besides and must leave no trace: events of nobody's account, of mails long past their retention, notices that
// are no events, and what cannot be read.
import type { ConnectedAccount } from "../event-functions.ts";
import { eventBridgeBody } from "./deliveries.ts";
import type { Fact } from "./facts.ts";
import type { Random } from "./random.ts";

export interface Strays {
  bodies: string[];
  /** Those of them that can never be stored: they belong on the dead-letter queue. */
  unreadable: string[];
  /** Messages that nothing may be known of. */
  unknownMessageIds: string[];
}

const dayMs = 86_400_000;
/** Longer than anything is kept by default (400 days). */
const expiredMs = 500 * dayMs;

const sendOf = (random: Random, account: ConnectedAccount, sentAtMs: number): Fact => ({
  mail: {
    account,
    messageId: `stray-${random.hex(16)}`,
    sentAtMs,
    from: "orders@shop.example",
    subject: "An old offer",
    recipients: [`stray-${random.hex(4)}@example.com`],
    tags: {},
  },
  type: "send",
  recipients: [],
  body: {},
  copies: [{ style: "eventPublishing", atMs: sentAtMs, mailAtMs: sentAtMs }],
});

/** So many of each kind. */
export function makeStrays(random: Random, each: number, account: ConnectedAccount, nowMs: number): Strays {
  const strangers = { tenantId: "", accountId: "999999999999", region: "us-east-1" };
  const times = Array.from({ length: each }, () => nowMs - random.integer(dayMs, 4 * dayMs));
  const facts = times.flatMap((timeMs) => [
    sendOf(random, strangers, timeMs),
    sendOf(random, account, timeMs - expiredMs),
  ]);
  const bodyOf = (fact: Fact) => eventBridgeBody(random, fact, fact.copies[0]!);
  const unreadable = times.map((timeMs) =>
    bodyOf(sendOf(random, account, timeMs)).replace('"messageId"', '"unknownId"'),
  );
  const notices = times.map(() =>
    JSON.stringify({
      source: "aws.ses",
      "detail-type": "Sending Status Enabled",
      account: account.accountId,
      region: account.region,
      detail: { version: "1.0.0", data: { origin: "AWS_MANAGED" } },
    }),
  );
  return {
    bodies: [...facts.map(bodyOf), ...unreadable, ...notices],
    unreadable,
    unknownMessageIds: facts.map(({ mail }) => mail.messageId),
  };
}
