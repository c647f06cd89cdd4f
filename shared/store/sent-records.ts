// What the Directory keeps of mail sent through us, as far as it is one person's: found by what their outcomes say, for there
// is no other way from an address to it. So records of mail that never became an outcome are not found; they expire.
import { DeleteCommand, QueryCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { acceptedKeptSeconds, acceptedPartition } from "./accepted-sends.ts";
import { attemptTag, parseAttemptId } from "../domain/message-tags.ts";
import type { Outcome } from "../domain/outcome.ts";
import { erasedText } from "../domain/pseudonym.ts";
import type { RecipientResult } from "../contract/api/mail.ts";
import { mailPartition, type RecordedAnswer } from "./attempts.ts";
import { createBulkPeople } from "./bulk/bulk-people.ts";
import { untilWon } from "./condition.ts";
import { batchGet, type Item, type Key, type Table } from "./dynamo-batch.ts";
import { queryPages } from "./dynamo-query.ts";
import { orUnavailable, realWaiting, type Waiting } from "./dynamo-retry.ts";

/** Between what SES says of when it took a mail, and our clock when the request was done: 30 s at most, and some for clocks. */
const aroundMs = 120_000;

type SentOutcome = Pick<Outcome, "messageId" | "sentAt" | "tags">;

/** What is recorded of a mail for one of its recipients. */
export interface SentRecord {
  mailId: string;
  /** ISO 8601 UTC. */
  createdAt: string;
  expiresAt: string;
  /** As it was answered; absent while that is not known. */
  result?: RecipientResult;
}

export type SentRecords = ReturnType<typeof createSentRecords>;

const attemptIdsOf = (outcomes: readonly SentOutcome[]): string[] =>
  outcomes.flatMap(({ tags }) => tags[attemptTag] ?? []);

/** Of the rest of a mail: its record names whom the rest went to (lambdas/mail/queue-rest.ts makes one id of the other). */
const mailIdOf = (id: string): string => id.replace(/^blk_/, "mai_");

const mailIdsOf = (outcomes: readonly SentOutcome[]): string[] => [
  ...new Set(
    attemptIdsOf(outcomes).flatMap((id) => {
      const { mailId } = parseAttemptId(id) ?? {};
      return mailId === undefined ? [] : [mailIdOf(mailId)];
    }),
  ),
];

/** The value with every text that is the address put out. */
function redact(value: unknown, address: string): unknown {
  if (typeof value === "string") return value === address ? erasedText : value;
  if (Array.isArray(value)) return value.map((each) => redact(each, address));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, redact(each, address)]));
}

const redactAnswer = (answer: RecordedAnswer, address: string): RecordedAnswer => ({
  ...answer,
  body: JSON.stringify(redact(JSON.parse(answer.body), address)),
});

const isoOf = (ms: number): string => new Date(ms).toISOString();

