import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { AwsError } from "../../local/protocol.ts";
import {
  busArn,
  customerId,
  operatorId,
  queueArn,
  region,
  startCloud,
  strangerId,
  type TestCloud,
} from "./eventbridge-setup.ts";

const nowMs = Date.parse("2026-11-23T08:00:00.789Z");
const clock = () => nowMs;
const opened = {
  source: "aws.ses",
  "detail-type": "Email Opened",
  detail: { eventType: "Open" },
  resources: ["arn:aws:ses:us-east-1:222222222222:configuration-set/main"],
};
const sesEvents = { source: ["aws.ses"] };
const queueTarget = { Id: "queue", Arn: queueArn("events") };
const customerRule = `arn:aws:events:${region}:${customerId}:rule/forward`;

/** A queue that the given rules may send to. */
async function declareQueue(cloud: TestCloud, name: string, ruleArns: string[], accountId = operatorId) {
  const { ref } = await cloud.declare("AWS::SQS::Queue", name, { QueueName: name }, accountId);
  const Statement = ruleArns.map((ruleArn) => ({
    Effect: "Allow",
    Principal: { Service: "events.amazonaws.com" },
    Action: "sqs:SendMessage",
    Resource: queueArn(name, accountId),
    Condition: { ArnEquals: { "aws:SourceArn": ruleArn } },
  }));
  const PolicyDocument = { Version: "2012-10-17", Statement };
  await cloud.declare("AWS::SQS::QueuePolicy", `${name}Policy`, { Queues: [ref], PolicyDocument }, accountId);
}

const declareRole = async (
  cloud: TestCloud,
  name: string,
  service = "events.amazonaws.com",
  accountId = customerId,
) => {
  const AssumeRolePolicyDocument = {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }],
  };
  const created = await cloud.declare("AWS::IAM::Role", name, { RoleName: name, AssumeRolePolicyDocument }, accountId);
  return String(created.attributes["Arn"]);
};

describe("from a customer's default bus to our queue", () => {
  let cloud: TestCloud;
  let roleArn: string;

  beforeEach(async () => {
    cloud = await startCloud({ clock });
    roleArn = await declareRole(cloud, "forwarder");
    await cloud.declare("AWS::Events::EventBus", "Bus", { Name: "sesami" });
    await declareQueue(cloud, "events", [`arn:aws:events:${region}:${operatorId}:rule/sesami/store`]);
    await declareQueue(cloud, "undelivered", [customerRule], customerId);
    await cloud.declare("AWS::Events::Rule", "Store", {
      Name: "store",
      EventBusName: "sesami",
      EventPattern: sesEvents,
      Targets: [queueTarget],
    });
  });
  afterEach(async () => {
    await cloud.close();
  });

  const admitCustomer = (Condition?: object) =>
    cloud.declare("AWS::Events::EventBusPolicy", "Admit", {
      EventBusName: "sesami",
      StatementId: "customer",
      Statement: {
        Effect: "Allow",
        Principal: { AWS: `arn:aws:iam::${customerId}:root` },
        Action: "events:PutEvents",
        Resource: busArn("sesami"),
        ...(Condition && { Condition }),
      },
    });

  const forward = (RoleArn: string = roleArn) =>
    cloud.declare(
      "AWS::Events::Rule",
      "Forward",
      {
        Name: "forward",
        EventPattern: sesEvents,
        Targets: [
          {
            Id: "sesami",
            Arn: busArn("sesami"),
            RoleArn,
            DeadLetterConfig: { Arn: queueArn("undelivered", customerId) },
          },
        ],
      },
      customerId,
    );

  const publishAndDrain = async () => {
    const id = cloud.eventBridge.publishFromService(customerId, region, opened);
    await cloud.eventBridge.drain();
    return id;
  };

  const deadLetter = async () => {
    const [message] = await cloud.queues.receive(queueArn("undelivered", customerId), 1);
    const attributes = Object.entries(message?.messageAttributes ?? {});
    return {
      message,
      attributes: Object.fromEntries(attributes.map(([name, { StringValue }]) => [name, StringValue])),
    };
  };

  test("an event arrives with the sender's account and its time cut to the second", async () => {
    await admitCustomer({ StringEquals: { "events:source": "aws.ses" } });
    await forward();

    const id = await publishAndDrain();

    expect(await cloud.bodies(queueArn("events"))).toEqual([
      { ...opened, version: "0", id, account: customerId, region, time: "2026-11-23T08:00:00Z" },
    ]);
    expect(cloud.logged).toEqual([]);
  });

  test("an event whose account the bus does not admit goes to the rule's dead-letter queue, with the reason", async () => {
    await forward();

    const id = await publishAndDrain();
    const { message, attributes } = await deadLetter();

    expect(await cloud.bodies(queueArn("events"))).toEqual([]);
    expect(JSON.parse(message?.body ?? "{}")).toMatchObject({ id, account: customerId });
    expect(attributes).toMatchObject({
      RULE_ARN: customerRule,
      TARGET_ARN: busArn("sesami"),
      ERROR_CODE: "NO_PERMISSIONS",
    });
    expect(attributes["ERROR_MESSAGE"]).toContain(busArn("sesami"));
    expect(cloud.logged).toHaveLength(1);
  });

  test("an event of another source than the policy's condition names is not admitted", async () => {
    await admitCustomer({ StringEquals: { "events:source": "aws.s3" } });
    await forward();

    await publishAndDrain();

    expect(await cloud.bodies(queueArn("events"))).toEqual([]);
    expect((await deadLetter()).attributes["ERROR_CODE"]).toBe("NO_PERMISSIONS");
  });

  test("a role that does not trust EventBridge delivers nothing", async () => {
    await admitCustomer();
    await forward(await declareRole(cloud, "for-lambda", "lambda.amazonaws.com"));

    await publishAndDrain();

    expect(await cloud.bodies(queueArn("events"))).toEqual([]);
    expect((await deadLetter()).attributes["ERROR_CODE"]).toBe("FAILED_TO_ASSUME_ROLE");
  });

  test("a rule to another account's bus needs a role, of its own account", async () => {
    const declare = (target: object) =>
      cloud.declare("AWS::Events::Rule", "Bad", { EventPattern: sesEvents, Targets: [target] }, customerId);

    await expect(declare({ Id: "a", Arn: busArn("sesami") })).rejects.toThrow("RoleArn is required");
    await expect(
      declare({ Id: "a", Arn: busArn("sesami"), RoleArn: `arn:aws:iam::${strangerId}:role/x` }),
    ).rejects.toThrow("not of the rule's account");
  });

  test("an event that came from another account is not sent on to a third one", async () => {
    await admitCustomer();
    await forward();
    const ownRole = await declareRole(cloud, "onward", "events.amazonaws.com", operatorId);
    await cloud.declare("AWS::Events::Rule", "Onward", {
      EventBusName: "sesami",
      EventPattern: sesEvents,
      Targets: [{ Id: "third", Arn: busArn("default", strangerId), RoleArn: ownRole }],
    });

    await publishAndDrain();

    expect(await cloud.bodies(queueArn("events"))).toHaveLength(1);
    expect(cloud.logged.join()).toContain("THIRD_ACCOUNT_HOP_DETECTED");
  });

  test("a bus that is not there is a dead letter too", async () => {
    await cloud.declare(
      "AWS::Events::Rule",
      "Lost",
      {
        Name: "forward",
        EventPattern: sesEvents,
        Targets: [
          {
            Id: "a",
            Arn: busArn("nowhere"),
            RoleArn: roleArn,
            DeadLetterConfig: { Arn: queueArn("undelivered", customerId) },
          },
        ],
      },
      customerId,
    );

    await publishAndDrain();

    expect((await deadLetter()).attributes["ERROR_CODE"]).toBe("NO_RESOURCE");
  });
});

