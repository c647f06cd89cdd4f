// One bulk that is being sent: portions of its recipients become messages, take their turns, and come back as ends.
import type { MimeContent } from "../../../shared/aws/mime.ts";
import { sendFailure, type SendFailureCode } from "../../../shared/aws/send-failure.ts";
import type { LinkFor, UnsubscribeLinks } from "../../../shared/aws/unsubscribe-links.ts";
import { bulkTriesDays } from "../../../shared/contract/api/bulk.ts";
import { recipientsPerBlock, type RecipientEnd } from "../../../shared/domain/bulk-progress.ts";
import { attemptTag, attemptIdOf } from "../../../shared/domain/message-tags.ts";
import type { AcceptedSend, AcceptedSends } from "../../../shared/store/accepted-sends.ts";
import { dueAtMs, type StoredBulk } from "../../../shared/store/bulk/bulk-item.ts";
import type { Bulks } from "../../../shared/store/bulk/bulks.ts";
import type { Connection } from "../../../shared/store/connections.ts";
import type { Suppressions } from "../../../shared/store/suppressions.ts";
import { log } from "../../runtime/log.ts";
import type { KeepContent } from "../keep-content.ts";
import { admit } from "./admit.ts";
import { prepareContent, type Addressed, type BulkContent, type ComposedMessage } from "./bulk-content.ts";
import { openRun, type BulkRun, type Placed, type RunDeps } from "./bulk-run.ts";
import { toLinkedMail } from "../unsubscribe.ts";
import { sendBegun, type SendDeps, type Shift } from "./send-message.ts";

export interface SendingDeps extends SendDeps, RunDeps {
  bulks: Pick<Bulks, "getContent" | "getRecipients" | "changeState">;
  suppressions: Pick<Suppressions, "findSuppressions">;
  keepContent: KeepContent;
  accepted: Pick<AcceptedSends, "recordAccepted">;
  unsubscribeLinks: Pick<UnsubscribeLinks, "linksOf">;
}

export interface Sending {
  /**
   * Begins some of those who wait, and resolves shortly before the last of them has had their turn, so that the next can be
   * begun meanwhile; what comes of it comes later.
   * @returns how many were begun
   */
  sendSome: (limit: number) => Promise<number>;
  /** Nobody is left to begin. */
  isExhausted: () => boolean;
  /** It has tried for so long that what holds it up is how it ends. */
  isLate: () => boolean;
  /** How it ends for all who have not been begun. */
  giveUp: (code: SendFailureCode, message: string) => Promise<void>;
  /** Resolves when nothing is under way any more and all is recorded; then the bulk is finished, if it is. */
  settle: () => Promise<void>;
}

/** Time to begin the next while the last ones of a portion still wait for their turns; so many more are in doubt after a crash. */
const leadSeconds = 0.1;

/** Messages at SES at once, and what they may hold in memory together. */
const maxUnderWay = 200;
const maxBytesUnderWay = 64_000_000;
const acceptedPerWrite = 25;
const triesMs = bulkTriesDays * 86_400_000;

interface Message extends ComposedMessage {
  recipients: Placed[];
}

export interface InHand {
  tenantId: string;
  connection: Connection;
  shift: Shift;
  fence: number;
  bulk: StoredBulk;
}