/** @param listConnectionIds of a tenant */
export function createSentRecords({
  client,
  tableName,
  listConnectionIds,
  clock,
  waiting = realWaiting,
}: Table & {
  listConnectionIds: (tenantId: string) => Promise<readonly string[]>;
  clock: () => number;
  waiting?: Waiting;
}) {
  const table: Table = { client, tableName };
  const bulkPeople = createBulkPeople({ client, tableName, clock, waiting });

  /**
   * Puts the address out of the records of these outcomes' mails, and of the bulks that they came by. Idempotent.
   * @param address normalized (shared/domain/address.ts)
   * @throws AppError `unavailable`
   */
  async function eraseSent(tenantId: string, address: string, outcomes: readonly SentOutcome[]): Promise<void> {
    for (const mailId of mailIdsOf(outcomes)) await eraseFromMail(tenantId, mailId, address);
    await bulkPeople.eraseFromBulksOf(tenantId, address, attemptIdsOf(outcomes));
    const oldest = isoOf(clock() - acceptedKeptSeconds * 1000);
    const recent = outcomes.filter(({ sentAt }) => sentAt > oldest);
    if (recent.length === 0) return;
    for (const connectionId of await listConnectionIds(tenantId))
      for (const outcome of recent) await eraseAccepted(tenantId, connectionId, outcome);
  }

  const eraseFromMail = (tenantId: string, mailId: string, address: string): Promise<void> =>
    untilWon(async () => {
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
      for (const item of Items) if (JSON.stringify(item).includes(address)) await replace(item, address);
    }, waiting);

  /** While nobody has recorded an answer since. */
  const replace = ({ pk, sk, recipients, answer }: Item, address: string) =>
    orUnavailable(
      client.send(
        new UpdateCommand({
          TableName: tableName,
          Key: { pk, sk },
          UpdateExpression: `SET #recipients = :recipients${answer ? ", #answer = :answer" : ""}`,
          ConditionExpression: `attribute_exists(pk) AND ${answer ? "#answer.#body = :was" : "attribute_not_exists(#answer)"}`,
          ExpressionAttributeNames: {
            "#recipients": "recipients",
            "#answer": "answer",
            ...(answer ? { "#body": "body" } : {}),
          },
          ExpressionAttributeValues: {
            ":recipients": redact(recipients, address),
            ...(answer
              ? {
                  ":answer": redactAnswer(answer as RecordedAnswer, address),
                  ":was": (answer as RecordedAnswer).body,
                }
              : {}),
          },
        }),
      ),
    );

  async function eraseAccepted(tenantId: string, connectionId: string, { messageId, sentAt }: SentOutcome) {
    const query = {
      KeyConditionExpression: "pk = :pk AND sk BETWEEN :from AND :before",
      FilterExpression: "messageId = :messageId",
      ExpressionAttributeValues: {
        ":pk": acceptedPartition(tenantId, connectionId),
        ":from": isoOf(Date.parse(sentAt) - aroundMs),
        ":before": isoOf(Date.parse(sentAt) + aroundMs),
        ":messageId": messageId,
      },
    };
    for await (const page of queryPages({ client, tableName }, query))
      for (const { pk, sk } of page)
        await orUnavailable(client.send(new DeleteCommand({ TableName: tableName, Key: { pk, sk } })));
  }

  /**
   * What is recorded of these outcomes' mails for the address, and of nobody else.
   * @throws AppError `unavailable`
   */
  async function findSentRecords(
    tenantId: string,
    address: string,
    outcomes: readonly SentOutcome[],
  ): Promise<SentRecord[]> {
    const keys = mailIdsOf(outcomes).map((mailId): Key => ({ pk: mailPartition(tenantId, mailId), sk: "MAIL" }));
    const items = keys.length === 0 ? [] : await batchGet(table, keys, { waiting });
    return items
      .filter(({ expiresAtSeconds }) => Number(expiresAtSeconds) * 1000 > clock())
      .map((item) => toSentRecord(item, address));
  }

  /**
   * Puts the address out of a portion of the tenant's bulks, and of the records of mails whose rest they are.
   * @throws AppError `unavailable`
   */
  const eraseFromBulks = (
    tenantId: string,
    address: string,
    portion: { after?: string | undefined; maxBlocks: number },
  ): Promise<{ after?: string | undefined }> =>
    bulkPeople.eraseFromBulks(tenantId, address, portion, (bulkId) =>
      eraseFromMail(tenantId, mailIdOf(bulkId), address),
    );

  const { findInBulks } = bulkPeople;
  return { eraseSent, findSentRecords, findInBulks, eraseFromBulks };
}

function toSentRecord({ pk, createdAtMs, expiresAtSeconds, answer }: Item, address: string): SentRecord {
  const results = answer
    ? (JSON.parse((answer as RecordedAnswer).body) as { recipients?: RecipientResult[] }).recipients
    : undefined;
  const result = results?.find(({ recipient }) => recipient === address);
  return {
    mailId: String(pk).split("#")[2] ?? "",
    createdAt: isoOf(Number(createdAtMs)),
    expiresAt: isoOf(Number(expiresAtSeconds) * 1000),
    ...(result ? { result } : {}),
  };
}