describe("the targets of a rule", () => {
  const ruleArn = `arn:aws:events:${region}:${operatorId}:rule/all`;
  let cloud: TestCloud | undefined;
  afterEach(async () => {
    await cloud?.close();
    cloud = undefined;
  });

  async function start(target: object, settings: Parameters<typeof startCloud>[0] = {}, rule: object = {}) {
    cloud = await startCloud({ clock, ...settings });
    await declareQueue(cloud, "events", [ruleArn]);
    await declareQueue(cloud, "dead", [ruleArn]);
    const properties = { Name: "all", EventPattern: sesEvents, Targets: [{ ...queueTarget, ...target }], ...rule };
    await cloud.declare("AWS::Events::Rule", "All", properties);
    return cloud;
  }

  const publish = async (running: TestCloud, event = opened) => {
    const id = running.eventBridge.publishFromService(operatorId, region, event);
    await running.eventBridge.drain();
    return id;
  };

  test("get nothing of what the pattern does not match, nor while the rule is disabled", async () => {
    const running = await start({});
    await publish(running, { ...opened, source: "aws.s3" });
    await running.declare("AWS::Events::Rule", "All", {
      Name: "all",
      EventPattern: sesEvents,
      State: "DISABLED",
      Targets: [queueTarget],
    });

    await publish(running);

    expect(await running.bodies(queueArn("events"))).toEqual([]);
  });

  test("a queue whose policy does not name the rule gets nothing, and the log says so", async () => {
    const running = await start({});
    await declareQueue(running, "events", [`${ruleArn}-other`]);

    await publish(running);

    expect(await running.bodies(queueArn("events"))).toEqual([]);
    expect(running.logged).toEqual([expect.stringContaining("NO_PERMISSIONS")]);
  });

  test("a dead-letter queue whose policy does not name the rule gets nothing, and the log says that too", async () => {
    const running = await start({ Arn: queueArn("missing"), DeadLetterConfig: { Arn: queueArn("dead") } });
    await declareQueue(running, "dead", []);

    await publish(running);

    expect(await running.bodies(queueArn("dead"))).toEqual([]);
    expect(running.logged).toEqual([expect.stringContaining("NO_RESOURCE"), expect.stringContaining("could not bury")]);
  });

  test("that fail for a while are tried again", async () => {
    let failures = 2;
    const running = await start(
      {},
      {
        eventFaults: (operation) => {
          if (operation !== "Deliver" || failures === 0) return;
          failures -= 1;
          throw new AwsError("ServiceUnavailable", "injected", { status: 503 });
        },
      },
    );

    await publish(running);

    expect(failures).toBe(0);
    expect(await running.bodies(queueArn("events"))).toHaveLength(1);
  });

  test("that keep failing get no more than the retry policy allows, and then the dead-letter queue does", async () => {
    const running = await start(
      { DeadLetterConfig: { Arn: queueArn("dead") }, RetryPolicy: { MaximumRetryAttempts: 1 } },
      {
        eventFaults: (operation) => {
          if (operation === "Deliver") throw new AwsError("ServiceUnavailable", "injected", { status: 503 });
        },
      },
    );

    await publish(running);
    const [message] = await running.queues.receive(queueArn("dead"), 1);

    expect(message?.messageAttributes).toMatchObject({
      ERROR_CODE: { StringValue: "ERROR_FROM_TARGET" },
      EXHAUSTED_RETRY_CONDITION: { StringValue: "MaximumRetryAttempts" },
      RETRY_ATTEMPTS: { StringValue: "1" },
    });
  });

  test("get every n-th event twice when asked to, under the same id", async () => {
    const running = await start({}, { duplicateEvery: 2 });

    const ids = [await publish(running), await publish(running), await publish(running)];
    const bodies = (await running.bodies(queueArn("events"))) as { id: string }[];

    expect(bodies.map(({ id }) => id)).toEqual([ids[0], ids[1], ids[1], ids[2]]);
  });

  test("of Lambda are invoked for the rule, with the event", async () => {
    const invocations: unknown[][] = [];
    const Arn = `arn:aws:lambda:${region}:${operatorId}:function:take`;
    const running = await start(
      { Arn },
      {
        functions: {
          invoke: (...call) => {
            invocations.push(call);
            return Promise.resolve(undefined);
          },
        },
      },
    );

    const id = await publish(running);

    expect(invocations).toEqual([
      [
        Arn,
        expect.objectContaining({ id, source: "aws.ses" }),
        { service: "events.amazonaws.com", sourceArn: ruleArn },
      ],
    ]);
  });

  // Source of the templates and what they make: user guide, "Amazon EventBridge input transformation".
  test.each<[name: string, input: object, expected: string]>([
    ["a constant", { Input: '{"fixed":true}' }, '{"fixed":true}'],
    ["a part", { InputPath: "$.detail" }, '{"instance":"i-0123456789","state":"RUNNING"}'],
    ["an element", { InputPath: "$.resources[0]" }, '"arn:one"'],
    [
      "a sentence",
      {
        InputTransformer: {
          InputPathsMap: { instance: "$.detail.instance", state: "$.detail.state" },
          InputTemplate: '"instance <instance> is in <state>"',
        },
      },
      '"instance i-0123456789 is in RUNNING"',
    ],
    [
      "an object with values, lists and texts",
      {
        InputTransformer: {
          InputPathsMap: { state: "$.detail.state", resources: "$.resources" },
          InputTemplate: '{"state": <state>, "all": <resources>, "text": "it is <state>"}',
        },
      },
      '{"state": "RUNNING", "all": ["arn:one"], "text": "it is RUNNING"}',
    ],
    [
      "the names that EventBridge reserves",
      { InputTransformer: { InputTemplate: '{"rule": "<aws.events.rule-name>", "arn": <aws.events.rule-arn>}' } },
      `{"rule": "all", "arn": "${ruleArn}"}`,
    ],
  ])("can get %s instead of the event", async (_name, input, expected) => {
    const running = await start(input, {}, { EventPattern: { source: ["aws.ec2"] } });

    await publish(running, {
      source: "aws.ec2",
      "detail-type": "State",
      detail: { instance: "i-0123456789", state: "RUNNING" } as never,
      resources: ["arn:one"],
    });
    const [message] = await running.queues.receive(queueArn("events"), 1);

    expect(message?.body).toBe(expected);
  });

  test.each([
    ["two forms of input", { ...queueTarget, Input: "{}", InputPath: "$" }, "Only one of Input"],
    ["a path that is none", { ...queueTarget, InputPath: "detail" }, "JSONPath"],
    [
      "a service that is not here",
      { Id: "a", Arn: "arn:aws:sns:us-east-1:111111111111:topic" },
      "rule target arn:aws:sns",
    ],
    ["parameters that are not here", { ...queueTarget, SqsParameters: { MessageGroupId: "g" } }, "SqsParameters"],
  ])("are refused with %s", async (_case, target, message) => {
    cloud = await startCloud({ clock });
    const declaring = cloud.declare("AWS::Events::Rule", "Bad", { EventPattern: sesEvents, Targets: [target] });

    await expect(declaring).rejects.toThrow(message);
  });
});
