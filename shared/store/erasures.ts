// Which addresses a tenant had erased, and when; and, while an erasure runs, what is still needed to finish it. Once it
// is done nothing here leads back to the address. Items: erasure-keys.ts. What is erased in the Ledger: ledger/erase-recipient.ts.
import {
  GetCommand,
  TransactWriteCommand,
  UpdateCommand,
  type DynamoDBDocumentClient,
  type UpdateCommandInput,
} from "@aws-sdk/lib-dynamodb";
import { maxRetentionDays } from "../domain/retention.ts";
import { isConditionFailed, untilWon } from "./condition.ts";
import { batchGet, type Item } from "./dynamo-batch.ts";
import { orUnavailable, realWaiting, unavailable, type Waiting } from "./dynamo-retry.ts";
import { erasureKey } from "./erasure-keys.ts";
import type { GetDigest } from "./keyed-digest.ts";
import { settingsKey } from "./settings.ts";

/** What both a running and a finished erasure say. */
interface ErasureFacts {
  /** ISO 8601 UTC: what belongs to messages that were sent then or before is erased. */
  erasedAt: string;
  /** Outcomes that got the pseudonym, as far as that was noted. */
  messages: number;
}

export type Erasure =
  | (ErasureFacts & { state: "done"; finishedAt: string })
  | (ErasureFacts & {
      state: "running";
      /** The request that it runs for; a newer one takes over. */
      runId: string;
      /** One more with each step that is done. */
      step: number;
      /** Needed until the end: it is the name of what is to be erased. */
      address: string;
      /** What stands in the address's place. */
      pseudonym: string;
      /** How far the address's items were gone through. */
      after?: string;
    });

export type RunningErasure = Extract<Erasure, { state: "running" }>;

export type Erasures = ReturnType<typeof createErasures>;

/** After the longest retention that there is, what was sent before the erasure is refused as expired. */
const keptSeconds = maxRetentionDays * 86_400;

const parseErasure = (item: Item): Erasure => {
  const { erasedAt, messages, state, finishedAt, runId, step, address, pseudonym, after } =
    item as unknown as ErasureFacts & Omit<RunningErasure, "state"> & { state: Erasure["state"]; finishedAt: string };
  if (state === "done") return { state, erasedAt, messages, finishedAt };
  return { state, erasedAt, messages, runId, step, address, pseudonym, ...(after === undefined ? {} : { after }) };
};

