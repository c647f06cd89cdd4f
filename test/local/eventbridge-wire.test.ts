import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  DeleteRuleCommand,
  DescribeArchiveCommand,
  DescribeEventBusCommand,
  DescribeReplayCommand,
  DescribeRuleCommand,
  DisableRuleCommand,
  EnableRuleCommand,
  ListArchivesCommand,
  ListEventBusesCommand,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  PutEventsCommand,
  PutPermissionCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemovePermissionCommand,
  RemoveTargetsCommand,
  StartReplayCommand,
  TestEventPatternCommand,
} from "@aws-sdk/client-eventbridge";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { busArn, customerId, operatorId, queueArn, region, startCloud, type TestCloud } from "./eventbridge-setup.ts";

const nowMs = Date.parse("2026-11-23T08:00:00Z");
const clock = () => nowMs;
const entry = { Source: "shop.example", DetailType: "Order", Detail: '{"total":5}' };
const pattern = JSON.stringify({ source: ["shop.example"] });
const queueTarget = { Id: "queue", Arn: queueArn("events") };

/** A bus, and a queue that any rule of the account may fill. */
async function startShop(folder?: string): Promise<TestCloud> {
  const cloud = await startCloud({ clock, ...(folder !== undefined && { folder }) });
  await cloud.declare("AWS::Events::EventBus", "Bus", { Name: "sesami", Description: "events of customers" });
  const { ref } = await cloud.declare("AWS::SQS::Queue", "Events", { QueueName: "events", VisibilityTimeout: 0 });
  await cloud.declare("AWS::SQS::QueuePolicy", "Policy", {
    Queues: [ref],
    PolicyDocument: {
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { Service: "events.amazonaws.com" },
          Action: "sqs:SendMessage",
          Resource: queueArn("events"),
          Condition: { StringEquals: { "aws:SourceAccount": operatorId } },
        },
      ],
    },
  });
  return cloud;
}

const sids = (policy: string | undefined) =>
  policy === undefined ? [] : (JSON.parse(policy) as { Statement: { Sid: string }[] }).Statement.map(({ Sid }) => Sid);

