// A planned mail → SES: one message to each recipient, or one to all, at the account's rate, and what became of everyone.
import type { MailSender, SendResult } from "../../shared/aws/mail-sender.ts";
import { composeMime, type ComposedMime, type Mailbox } from "../../shared/aws/mime.ts";
import { sendFailure } from "../../shared/aws/send-failure.ts";
import { unsubscribeHeaders, type LinkFor } from "../../shared/aws/unsubscribe-links.ts";
import type { RecipientResult } from "../../shared/contract/api/mail.ts";
import { attemptTag, attemptIdOf } from "../../shared/domain/message-tags.ts";
import { standsAgainst, type Subscription } from "../../shared/domain/suppression.ts";
import type { Connection } from "../../shared/store/connections.ts";
import type { Suppression } from "../../shared/store/suppressions.ts";
import { log } from "../runtime/log.ts";
import { mapBounded } from "./bounded.ts";
import { resultOf } from "./known-results.ts";
import type { Pacer } from "./pacing.ts";
import type { MailPlan, PlannedRecipient } from "./plan-mail.ts";
import { namesLink, withLink } from "./unsubscribe.ts";

export interface DeliveryDeps {
  sender: Pick<MailSender, "sendMessage">;
  pacer: Pacer;
  clock: () => number;
  sleep: (ms: number) => Promise<unknown>;
}

export interface Delivery {
  mailId: string;
  connection: Connection;
  plan: MailPlan;
  composed: ComposedMime;
  suppressed: ReadonlyMap<string, Suppression>;
  /** Of mail that people can leave. */
  linkFor: LinkFor | undefined;
  /** Recipients a second; undefined: as SES takes them. */
  ratePerSecond: number | undefined;
  /** No message is begun from then on, ms since epoch. */
  startBeforeMs: number;
}

/** SES calls of one request at once, and what they may hold in memory together: a message is there several times over. */
const maxParallelSends = 10;
const maxParallelBytes = 16_000_000;

/** A caller waits so long for a place; whose place is later is queued. */
const maxPlaceMs = 1000;

/** A recipient who may be mailed. */
type Admitted = PlannedRecipient & { mailbox: Mailbox };

interface Message {
  number: number;
  recipients: Admitted[];
}

/** One result for each recipient of the plan, in its order. */
export async function deliver(deps: DeliveryDeps, delivery: Delivery): Promise<RecipientResult[]> {
  const gated = delivery.plan.recipients.map((recipient) =>
    gate(recipient, delivery.suppressed, delivery.plan.subscription),
  );
  const messages = messagesOf(delivery.plan, gated);
  const begin = placesOf(deps, delivery, messages);
  const limit = Math.max(1, Math.min(maxParallelSends, Math.floor(maxParallelBytes / delivery.composed.sizeBytes)));
  const results = await mapBounded(messages, limit, async (message, index) => {
    const place = begin[index]!;
    if ("failed" in place) return place.failed;
    const waitMs = place.atMs - deps.clock();
    if (waitMs > 0) await deps.sleep(waitMs);
    try {
      return await sendOne(deps, delivery, message);
    } catch (error) {
      // A fault of ours must not hide what became of the others.
      log.error("A message failed for a reason nobody foresaw.", { mailId: delivery.mailId, error });
      return sendFailure("no_answer");
    }
  });
  const byRecipient = new Map(
    messages.flatMap(({ recipients }, index) =>
      recipients.map(({ recipient }) => [recipient, results[index]!] as const),
    ),
  );
  return gated.map((one) => ("status" in one ? one : resultOf(one.recipient, byRecipient.get(one.recipient)!)));
}

/** A recipient who must not be mailed, with why, or one who may. */
function gate(
  recipient: PlannedRecipient,
  suppressed: Delivery["suppressed"],
  subscription: Subscription | undefined,
): RecipientResult | Admitted {
  const { recipient: name, address } = recipient;
  if ("wrong" in address)
    return { recipient: name, status: "invalid", code: "invalid_address", message: address.wrong };
  const { reasons = [] } = suppressed.get(name) ?? {};
  const standing = reasons.find((reason) => standsAgainst(reason, subscription));
  if (standing) {
    const { reason, list, since } = standing;
    return { recipient: name, status: "suppressed", reason, ...(list === undefined ? {} : { list }), since };
  }
  return { ...recipient, mailbox: address.mailbox };
}

function messagesOf({ isGroup }: MailPlan, gated: (RecipientResult | Admitted)[]): Message[] {
  const single = gated.flatMap((one, number) => ("status" in one ? [] : [{ number, recipients: [one] }]));
  if (!isGroup) return single;
  const recipients = single.flatMap((message) => message.recipients);
  return recipients.length > 0 ? [{ number: 0, recipients }] : [];
}

type Begin = { atMs: number } | { failed: SendResult };

/** When each message is to begin; those for whom there is no time fail at once. */
function placesOf({ pacer, clock }: DeliveryDeps, delivery: Delivery, messages: Message[]): Begin[] {
  const { connection, ratePerSecond, startBeforeMs } = delivery;
  const nowMs = clock();
  return messages.map(({ recipients }) => {
    if (ratePerSecond === undefined) return { atMs: nowMs };
    const withinMs = Math.min(maxPlaceMs, startBeforeMs - nowMs - 1);
    const place = pacer.takePlace(connection.connectionId, ratePerSecond, recipients.length, withinMs);
    if ("waitMs" in place) return { atMs: nowMs + place.waitMs };
    return { failed: sendFailure("rate_limited", "", Math.ceil(place.tooLateByMs / 1000)) };
  });
}

async function sendOne(
  { sender }: DeliveryDeps,
  delivery: Delivery,
  { number, recipients }: Message,
): Promise<SendResult> {
  const { mailId, connection, plan, startBeforeMs } = delivery;
  return sender.sendMessage(
    connection,
    {
      sender: plan.content.from.address,
      recipients: recipients.map(({ mailbox }) => mailbox.address),
      raw: await rawOf(delivery, recipients),
      tags: { ...plan.tags, [attemptTag]: attemptIdOf(mailId, number) },
    },
    { startBeforeMs },
  );
}

async function rawOf({ plan, composed, linkFor }: Delivery, recipients: Admitted[]): Promise<Uint8Array> {
  const named = (kind: PlannedRecipient["kind"]) =>
    recipients.filter((recipient) => recipient.kind === kind).map(({ mailbox }) => mailbox);
  const [first] = recipients;
  if (!linkFor || !first) return composed.addressedTo({ to: named("to"), cc: named("cc") });
  const link = await linkFor(first.recipient);
  const own = namesLink(plan.content) ? await composeMime(withLink(plan.content, link)) : composed;
  return own.addressedTo({ to: [first.mailbox] }, unsubscribeHeaders(link));
}