export function createErasures({
  client,
  tableName,
  getDigest,
  waiting = realWaiting,
}: {
  client: DynamoDBDocumentClient;
  tableName: string;
  getDigest: GetDigest;
  waiting?: Waiting;
}) {
  const table = { client, tableName };

  /** By which an erasure is known where the address must not be named. */
  const digestOf = async (tenantId: string, address: string): Promise<string> =>
    (await getDigest(tenantId))("address", address);

  async function readErasure(tenantId: string, addressDigest: string): Promise<Erasure | undefined> {
    const Key = erasureKey(tenantId, addressDigest);
    const { Item } = await orUnavailable(
      client.send(new GetCommand({ TableName: tableName, Key, ConsistentRead: true })),
    );
    return Item && parseErasure(Item);
  }

  /** @throws AppError `unavailable` */
  const findErasure = async (tenantId: string, address: string): Promise<Erasure | undefined> =>
    readErasure(tenantId, await digestOf(tenantId, address));

  /** The erasure that a request began, unless it is done or a newer request took over. */
  async function findRun(tenantId: string, addressDigest: string, runId: string): Promise<RunningErasure | undefined> {
    const erasure = await readErasure(tenantId, addressDigest);
    return erasure?.state === "running" && erasure.runId === runId ? erasure : undefined;
  }

  /**
   * From now on events of messages that were sent to the address until now are refused; everybody learns of it within half
   * a minute. An erasure that runs already is taken over, with its pseudonym.
   * @throws AppError `unavailable`
   */
  async function beginErasure(
    tenantId: string,
    { address, nowMs, runId, pseudonym }: { address: string; nowMs: number; runId: string; pseudonym: string },
  ): Promise<RunningErasure> {
    const addressDigest = await digestOf(tenantId, address);
    const begin = {
      TableName: tableName,
      Key: erasureKey(tenantId, addressDigest),
      UpdateExpression: [
        "SET erasedAt = :erasedAt, #state = :running, runId = :runId, #step = :zero, messages = :zero",
        "#address = :address, pseudonym = if_not_exists(pseudonym, :pseudonym)",
        "expiresAtSeconds = :expires REMOVE #after, finishedAt",
      ].join(", "),
      ExpressionAttributeNames: { "#state": "state", "#step": "step", "#address": "address", "#after": "after" },
      ExpressionAttributeValues: {
        ":erasedAt": new Date(nowMs).toISOString(),
        ":running": "running",
        ":runId": runId,
        ":address": address,
        ":pseudonym": pseudonym,
        ":zero": 0,
        ":expires": Math.floor(nowMs / 1000) + keptSeconds,
      },
    };
    const mark = {
      TableName: tableName,
      Key: settingsKey(tenantId),
      UpdateExpression: "SET hasErasures = :true",
      ExpressionAttributeValues: { ":true": true },
    };
    const TransactItems = [{ Update: begin }, { Update: mark }];
    await orUnavailable(untilWon(() => client.send(new TransactWriteCommand({ TransactItems })), waiting));
    const erasure = await findRun(tenantId, addressDigest, runId);
    if (!erasure) throw unavailable(new Error("Another request for the same erasure took over."));
    return erasure;
  }

  /** Counts what was erased. Without effect once another request took over, or the erasure is done. */
  const noteErased = (tenantId: string, { address, runId }: RunningErasure, messages: number): Promise<boolean> =>
    update(tenantId, address, {
      UpdateExpression: "ADD messages :messages",
      ConditionExpression: "runId = :runId",
      ExpressionAttributeValues: { ":messages": messages, ":runId": runId },
    });

  /** Says how far the erasure is. False when another request took over, or somebody else did this step. */
  const moveErasure = (
    tenantId: string,
    { address, runId, step }: RunningErasure,
    { after, messages }: { after: string; messages: number },
  ): Promise<boolean> =>
    update(tenantId, address, {
      UpdateExpression: "SET #step = :next, #after = :after ADD messages :messages",
      ConditionExpression: "runId = :runId AND #step = :step",
      ExpressionAttributeNames: { "#step": "step", "#after": "after" },
      ExpressionAttributeValues: {
        ":next": step + 1,
        ":after": after,
        ":messages": messages,
        ":runId": runId,
        ":step": step,
      },
    });

  /** Forgets the address too. False as of `moveErasure`. */
  const finishErasure = (
    tenantId: string,
    { address, runId, step }: RunningErasure,
    { messages, nowMs }: { messages: number; nowMs: number },
  ): Promise<boolean> =>
    update(tenantId, address, {
      UpdateExpression:
        "SET #state = :done, finishedAt = :now REMOVE #address, pseudonym, runId, #step, #after ADD messages :messages",
      ConditionExpression: "runId = :runId AND #step = :step",
      ExpressionAttributeNames: { "#state": "state", "#address": "address", "#step": "step", "#after": "after" },
      ExpressionAttributeValues: {
        ":done": "done",
        ":now": new Date(nowMs).toISOString(),
        ":messages": messages,
        ":runId": runId,
        ":step": step,
      },
    });

  /** False when the condition did not hold. */
  async function update(
    tenantId: string,
    address: string,
    expressions: Omit<UpdateCommandInput, "TableName" | "Key">,
  ): Promise<boolean> {
    const Key = erasureKey(tenantId, await digestOf(tenantId, address));
    try {
      await orUnavailable(client.send(new UpdateCommand({ TableName: tableName, Key, ...expressions })));
      return true;
    } catch (error) {
      if (isConditionFailed(error)) return false;
      throw error;
    }
  }

  /**
   * When each of the addresses was erased; those never erased are left out.
   * @throws AppError `unavailable`
   */
  async function findErasureTimes(tenantId: string, addresses: readonly string[]): Promise<Map<string, string>> {
    const digest = await getDigest(tenantId);
    const byDigest = new Map(addresses.map((address) => [digest("address", address), address]));
    const keys = [...byDigest.keys()].map((addressDigest) => erasureKey(tenantId, addressDigest));
    const items = await batchGet(table, keys, { waiting });
    return new Map(items.map((item) => [byDigest.get(String(item["sk"]))!, String(item["erasedAt"])]));
  }

  return {
    digestOf,
    findErasure,
    findRun,
    findErasureTimes,
    beginErasure,
    noteErased,
    moveErasure,
    finishErasure,
  };
}