describe("the EventBridge client of the AWS SDK", () => {
  let cloud: TestCloud;

  beforeEach(async () => {
    cloud = await startShop();
  });
  afterEach(async () => {
    await cloud.close();
  });

  test("makes a rule with a target, puts an event, and the target gets it", async () => {
    const events = cloud.events();
    const { RuleArn } = await events.send(
      new PutRuleCommand({ Name: "orders", EventBusName: "sesami", EventPattern: pattern }),
    );
    await events.send(new PutTargetsCommand({ Rule: "orders", EventBusName: "sesami", Targets: [queueTarget] }));

    const result = await events.send(
      new PutEventsCommand({
        Entries: [{ ...entry, EventBusName: "sesami", Resources: ["a"], Time: new Date("2026-01-02T03:04:05.678Z") }],
      }),
    );
    await cloud.eventBridge.drain();

    expect(RuleArn).toBe(`arn:aws:events:${region}:${operatorId}:rule/sesami/orders`);
    expect(await cloud.bodies(queueArn("events"))).toEqual([
      {
        version: "0",
        id: result.Entries?.[0]?.EventId,
        "detail-type": "Order",
        source: "shop.example",
        account: operatorId,
        time: "2026-01-02T03:04:05Z",
        region,
        resources: ["a"],
        detail: { total: 5 },
      },
    ]);
  });

  test("is told of each entry that is refused, and the others are taken", async () => {
    const result = await cloud.events().send(
      new PutEventsCommand({
        Entries: [
          entry,
          { ...entry, Source: "aws.ses" },
          { ...entry, Detail: "not json" },
          { ...entry, Detail: "[]" },
          { Source: "shop.example", Detail: "{}" },
          { ...entry, EventBusName: "nowhere" },
        ],
      }),
    );

    expect(result.FailedEntryCount).toBe(5);
    expect(result.Entries?.map(({ ErrorCode, EventId }) => ErrorCode ?? typeof EventId)).toEqual([
      "string",
      "NotAuthorizedForSourceException",
      "MalformedDetail",
      "MalformedDetail",
      "InvalidArgument",
      "ResourceNotFoundException",
    ]);
  });

  test("may put at most ten events, of at most 1 MB together", async () => {
    const events = cloud.events();
    const large = { ...entry, Detail: JSON.stringify({ text: "x".repeat(600_000) }) };

    const tooMany = events.send(new PutEventsCommand({ Entries: Array.from({ length: 11 }, () => entry) }));
    const tooLarge = events.send(new PutEventsCommand({ Entries: [large, large] }));

    await expect(tooMany).rejects.toMatchObject({ name: "ValidationException" });
    await expect(tooLarge).rejects.toMatchObject({ name: "ValidationException" });
  });

  test("of another account puts events only once the bus's policy admits it", async () => {
    const theirs = cloud.events(customerId);
    const put = new PutEventsCommand({ Entries: [{ ...entry, EventBusName: busArn("sesami") }] });
    await cloud.declare("AWS::Events::Rule", "Orders", {
      EventBusName: "sesami",
      EventPattern: pattern,
      Targets: [queueTarget],
    });

    const refused = theirs.send(put);
    await expect(refused).rejects.toMatchObject({ name: "AccessDeniedException" });
    await cloud.events().send(
      new PutPermissionCommand({
        EventBusName: "sesami",
        Action: "events:PutEvents",
        Principal: customerId,
        StatementId: "customer",
      }),
    );
    await theirs.send(put);
    await cloud.eventBridge.drain();

    expect(await cloud.bodies(queueArn("events"))).toMatchObject([{ account: customerId }]);
  });

  test("reads a policy, in the short form and in the long, and takes statements away", async () => {
    const events = cloud.events();
    const describe = async () => (await events.send(new DescribeEventBusCommand({ Name: "sesami" }))).Policy;
    const permission = { EventBusName: "sesami", Action: "events:PutEvents", Principal: customerId };
    const long = {
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "long",
          Effect: "Allow",
          Principal: { AWS: `arn:aws:iam::${customerId}:root` },
          Action: "events:PutEvents",
          Resource: busArn("sesami"),
          Condition: { StringEquals: { "events:source": "aws.ses" } },
        },
      ],
    };

    const atFirst = await describe();
    await events.send(new PutPermissionCommand({ ...permission, StatementId: "one" }));
    await events.send(
      new PutPermissionCommand({
        ...permission,
        Principal: "*",
        StatementId: "org",
        Condition: { Type: "StringEquals", Key: "aws:PrincipalOrgID", Value: "o-1" },
      }),
    );
    const short = await describe();
    await events.send(new RemovePermissionCommand({ EventBusName: "sesami", StatementId: "one" }));
    const afterRemoval = await describe();
    await events.send(new PutPermissionCommand({ EventBusName: "sesami", Policy: JSON.stringify(long) }));
    const replaced = await describe();
    await events.send(new RemovePermissionCommand({ EventBusName: "sesami", RemoveAllPermissions: true }));

    expect(atFirst).toBeUndefined();
    expect(JSON.parse(short ?? "")).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "one",
          Effect: "Allow",
          Principal: { AWS: `arn:aws:iam::${customerId}:root` },
          Action: "events:PutEvents",
          Resource: busArn("sesami"),
        },
        {
          Sid: "org",
          Effect: "Allow",
          Principal: "*",
          Action: "events:PutEvents",
          Resource: busArn("sesami"),
          Condition: { StringEquals: { "aws:PrincipalOrgID": "o-1" } },
        },
      ],
    });
    expect(sids(afterRemoval)).toEqual(["org"]);
    expect(JSON.parse(replaced ?? "")).toEqual(long);
    expect(await describe()).toBeUndefined();
  });

  test("is refused a policy that cannot be read, is too long, or a statement that is not there", async () => {
    const events = cloud.events();
    const put = (Policy: string) => events.send(new PutPermissionCommand({ EventBusName: "sesami", Policy }));
    const long = JSON.stringify({ Statement: [{ Sid: "x".repeat(11_000), Effect: "Allow" }] });

    await expect(put("{")).rejects.toMatchObject({ name: "ValidationException" });
    await expect(put(long)).rejects.toMatchObject({ name: "PolicyLengthExceededException" });
    await expect(
      events.send(new RemovePermissionCommand({ EventBusName: "sesami", StatementId: "none" })),
    ).rejects.toMatchObject({ name: "ResourceNotFoundException" });
    expect((await events.send(new DescribeEventBusCommand({ Name: "sesami" }))).Policy).toBeUndefined();
  });

  test("lists buses, rules and targets, and describes a rule", async () => {
    const events = cloud.events();
    const rule = { Name: "orders", EventBusName: "sesami", EventPattern: pattern, Description: "all orders" };
    await events.send(new PutRuleCommand(rule));
    await events.send(new PutRuleCommand({ ...rule, Name: "returns" }));
    await events.send(new PutTargetsCommand({ Rule: "orders", EventBusName: "sesami", Targets: [queueTarget] }));

    const buses = await events.send(new ListEventBusesCommand({}));
    const firstPage = await events.send(new ListRulesCommand({ EventBusName: "sesami", Limit: 1 }));
    const secondPage = await events.send(
      new ListRulesCommand({ EventBusName: "sesami", Limit: 1, NextToken: firstPage.NextToken }),
    );
    const described = await events.send(new DescribeRuleCommand({ Name: "orders", EventBusName: "sesami" }));
    const targets = await events.send(new ListTargetsByRuleCommand({ Rule: "orders", EventBusName: "sesami" }));

    expect(buses.EventBuses?.map(({ Name }) => Name)).toEqual(["default", "sesami"]);
    expect([firstPage, secondPage].map(({ Rules }) => Rules?.map(({ Name }) => Name))).toEqual([
      ["orders"],
      ["returns"],
    ]);
    expect(secondPage.NextToken).toBeUndefined();
    expect(described).toMatchObject({ ...rule, State: "ENABLED", CreatedBy: operatorId });
    expect(targets.Targets).toEqual([queueTarget]);
  });

  test("switches a rule off and on, and deletes it once it has no targets", async () => {
    const events = cloud.events();
    const rule = { Name: "orders", EventBusName: "sesami" };
    const put = new PutEventsCommand({ Entries: [{ ...entry, EventBusName: "sesami" }] });
    await events.send(new PutRuleCommand({ ...rule, EventPattern: pattern }));
    await events.send(new PutTargetsCommand({ Rule: "orders", EventBusName: "sesami", Targets: [queueTarget] }));

    await events.send(new DisableRuleCommand(rule));
    await events.send(put);
    await cloud.eventBridge.drain();
    const whileDisabled = await cloud.bodies(queueArn("events"));
    await events.send(new EnableRuleCommand(rule));
    await events.send(put);
    await cloud.eventBridge.drain();
    const whileEnabled = await cloud.bodies(queueArn("events"));
    const early = events.send(new DeleteRuleCommand(rule));
    await expect(early).rejects.toMatchObject({ name: "ValidationException" });
    await events.send(new RemoveTargetsCommand({ Rule: "orders", EventBusName: "sesami", Ids: ["queue"] }));
    await events.send(new DeleteRuleCommand(rule));

    expect(whileDisabled).toEqual([]);
    expect(whileEnabled).toHaveLength(1);
    await expect(events.send(new DescribeRuleCommand(rule))).rejects.toMatchObject({
      name: "ResourceNotFoundException",
    });
  });

  test("tests a pattern, and is told what is wrong with one", async () => {
    const events = cloud.events();
    const Event = JSON.stringify({
      id: "1",
      account: operatorId,
      source: "shop.example",
      time: "2026-11-23T08:00:00Z",
      region,
      resources: [],
      "detail-type": "Order",
      detail: {},
    });

    const yes = await events.send(new TestEventPatternCommand({ EventPattern: pattern, Event }));
    const no = await events.send(new TestEventPatternCommand({ EventPattern: '{"source":["aws.ses"]}', Event }));
    const wrong = events.send(new TestEventPatternCommand({ EventPattern: '{"source":"aws.ses"}', Event }));

    expect([yes.Result, no.Result]).toEqual([true, false]);
    await expect(wrong).rejects.toMatchObject({ name: "InvalidEventPatternException" });
  });

  test("reads no other account's buses, and hears what is not there by name", async () => {
    const theirs = cloud.events(customerId);

    await expect(theirs.send(new DescribeEventBusCommand({ Name: busArn("sesami") }))).rejects.toMatchObject({
      name: "AccessDeniedException",
    });
    await expect(theirs.send(new DescribeEventBusCommand({ Name: "sesami" }))).rejects.toMatchObject({
      name: "ResourceNotFoundException",
    });
  });

  test("replays what an archive kept, marked with the replay's name, without archiving it again", async () => {
    const events = cloud.events();
    await cloud.declare("AWS::Events::Archive", "Archive", {
      ArchiveName: "kept",
      SourceArn: busArn("sesami"),
      EventPattern: { "detail-type": ["Order"] },
      RetentionDays: 7,
    });
    await cloud.declare("AWS::Events::Rule", "Replayed", {
      EventBusName: "sesami",
      EventPattern: { "replay-name": [{ exists: true }] },
      Targets: [queueTarget],
    });
    const at = (Time: string, DetailType = "Order") => ({
      ...entry,
      DetailType,
      EventBusName: "sesami",
      Time: new Date(Time),
    });
    await events.send(
      new PutEventsCommand({
        Entries: [at("2026-11-01T00:00:00Z"), at("2026-11-02T00:00:00Z"), at("2026-11-02T00:00:00Z", "Other")],
      }),
    );
    const [archive] = (await events.send(new ListArchivesCommand({ NamePrefix: "k" }))).Archives ?? [];

    const started = await events.send(
      new StartReplayCommand({
        ReplayName: "again",
        EventSourceArn: `arn:aws:events:${region}:${operatorId}:archive/kept`,
        EventStartTime: new Date("2026-11-02T00:00:00Z"),
        EventEndTime: new Date("2026-11-03T00:00:00Z"),
        Destination: { Arn: busArn("sesami") },
      }),
    );
    await cloud.eventBridge.drain();
    const replay = await events.send(new DescribeReplayCommand({ ReplayName: "again" }));
    const after = await events.send(new DescribeArchiveCommand({ ArchiveName: "kept" }));

    expect(archive).toMatchObject({ ArchiveName: "kept", EventCount: 2, RetentionDays: 7 });
    expect(started.State).toBe("STARTING");
    expect(replay).toMatchObject({ State: "COMPLETED", EventLastReplayedTime: new Date("2026-11-02T00:00:00Z") });
    expect(await cloud.bodies(queueArn("events"))).toMatchObject([
      { time: "2026-11-02T00:00:00Z", "replay-name": "again" },
    ]);
    expect(after).toMatchObject({ EventCount: 2, EventPattern: '{"detail-type":["Order"]}' });
  });
});

