// Attempts to send, in the Directory table. With an idempotency key what a mail is about to do is written before SES is
// asked; what came of it always after. Whether a mail that crashed in between went out is settled by its events, which carry
// the attempt's id as a tag: also for a mail of which nothing was written.
//
//   mail         MAIL#<tenantId>#<mailId> / MAIL         who was to be mailed, and the answer once there is one
//   settlement   same                     / SENT#<n>     SES has taken the mail's message n; written from events
//
// All expire `mailKeptDays` after the mail is due. Claims of idempotency keys: idempotency.ts.
import { DeleteCommand, PutCommand, QueryCommand, TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import { mailKeptDays } from "../contract/api/mail.ts";
import type { AttemptName } from "../domain/message-tags.ts";
import { isTransactionConflict } from "./condition.ts";
import { batchGet, batchWrite, type Item, type Key, type Table } from "./dynamo-batch.ts";
import { orUnavailable, realWaiting, waitBeforeTry, type Waiting } from "./dynamo-retry.ts";
import { claimWrite, findClaimInTheWay, releaseClaim, type IdempotencyClaim } from "./idempotency.ts";

export type { IdempotencyClaim } from "./idempotency.ts";

export interface AttemptedRecipient {
  /** Bare address, normalized; as the caller wrote it when it is no address. */
  recipient: string;
  /** Why it is no address: this recipient is in no message. */
  wrong?: string;
}

export interface MailAttempt {
  mailId: string;
  createdAtMs: number;
  /** When it is to be sent, if that is not now. */
  scheduledAtMs?: number;
  recipients: AttemptedRecipient[];
  /** One message, number 0, for all recipients; else recipient n has message n. */
  isGroup: boolean;
}

export interface RecordedAnswer {
  status: number;
  /** As it was sent: JSON. */
  body: string;
}

export interface Settlement {
  /** The SES message id. */
  messageId: string;
  /** Whom SES has sent it to: bare addresses, normalized. */
  recipients: string[];
}

export interface StoredMail extends MailAttempt {
  /** Absent while the request runs, and for ever when it crashed. */
  answer?: RecordedAnswer;
  /** By message number. */
  settlements: Map<number, Settlement>;
}

/** One message of one mail, or of one bulk, as an event names it. */
export interface SettledMessage extends Settlement, AttemptName {
  sentAtMs: number;
}

export type Attempts = ReturnType<typeof createAttempts>;

export const mailPartition = (tenantId: string, mailId: string): string => `MAIL#${tenantId}#${mailId}`;
const mailKey = (tenantId: string, mailId: string): Key => ({ pk: mailPartition(tenantId, mailId), sk: "MAIL" });
const settlementPrefix = "SENT#";

const maxConflicts = 5;
const secondsOfDay = 86_400;

const expiryOf = (dueAtMs: number): number => Math.floor(dueAtMs / 1000) + mailKeptDays * secondsOfDay;

const toMailItem = (tenantId: string, attempt: MailAttempt): Item => {
  const { mailId, createdAtMs, scheduledAtMs, recipients, isGroup } = attempt;
  return {
    ...mailKey(tenantId, mailId),
    createdAtMs,
    ...(scheduledAtMs === undefined ? {} : { scheduledAtMs }),
    recipients,
    ...(isGroup ? { isGroup } : {}),
    expiresAtSeconds: expiryOf(scheduledAtMs ?? createdAtMs),
  };
};

/** A mail that is written with its answer, and with what is to be sent of it: mail for later (bulk/bulks.ts). */
export const answeredMailItem = (tenantId: string, attempt: MailAttempt, answer: RecordedAnswer): Item => ({
  ...toMailItem(tenantId, attempt),
  answer,
});

/** The change of a mail's record that goes with another time for what is to be sent of it. */
export const rescheduledMail = (tenantId: string, mailId: string, scheduledAtMs: number) => ({
  key: mailKey(tenantId, mailId),
  members: { scheduledAtMs, expiresAtSeconds: expiryOf(scheduledAtMs) },
});

export function createAttempts({
  client,
  tableName,
  waiting = realWaiting,
  clock = Date.now,
}: Table & { waiting?: Waiting; clock?: () => number }) {
  const table: Table = { client, tableName };

  /**
   * Writes what is about to be sent and, with a claim, takes its key. Answers the claim that was there before, if any:
   * then nothing was written.
   * @throws AppError `unavailable`
   */
  async function beginMail(
    tenantId: string,
    attempt: MailAttempt,
    claim?: IdempotencyClaim,
  ): Promise<IdempotencyClaim | undefined> {
    const Item = toMailItem(tenantId, attempt);
    if (!claim) {
      await orUnavailable(client.send(new PutCommand({ TableName: tableName, Item })));
      return undefined;
    }
    const TransactItems = [claimWrite(tableName, tenantId, claim), { Put: { TableName: tableName, Item } }];
    for (let tries = 1; ; tries++) {
      try {
        await client.send(new TransactWriteCommand({ TransactItems }));
        return undefined;
      } catch (error) {
        const known = findClaimInTheWay(error, 0, claim.key);
        if (known) return known.resultId === claim.resultId ? undefined : known;
        // Two requests with one key at the same time: one of them finds the other's claim when it asks again.
        if (!isTransactionConflict(error) || tries === maxConflicts) return orUnavailable(Promise.reject(error));
        await waitBeforeTry(waiting, tries);
      }
    }
  }

  /**
   * Only for who began the mail: the record is written anew.
   * @param further items to write in the same call
   * @throws AppError `unavailable`
   */
  const recordAnswer = (
    tenantId: string,
    attempt: MailAttempt,
    answer: RecordedAnswer,
    further: readonly Item[] = [],
  ): Promise<void> =>
    batchWrite(
      table,
      [{ ...toMailItem(tenantId, attempt), answer }, ...further].map((put) => ({ put })),
      waiting,
    );

  /** Frees the key of a mail by which nobody was mailed: the same request may be tried again. */
  const releaseKey = (tenantId: string, key: string, mailId: string): Promise<void> =>
    releaseClaim(table, tenantId, key, mailId);

  /** Takes a beginning back: SES was not asked. */
  async function abandonMail(tenantId: string, mailId: string, key?: string): Promise<void> {
    await Promise.all([
      client.send(new DeleteCommand({ TableName: tableName, Key: mailKey(tenantId, mailId) })),
      ...(key === undefined ? [] : [releaseKey(tenantId, key, mailId)]),
    ]);
  }

  /**
   * A mail with what is known of its messages: a consistent read. Undefined for another tenant's, and for one that has
   * expired.
   * @throws AppError `unavailable`
   */
  async function findMail(tenantId: string, mailId: string, nowMs: number): Promise<StoredMail | undefined> {
    const { Items = [] } = await orUnavailable(
      client.send(
        new QueryCommand({
          TableName: tableName,
          KeyConditionExpression: "pk = :pk",
          ExpressionAttributeValues: { ":pk": mailPartition(tenantId, mailId) },
          ConsistentRead: true,
        }),
      ),
    );
    const alive = Items.filter(({ expiresAtSeconds }) => Number(expiresAtSeconds) * 1000 > nowMs);
    const mail = alive.find(({ sk }) => sk === "MAIL");
    const settled = alive.filter(({ sk }) => String(sk).startsWith(settlementPrefix));
    if (!mail) return mailOfSettlements(mailId, settled);
    return { ...parseMailItem(mailId, mail), settlements: new Map(settled.map(parseSettlement)) };
  }

  /**
   * Records that SES has taken messages, for mails that do not know yet. Idempotent. One read for each mail, and a
   * write only for what is in doubt: so, too, for a mail that crashed before anything was written of it.
   * @throws AppError `unavailable`
   */
  async function settleMessages(tenantId: string, messages: readonly SettledMessage[]): Promise<void> {
    const keys = [...new Set(messages.map(({ mailId }) => mailId))].map((mailId) => mailKey(tenantId, mailId));
    if (keys.length === 0) return;
    const mails = new Map((await batchGet(table, keys, { waiting })).map((item) => [String(item["pk"]), item]));
    const writes = messages.flatMap(({ mailId, messageNumber, messageId, recipients, sentAtMs }) => {
      const pk = mailPartition(tenantId, mailId);
      const mail = mails.get(pk);
      const hasSaidSo = mail && parseMailItem(mailId, mail).answer?.body.includes(JSON.stringify(messageId));
      const expiresAtSeconds = mail ? Number(mail["expiresAtSeconds"]) : expiryOf(sentAtMs);
      if (hasSaidSo || expiresAtSeconds * 1000 <= clock()) return [];
      const sk = `${settlementPrefix}${messageNumber}`;
      return [{ put: { pk, sk, messageId, recipients, sentAtMs, expiresAtSeconds } }];
    });
    const distinct = new Map(writes.map((write) => [`${write.put.pk} ${write.put.sk}`, write]));
    await batchWrite(table, [...distinct.values()], waiting);
  }

  return { beginMail, recordAnswer, releaseKey, abandonMail, findMail, settleMessages };
}

interface StoredMailItem extends Omit<MailAttempt, "mailId" | "isGroup"> {
  isGroup?: boolean;
  answer?: RecordedAnswer;
}

const parseMailItem = (mailId: string, item: Item): MailAttempt & { answer?: RecordedAnswer } => {
  const { createdAtMs, scheduledAtMs, recipients, isGroup = false, answer } = item as unknown as StoredMailItem;
  const scheduled = scheduledAtMs === undefined ? {} : { scheduledAtMs };
  return { mailId, createdAtMs, ...scheduled, recipients, isGroup, ...(answer ? { answer } : {}) };
};

const parseSettlement = ({ sk, messageId, recipients }: Item): [messageNumber: number, Settlement] => [
  Number(String(sk).slice(settlementPrefix.length)),
  { messageId: messageId as string, recipients: recipients as string[] },
];

/** What events alone tell of a mail: whoever SES has sent it to. */
function mailOfSettlements(mailId: string, items: readonly Item[]): StoredMail | undefined {
  if (items.length === 0) return undefined;
  const inOrder = items.map(parseSettlement).toSorted(([one], [other]) => one - other);
  const perRecipient = inOrder.flatMap(([, { messageId, recipients }]) =>
    recipients.map((recipient) => ({ messageId, recipients: [recipient] })),
  );
  return {
    mailId,
    createdAtMs: Math.min(...items.map(({ sentAtMs }) => Number(sentAtMs))),
    recipients: perRecipient.map(({ recipients }) => ({ recipient: recipients[0] ?? "" })),
    isGroup: false,
    settlements: new Map(perRecipient.entries()),
  };
}