/** Undefined when the bulk is not to be sent any more. @throws what the table throws */
export async function openSending(deps: SendingDeps, inHand: InHand): Promise<Sending | undefined> {
  const { tenantId, bulk, fence, shift } = inHand;
  const run = await openRun(deps, tenantId, bulk, fence);
  if (!run) return undefined;
  const content = (await deps.bulks.getContent(tenantId, bulk)) as BulkContent;
  const prepared = prepareContent(content, await linksOf(deps, tenantId, content));
  const connection = {
    ...inHand.connection,
    configurationSet: content.configurationSet ?? inHand.connection.configurationSet,
  };
  const sizeBytes = JSON.stringify(content).length;
  const atOnce = Math.max(1, Math.min(maxUnderWay, Math.floor(maxBytesUnderWay / sizeBytes)));
  const underWay = new Set<Promise<void>>();
  const inTurn = new Set<Promise<void>>();
  const accepted: AcceptedSend[] = [];
  let isExhausted = false;
  let failure: { error: unknown } | undefined;

  const isLate = () => deps.clock() - dueAtMs(bulk) > triesMs;

  /** Its failure is everyone's: without the table nobody can be begun or recorded. */
  const start = (work: Promise<unknown>, among = underWay): void => {
    const task = work.then(
      () => undefined,
      (error: unknown) => {
        failure ??= { error };
      },
    );
    among.add(task);
    void task.finally(() => among.delete(task));
  };

  const assertWell = (): void => {
    if (failure) throw failure.error;
  };

  async function sendOne({ recipients, raw, content: read }: Message): Promise<void> {
    const indexes = recipients.map(({ index }) => index);
    const { address: sender } = content.mime.from;
    const sent = await sendBegun(deps, shift, connection, {
      sender,
      recipients: recipients.flatMap(({ address }) => ("mailbox" in address ? [address.mailbox.address] : [])),
      raw,
      tags: { ...content.tags, [attemptTag]: attemptIdOf(bulk.bulkId, content.isGroup ? 0 : indexes[0]!) },
    });
    const isGivenUp = sent === undefined && shift.hindrance && isLate();
    const end: RecipientEnd | undefined = isGivenUp
      ? { status: "failed", code: shift.hindrance!.code, message: shift.hindrance!.message }
      : sent;
    if (!end) return run!.putBack(indexes);
    if (end.status === "sent") {
      start(keep(read, indexes[0]!, recipients, end.messageId));
      note({
        messageId: end.messageId,
        recipient: recipients[0]!.recipient,
        acceptedAt: new Date(deps.clock()).toISOString(),
      });
    }
    await Promise.all(indexes.map((index) => run!.record(index, end)));
  }

  async function sendInTurn(messages: readonly Message[]): Promise<void> {
    for (const message of messages) {
      await shift.pace.takeTurn(message.recipients.length);
      while (underWay.size >= atOnce) await Promise.race(underWay);
      start(sendOne(message));
    }
  }

  /** What each recipient got is their own, where it was filled in; else it is the same for all. */
  const keep = (read: MimeContent, index: number, recipients: readonly Placed[], messageId: string): Promise<void> =>
    deps.keepContent(tenantId, {
      mailId: content.isTemplate ? `${bulk.bulkId}-${index}` : bulk.bulkId,
      content: async () => read,
      sentAtMs: deps.clock(),
      messages: recipients.map(({ recipient }) => ({ messageId, recipient })),
    });

  /** For the hourly look at whose events have not come; a mail does not depend on it. */
  function note(send: AcceptedSend): void {
    accepted.push(send);
    if (accepted.length >= acceptedPerWrite) start(writeAccepted());
  }

  async function writeAccepted(): Promise<void> {
    const sends = accepted.splice(0);
    if (sends.length === 0) return;
    await deps.accepted.recordAccepted(tenantId, connection.connectionId, sends).catch((error: unknown) => {
      log.warn("Accepted mails could not be noted for reconciliation.", { tenantId, bulkId: bulk.bulkId, error });
    });
  }

  async function finish(current: BulkRun): Promise<void> {
    if (!current.isDone()) return;
    await deps.bulks.changeState(tenantId, bulk, ["active"], "finished", { nowMs: deps.clock(), fence });
  }

  return {
    isExhausted: () => isExhausted,
    isLate,
    giveUp: async (code, message) => {
      await run.endWaiting({ status: "failed", code, message });
      isExhausted = true;
    },
    sendSome: async (limit) => {
      assertWell();
      const next = await run.listNext(content.isGroup ? recipientsPerBlock : Math.min(limit, atOnce));
      if (next.length === 0) {
        isExhausted = true;
        return 0;
      }
      const { ends, admitted } = await admit(deps.suppressions, tenantId, next, content.leaving?.subscription);
      const messages = await compose(admitted, ends);
      const begun = await run.begin(next, ends);
      if (!begun) {
        isExhausted = true;
        return 0;
      }
      const isBegun = new Set(begun.map(({ index }) => index));
      const ready = messages.filter(({ recipients }) => recipients.every(({ index }) => isBegun.has(index)));
      const lead = Math.floor((shift.pace.rate() * leadSeconds) / (ready[0]?.recipients.length ?? 1));
      const first = Math.max(0, ready.length - lead);
      await Promise.all(inTurn);
      await sendInTurn(ready.slice(0, first));
      start(sendInTurn(ready.slice(first)), inTurn);
      assertWell();
      return begun.length;
    },
    settle: async () => {
      while (inTurn.size + underWay.size > 0) await Promise.all([...inTurn, ...underWay]);
      await writeAccepted();
      assertWell();
      if (isExhausted) await finish(run);
    },
  };

  async function compose(admitted: (Placed & Addressed)[], ends: Map<number, RecipientEnd>): Promise<Message[]> {
    const messages: Message[] = [];
    const together = content.isGroup ? (admitted.length > 0 ? [admitted] : []) : admitted.map((one) => [one]);
    for (const recipients of together) {
      const composed = await prepared.compose(recipients);
      if ("raw" in composed) messages.push({ recipients, ...composed });
      else
        for (const { index } of recipients)
          ends.set(index, { status: "invalid", code: "invalid_data", message: composed.wrong });
    }
    return messages;
  }
}

/** Of mail that people can leave. */
async function linksOf(
  { unsubscribeLinks, clock }: Pick<SendingDeps, "unsubscribeLinks" | "clock">,
  tenantId: string,
  { leaving, mime }: BulkContent,
): Promise<LinkFor | undefined> {
  if (!leaving) return undefined;
  const { subscription, linksUrl: baseUrl } = leaving;
  const nowMs = clock();
  return unsubscribeLinks.linksOf(toLinkedMail({ tenantId, subscription, from: mime.from.address, nowMs, baseUrl }));
}

/** Of a bulk whose connection is gone: how it ends for everyone. */
export async function endWithoutConnection(
  deps: SendingDeps,
  { tenantId, bulk, fence }: Omit<InHand, "connection" | "shift">,
): Promise<void> {
  const run = await openRun(deps, tenantId, bulk, fence);
  if (!run) return;
  const { code, message } = sendFailure("connection_broken");
  await run.endWaiting({ status: "failed", code, message });
  if (run.isDone())
    await deps.bulks.changeState(tenantId, bulk, ["active"], "finished", { nowMs: deps.clock(), fence });
}