describe("over a restart", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "events-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const templateStatement = (statementId: string) => ({
    EventBusName: "sesami",
    StatementId: statementId,
    Action: "events:PutEvents",
    Principal: customerId,
  });
  const templateRule = {
    Name: "declared",
    EventBusName: "sesami",
    EventPattern: pattern,
    Targets: [queueTarget],
  };

  test("what calls have made stays, and what templates declare comes from them again", async () => {
    const before = await startShop(folder);
    await before.declare("AWS::Events::EventBusPolicy", "One", templateStatement("template-one"));
    await before.declare("AWS::Events::EventBusPolicy", "Two", templateStatement("template-two"));
    await before.declare("AWS::Events::Rule", "Declared", templateRule);
    const events = before.events();
    await events.send(new PutPermissionCommand(templateStatement("runtime")));
    const { Policy } = await events.send(new DescribeEventBusCommand({ Name: "sesami" }));
    await events.send(new PutPermissionCommand({ EventBusName: "sesami", Policy }));
    await events.send(new PutRuleCommand({ Name: "made", EventBusName: "sesami", EventPattern: pattern }));
    await events.send(new PutTargetsCommand({ Rule: "made", EventBusName: "sesami", Targets: [queueTarget] }));
    await events.send(new DisableRuleCommand({ Name: "declared", EventBusName: "sesami" }));
    await before.close();

    const after = await startShop(folder);
    await after.declare("AWS::Events::EventBusPolicy", "One", templateStatement("template-one"));
    await after.declare("AWS::Events::Rule", "Declared", templateRule);
    const again = after.events();
    const bus = await again.send(new DescribeEventBusCommand({ Name: "sesami" }));
    const { Rules } = await again.send(new ListRulesCommand({ EventBusName: "sesami" }));
    await again.send(new PutEventsCommand({ Entries: [{ ...entry, EventBusName: "sesami" }] }));
    await after.eventBridge.drain();

    expect(sids(bus.Policy).toSorted()).toEqual(["runtime", "template-one"]);
    expect(Rules?.map(({ Name, State }) => [Name, State])).toEqual([
      ["declared", "DISABLED"],
      ["made", "ENABLED"],
    ]);
    expect(await after.bodies(queueArn("events"))).toHaveLength(1);
    await after.close();
  });

  test("an archive still has what it kept, and forgets it after its retention", async () => {
    const archive = { ArchiveName: "kept", SourceArn: busArn("sesami"), RetentionDays: 1 };
    const before = await startShop(folder);
    await before.declare("AWS::Events::Archive", "Archive", archive);
    await before.events().send(new PutEventsCommand({ Entries: [{ ...entry, EventBusName: "sesami" }] }));
    await before.close();

    const count = async (clockMs: number) => {
      const cloud = await startCloud({ clock: () => clockMs, folder });
      await cloud.declare("AWS::Events::EventBus", "Bus", { Name: "sesami" });
      await cloud.declare("AWS::Events::Archive", "Archive", archive);
      const { EventCount } = await cloud.events().send(new DescribeArchiveCommand({ ArchiveName: "kept" }));
      await cloud.close();
      return EventCount;
    };

    expect(await count(nowMs + 86_399_000)).toBe(1);
    expect(await count(nowMs + 86_400_000)).toBe(0);
    expect(await count(nowMs)).toBe(0);
  });
});

