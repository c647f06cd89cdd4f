// What an operator's redrive does with the projector's dead letters, over the laptop's SQS.
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { listDeadLetters, type DeadLetter } from "../../cli/dead-letters.ts";
import { countVisible } from "../../cli/deployed-queues.ts";
import { redriveProjectorLetters } from "../../cli/redrive-projector.ts";
import { operatorId, startConnectedCloud, type ConnectedCloud } from "../support/connected-cloud.ts";

let cloud: ConnectedCloud;
let sqs: SQSClient;
let queueUrl: string;

beforeAll(async () => {
  cloud = await startConnectedCloud();
  queueUrl = `${cloud.endpoint}/${operatorId}/events`;
});
afterAll(() => cloud.stop());
beforeEach(() => {
  const credentials = cloud.identity.rootCredentials(operatorId);
  sqs = new SQSClient({ region: "us-east-1", endpoint: cloud.endpoint, credentials });
});
afterEach(async () => {
  await cloud.takeEvents();
  sqs.destroy();
});

const put = (body: unknown) =>
  sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(body) }));

const setAside = (tenantId: string, messageId: string) => ({
  shardId: "shard-1",
  sequenceNumber: "1",
  keys: { pk: { S: `O#${tenantId}#ada@example.com` }, sk: { S: `M#${messageId}` } },
});

async function receiveAll(): Promise<DeadLetter[]> {
  const letters: DeadLetter[] = [];
  for await (const batch of listDeadLetters(sqs, { queueUrl })) letters.push(...batch);
  return letters;
}

test("each tenant is recounted once, and its letters are taken away", async () => {
  for (const number of [1, 2, 3]) await put(setAside("ten_ada", `message-${number}`));
  await put(setAside("ten_bob", "message-1"));
  const recounted: string[] = [];

  await redriveProjectorLetters(sqs, queueUrl, await receiveAll(), async (tenantId) => void recounted.push(tenantId));

  expect(recounted.toSorted()).toEqual(["ten_ada", "ten_bob"]);
  expect(await countVisible(sqs, queueUrl)).toBe(0);
});

test("a recount that fails leaves its letters and those after it, for the next try at once", async () => {
  for (const tenantId of ["ten_ada", "ten_bob", "ten_eve"]) await put(setAside(tenantId, "message-1"));
  const recount = async (tenantId: string) => {
    if (tenantId === "ten_bob") throw new Error("another recount is under way");
  };

  const redriving = redriveProjectorLetters(sqs, queueUrl, await receiveAll(), recount);

  await expect(redriving).rejects.toThrow("another recount");
  expect(await countVisible(sqs, queueUrl)).toBe(2);
});

test("letters that name no outcome are left", async () => {
  await put({ requestContext: { condition: "RetryAttemptsExhausted" }, DDBStreamBatchInfo: { shardId: "shard-1" } });
  await put({ keys: { pk: { S: "C#ten_ada#2026-11" }, sk: { S: "D#2026-11-23" } } });
  await put("no letter");

  await redriveProjectorLetters(sqs, queueUrl, await receiveAll(), async () =>
    expect.fail("nobody is to be recounted"),
  );

  expect(await countVisible(sqs, queueUrl)).toBe(3);
});
