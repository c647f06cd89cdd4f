// EventBridge Scheduler of the laptop cloud: the wire by the real client, what a schedule does when its time has come, and
// the resource type.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CreateScheduleCommand,
  DeleteScheduleCommand,
  GetScheduleCommand,
  ListSchedulesCommand,
  SchedulerClient,
  type CreateScheduleCommandInput,
} from "@aws-sdk/client-scheduler";
import * as v from "valibot";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createFrontDoor } from "../../local/front-door/front-door.ts";
import { createIdentity } from "../../local/identity/identity.ts";
import { createScheduler } from "../../local/scheduler/scheduler.ts";
import { createQueues } from "../../local/sqs/queues.ts";
import { openState } from "../../local/state.ts";
import { createSchedules } from "../../shared/aws/schedules.ts";
import { bulkJob } from "../../shared/contract/bulk-job.ts";
import { contextOf, customerId, operatorId, queueArn, region } from "./eventbridge-setup.ts";

const work = queueArn("work");
const roleArn = `arn:aws:iam::${operatorId}:role/schedules`;
const groupArn = `arn:aws:scheduler:${region}:${operatorId}:schedule-group/mails`;

interface Parts {
  folder?: string;
  trust?: Record<string, unknown>;
  mayUse?: string[];
}

/** Queues, a role, a group, and the service behind the real front door. */
async function start({ folder, trust, mayUse = [work, queueArn("dead")] }: Parts = {}) {
  const state = openState(folder);
  const clock = Date.now;
  const logged: string[] = [];
  const identity = createIdentity({ state, clock });
  const queues = createQueues({ clock, state, endpointUrl: () => door.url() });
  const scheduler = createScheduler({ state, clock, queues, identity, log: (line) => logged.push(line) });
  const door = createFrontDoor({
    identity,
    services: { scheduler: scheduler.handle },
    log: (line, error) => {
      throw new Error(line, { cause: error });
    },
  });
  const endpoint = await door.listen(0);
  const providers = { ...identity.providers, ...queues.providers, ...scheduler.providers };
  const declare = async (type: string, name: string, properties: Record<string, unknown>) =>
    providers[type]?.create(properties, contextOf(operatorId, name, type));
  await declare("AWS::SQS::Queue", "Work", { QueueName: "work" });
  await declare("AWS::SQS::Queue", "Dead", { QueueName: "dead" });
  const group = await declare("AWS::Scheduler::ScheduleGroup", "Mails", { Name: "mails" });
  const fromHere = { StringEquals: { "aws:SourceAccount": operatorId }, ArnEquals: { "aws:SourceArn": groupArn } };
  await declare("AWS::IAM::Role", "Schedules", {
    RoleName: "schedules",
    AssumeRolePolicyDocument: {
      Statement: [
        {
          Effect: "Allow",
          Principal: { Service: "scheduler.amazonaws.com" },
          Action: "sts:AssumeRole",
          Condition: trust ?? fromHere,
        },
      ],
    },
    Policies: [
      {
        PolicyName: "send",
        PolicyDocument: { Statement: [{ Effect: "Allow", Action: "sqs:SendMessage", Resource: mayUse }] },
      },
    ],
  });
  scheduler.resume();
  const clients: SchedulerClient[] = [];
  const connect = (accountId = operatorId) => {
    const credentials = identity.rootCredentials(accountId);
    const client = new SchedulerClient({ region, endpoint, credentials, maxAttempts: 1 });
    clients.push(client);
    return client;
  };
  const close = async () => {
    for (const client of clients) client.destroy();
    await scheduler.stop();
    await queues.stop();
    await door.close();
    state.flush();
  };
  return { group, logged, queues, providers, client: connect(), connect, close };
}

type Setup = Awaited<ReturnType<typeof start>>;

const startMs = Date.parse("2026-11-23T08:00:00Z");

const inSeconds = (seconds: number) => `at(${new Date(Date.now() + seconds * 1000).toISOString().slice(0, 19)})`;

const input = (given: Partial<CreateScheduleCommandInput> = {}): CreateScheduleCommandInput => ({
  Name: "blk_1-1",
  GroupName: "mails",
  ScheduleExpression: inSeconds(3600),
  FlexibleTimeWindow: { Mode: "OFF" },
  ActionAfterCompletion: "DELETE",
  Target: { Arn: work, RoleArn: roleArn, Input: '{"kind":"due"}', DeadLetterConfig: { Arn: queueArn("dead") } },
  ...given,
});

