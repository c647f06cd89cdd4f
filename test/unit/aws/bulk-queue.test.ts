import type { SendMessageCommand } from "@aws-sdk/client-sqs";
import { describe, expect, it } from "vitest";
import { createBulkQueue } from "../../../shared/aws/bulk-queue.ts";

function setUp() {
  const sent: SendMessageCommand["input"][] = [];
  const client = {
    send: async (command: SendMessageCommand) => void sent.push(command.input),
  } as never;
  return {
    queue: createBulkQueue({ client, queueUrl: "https://sqs.us-east-1.amazonaws.com/111111111111/lines" }),
    sent,
  };
}

const job = { kind: "line", tenantId: "ten_ada", connectionId: "con_a" } as const;

describe("the queue of lines", () => {
  it("groups messages by tenant: when many wait, SQS hands out those of quiet tenants first", async () => {
    const { queue, sent } = setUp();

    await queue.send(job);

    expect(sent).toMatchObject([{ MessageGroupId: "ten_ada", MessageBody: JSON.stringify(job), DelaySeconds: 0 }]);
  });

  it("delays by whole seconds, and by no more than the quarter of an hour that SQS knows", async () => {
    const { queue, sent } = setUp();

    for (const delaySeconds of [0.2, 61, 3600, -5]) await queue.send(job, { delaySeconds });

    expect(sent.map(({ DelaySeconds }) => DelaySeconds)).toEqual([1, 61, 900, 0]);
  });
});
