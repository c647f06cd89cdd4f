import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createDeadLetterQueue, type DeadLetterQueue } from "../../../shared/aws/dead-letter-queue.ts";
import { queueArn, startCloud, type TestCloud } from "../../local/eventbridge-setup.ts";

describe("a dead-letter queue", () => {
  let cloud: TestCloud;
  let deadLetters: DeadLetterQueue;

  beforeEach(async () => {
    cloud = await startCloud();
    const { ref } = await cloud.declare("AWS::SQS::Queue", "Dead", { QueueName: "dead" });
    deadLetters = createDeadLetterQueue({ client: cloud.sqs(), queueUrl: ref });
  });
  afterEach(async () => {
    await cloud.close();
  });

  const receive = async () => (await cloud.queues.receive(queueArn("dead"), 1))[0];

  it("keeps what is set aside as it came, with the reason and where it was found", async () => {
    await deadLetters.setAside('{"mail":{}}', { reason: "mail.messageId is missing", path: "mail.messageId" });

    expect(await receive()).toMatchObject({
      body: '{"mail":{}}',
      messageAttributes: {
        reason: { StringValue: "mail.messageId is missing" },
        path: { StringValue: "mail.messageId" },
      },
    });
  });

  it("takes a body and a reason with characters that SQS refuses", async () => {
    await deadLetters.setAside("a\u0000b \u{1F600}", { reason: `${"\u{1F600}".repeat(250)}\u0001` });
    await deadLetters.setAside("", { reason: "" });

    const bodies = new Set([await receive(), await receive()].map((message) => message?.body));
    expect(bodies).toEqual(new Set(["?", "a?b \u{1F600}"]));
  });

  it("fails when the queue is not there, so that nothing is acknowledged that nobody has", async () => {
    const missing = createDeadLetterQueue({
      client: cloud.sqs(),
      queueUrl: `${cloud.queues.urlOf(queueArn("dead"))}-not`,
    });

    await expect(missing.setAside("body", { reason: "reason" })).rejects.toMatchObject({ name: "QueueDoesNotExist" });
  });
});