const read = new GetScheduleCommand({ Name: "blk_1-1", GroupName: "mails" });

let setup: Setup;

const begin = async (parts?: Parts): Promise<Setup> => (setup = await start(parts));

// Time stands still until a test lets it pass.
beforeEach(async () => {
  vi.useFakeTimers({ now: startMs, toFake: ["setTimeout", "clearTimeout", "Date"] });
  await begin();
});
afterEach(async () => {
  vi.useRealTimers();
  await setup.close();
});

const pass = (seconds: number) => vi.advanceTimersByTimeAsync(seconds * 1000);

const restart = async (parts: Parts): Promise<Setup> => {
  await setup.close();
  return begin(parts);
};

const receive = (arn: string) => setup.queues.receive(arn, 10);

describe("a schedule", () => {
  test("is made, told of, and deleted", async () => {
    const { ScheduleArn } = await setup.client.send(new CreateScheduleCommand(input()));
    const found = await setup.client.send(read);
    await setup.client.send(new DeleteScheduleCommand({ Name: "blk_1-1", GroupName: "mails" }));

    expect(ScheduleArn).toBe(`arn:aws:scheduler:${region}:${operatorId}:schedule/mails/blk_1-1`);
    expect(found).toMatchObject({ ...input(), ScheduleExpression: found.ScheduleExpression, State: "ENABLED" });
    expect(found.CreationDate).toBeInstanceOf(Date);
    await expect(setup.client.send(read)).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  });

  test("tells its queue when its time has come, and is gone", async () => {
    await setup.client.send(new CreateScheduleCommand(input({ ScheduleExpression: inSeconds(60) })));

    await pass(59);
    const before = await receive(work);
    await pass(1);
    const messages = await receive(work);

    expect(before).toEqual([]);
    expect(messages.map(({ body }) => body)).toEqual(['{"kind":"due"}']);
    await expect(setup.client.send(read)).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  });

  test("that is deleted tells nobody", async () => {
    await setup.client.send(new CreateScheduleCommand(input({ ScheduleExpression: inSeconds(60) })));
    await setup.client.send(new CreateScheduleCommand(input({ Name: "later", ScheduleExpression: inSeconds(61) })));

    await setup.client.send(new DeleteScheduleCommand({ Name: "blk_1-1", GroupName: "mails" }));
    await pass(61);

    expect(await receive(work)).toHaveLength(1);
  });

  test("outlives a restart, and runs then if its time came meanwhile", async () => {
    const folder = await mkdtemp(join(tmpdir(), "scheduler-"));
    await restart({ folder });
    await setup.client.send(new CreateScheduleCommand(input({ ScheduleExpression: inSeconds(60) })));
    await setup.client.send(new CreateScheduleCommand(input({ Name: "later" })));
    await setup.close();
    await pass(120);

    await begin({ folder });
    await pass(0);
    const messages = await receive(work);
    const later = await setup.client.send(new GetScheduleCommand({ Name: "later", GroupName: "mails" }));

    expect([messages.length, later.Name]).toEqual([1, "later"]);
    await restart({});
    await rm(folder, { recursive: true });
  });

  test("made twice is refused, but for the client's own retry", async () => {
    await setup.client.send(new CreateScheduleCommand(input({ ClientToken: "one" })));

    const retried = await setup.client.send(new CreateScheduleCommand(input({ ClientToken: "one" })));
    const again = setup.client.send(new CreateScheduleCommand(input({ ClientToken: "two" })));

    expect(retried.ScheduleArn).toContain("blk_1-1");
    await expect(again).rejects.toMatchObject({ name: "ConflictException", $metadata: { httpStatusCode: 409 } });
  });

  test("of another account is not found", async () => {
    await setup.client.send(new CreateScheduleCommand(input()));

    await expect(setup.connect(customerId).send(read)).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  });
});

describe("a role", () => {
  test.each([
    ["another account's schedules", { StringEquals: { "aws:SourceAccount": customerId } }],
    ["another group", { ArnEquals: { "aws:SourceArn": groupArn.replace("mails", "others") } }],
  ])("that trusts %s alone is refused", async (_, trust) => {
    await restart({ trust });

    await expect(setup.client.send(new CreateScheduleCommand(input()))).rejects.toMatchObject({
      name: "ValidationException",
      message: expect.stringContaining("must allow AWS EventBridge Scheduler to assume the role") as string,
    });
  });

  test("that may not send to the queue leaves what was to be said in the dead-letter queue", async () => {
    await restart({ mayUse: [queueArn("dead")] });
    await setup.client.send(new CreateScheduleCommand(input({ ScheduleExpression: inSeconds(60) })));

    await pass(60);
    const [letter] = await receive(queueArn("dead"));

    expect(letter?.body).toBe('{"kind":"due"}');
    expect(letter?.messageAttributes["ERROR_CODE"]?.StringValue).toBe("AccessDeniedException");
    expect(setup.logged.join()).toContain("could not deliver");
  });
});