describe("a template's", () => {
  let cloud: TestCloud;
  beforeEach(async () => {
    cloud = await startShop();
  });
  afterEach(async () => {
    await cloud.close();
  });

  test("bus, rule and archive have the references and ARNs that AWS gives", async () => {
    const bus = await cloud.declare("AWS::Events::EventBus", "Other", { Name: "other" });
    const onBus = await cloud.declare("AWS::Events::Rule", "R", {
      Name: "r",
      EventBusName: "other",
      EventPattern: { a: [1] },
    });
    const onDefault = await cloud.declare("AWS::Events::Rule", "D", { Name: "d", EventPattern: { a: [1] } });
    const archive = await cloud.declare("AWS::Events::Archive", "A", { ArchiveName: "a", SourceArn: busArn("other") });
    const arn = (rest: string) => `arn:aws:events:${region}:${operatorId}:${rest}`;

    expect([bus.ref, bus.attributes["Arn"]]).toEqual(["other", arn("event-bus/other")]);
    expect([onBus.ref, onBus.attributes["Arn"]]).toEqual(["other|r", arn("rule/other/r")]);
    expect([onDefault.ref, onDefault.attributes["Arn"]]).toEqual(["d", arn("rule/d")]);
    expect([archive.ref, archive.attributes["Arn"]]).toEqual(["a", arn("archive/a")]);
  });

  test("resources are gone when they are deleted", async () => {
    const events = cloud.events();
    const rule = await cloud.declare("AWS::Events::Rule", "R", {
      Name: "r",
      EventBusName: "sesami",
      EventPattern: { a: [1] },
    });
    const statement = await cloud.declare("AWS::Events::EventBusPolicy", "P", {
      EventBusName: "sesami",
      StatementId: "s",
      Action: "events:PutEvents",
      Principal: customerId,
    });

    await rule.remove();
    await statement.remove();

    expect((await events.send(new ListRulesCommand({ EventBusName: "sesami" }))).Rules).toEqual([]);
    expect((await events.send(new DescribeEventBusCommand({ Name: "sesami" }))).Policy).toBeUndefined();
  });

  test("statement needs its long form or its short one", async () => {
    await expect(cloud.declare("AWS::Events::EventBusPolicy", "P", { StatementId: "s" })).rejects.toThrow(
      "needs a Statement, or Action and Principal",
    );
  });

  test("scheduled rule is admitted on the default bus alone", async () => {
    const schedule = { Name: "tick", ScheduleExpression: "rate(1 day)" };

    await cloud.declare("AWS::Events::Rule", "Tick", schedule);
    const onBus = cloud.declare("AWS::Events::Rule", "Tick", { ...schedule, EventBusName: "sesami" });

    await expect(onBus).rejects.toMatchObject({ code: "ValidationException" });
    const described = await cloud.events().send(new DescribeRuleCommand({ Name: "tick" }));
    expect(described.ScheduleExpression).toBe("rate(1 day)");
  });
});