describe("what the laptop does not have", () => {
  test.each<[string, Partial<CreateScheduleCommandInput>]>([
    ["cron", { ScheduleExpression: "cron(0 8 * * ? *)" }],
    ["ScheduleExpressionTimezone Europe/Berlin", { ScheduleExpressionTimezone: "Europe/Berlin" }],
    ["StartDate", { StartDate: new Date("2026-11-23T08:00:00Z") }],
    ["the target", { Target: { Arn: "arn:aws:lambda:us-east-1:111111111111:function:f", RoleArn: roleArn } }],
    ["SqsParameters", { Target: { Arn: work, RoleArn: roleArn, SqsParameters: { MessageGroupId: "g" } } }],
  ])("is refused by name: %s", async (name, given) => {
    const refused = await setup.client.send(new CreateScheduleCommand(input(given))).catch((error: unknown) => error);

    expect(refused).toMatchObject({ name: "NotImplemented", message: expect.stringContaining(name) as string });
  });

  test("is refused by name: other operations", async () => {
    await expect(setup.client.send(new ListSchedulesCommand({}))).rejects.toThrow("GET /schedules");
  });

  test.each<[string, Partial<CreateScheduleCommandInput>]>([
    ["ValidationException", { ScheduleExpression: "at(tomorrow)" }],
    ["ValidationException", { ScheduleExpression: "at(2026-13-23T08:00:00)" }],
    ["ValidationException", { Name: "a name" }],
    ["ResourceNotFoundException", { GroupName: "nobodys" }],
  ])("is no excuse for what AWS refuses, too: %s for %j", async (name, given) => {
    await expect(setup.client.send(new CreateScheduleCommand(input(given)))).rejects.toMatchObject({ name });
  });
});

describe("our own schedules", () => {
  const scheduled = (seconds: number) => ({
    tenantId: "ten_ada",
    bulkId: "blk_1",
    dueAtMs: Date.now() + seconds * 1000,
  });
  const schedules = () =>
    createSchedules({
      client: setup.client,
      env: {
        SCHEDULE_GROUP: "mails",
        SCHEDULE_ROLE_ARN: roleArn,
        SCHEDULE_TARGET_ARN: work,
        SCHEDULE_DEAD_LETTERS_ARN: queueArn("dead"),
      },
    });

  test("tell the workers' queue of the bulk when its time has come, and not before", async () => {
    await schedules().createSchedule(scheduled(60.2));

    await pass(60.2);
    const before = await receive(work);
    await pass(0.8);
    const [message] = await receive(work);

    expect(before).toEqual([]);
    expect(v.parse(bulkJob, JSON.parse(message?.body ?? ""))).toEqual({
      kind: "due",
      tenantId: "ten_ada",
      bulkId: "blk_1",
    });
  });

  test("may be made twice, and deleted when they are gone", async () => {
    const due = scheduled(3600);
    await schedules().createSchedule(due);
    await schedules().createSchedule(due);
    await schedules().deleteSchedule(due);
    await schedules().deleteSchedule(due);

    const name = `blk_1-${Math.ceil(due.dueAtMs / 1000)}`;
    await expect(setup.client.send(new GetScheduleCommand({ Name: name, GroupName: "mails" }))).rejects.toMatchObject({
      name: "ResourceNotFoundException",
    });
  });
});

test("a group has the ARN that its schedules' roles are told, and takes its schedules with it", async () => {
  await setup.client.send(new CreateScheduleCommand(input()));
  const provider = setup.providers["AWS::Scheduler::ScheduleGroup"];

  await provider?.delete?.(setup.group!, contextOf(operatorId, "Mails", "AWS::Scheduler::ScheduleGroup"));

  expect(setup.group).toMatchObject({ ref: "mails", attributes: { Arn: groupArn } });
  await expect(setup.client.send(read)).rejects.toMatchObject({ name: "ResourceNotFoundException" });
});
