import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "aws-cdk-lib";
import { Match, Template } from "aws-cdk-lib/assertions";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { functionEnv } from "../../shared/contract/env.ts";
import { operations } from "../../shared/contract/openapi/operations.ts";
import {
  barrierKey,
  counterPartition,
  dimensionKeysKey,
  listPartition,
  outcomeKey,
  placeKey,
} from "../../shared/store/ledger/keys.ts";
import { leaseMs, shiftMs } from "../../lambdas/mail/line/work-shift.ts";
import { parseProjectorWindow } from "../../infra/stacks/ingest-stack.ts";
import { addSesami } from "../../infra/stacks/sesami.ts";

interface Statement {
  Effect: string;
  Action: string | string[];
  Condition?: unknown;
  Resource: unknown;
}

const outdir = mkdtempSync(join(tmpdir(), "sesami-infra-"));
const templates: Record<string, Template> = {};

beforeAll(() => {
  const app = new App({ outdir, analyticsReporting: false });
  const stacks = addSesami(app, { withWeb: false });
  for (const [name, stack] of Object.entries(stacks)) templates[name] = Template.fromStack(stack);
});

afterAll(() => rmSync(outdir, { recursive: true, force: true }));

const template = (name: string): Template => templates[name] ?? expect.fail(`no stack ${name}`);

/** Left out where sessions are remembered in memory: credential-cache.test.ts. */
const onlyWithMomento = new Set(["MOMENTO_CACHE", "MOMENTO_KEY_ARN", "CACHE_SEAL_ARN", "MOMENTO_ENDPOINT"]);

const statements = (): { stack: string; policy: string; statement: Statement }[] =>
  Object.entries(templates).flatMap(([stack, each]) =>
    Object.entries(each.findResources("AWS::IAM::Policy")).flatMap(([policy, { Properties }]) =>
      (Properties.PolicyDocument.Statement as Statement[]).map((statement) => ({ stack, policy, statement })),
    ),
  );

describe("the tables", () => {
  it("are encrypted, recoverable, protected from deletion, and expire items by seconds", () => {
    const tables = template("data").findResources("AWS::DynamoDB::GlobalTable");

    expect(Object.keys(tables)).toHaveLength(3);
    for (const [id, { Properties }] of Object.entries(tables)) {
      // What is deleted of the contents of mail shall be gone.
      const isRecoverable = !id.startsWith("Contents");
      expect(Properties.SSESpecification.SSEEnabled).toBe(true);
      expect(Properties.TimeToLiveSpecification).toEqual({ AttributeName: "expiresAtSeconds", Enabled: true });
      for (const replica of Properties.Replicas) {
        expect(replica.PointInTimeRecoverySpecification).toEqual({ PointInTimeRecoveryEnabled: isRecoverable });
        expect(replica.DeletionProtectionEnabled).toBe(true);
      }
    }
  });

  it("open the contents of mail to who reads, who sends and who erases, each as far as needed", () => {
    const ofContents = statements().filter(({ statement }) => JSON.stringify(statement.Resource).includes("Contents"));
    const actionsOf = ofContents.map(({ policy, statement }) => [
      policy.replace(/ServiceRole.*/, ""),
      statement.Action,
    ]);

    const erasing = ["dynamodb:Query", "dynamodb:BatchWriteItem"];
    expect(Object.fromEntries(actionsOf)).toEqual({
      Contents: ["dynamodb:GetItem", "dynamodb:Query"],
      BulkSendingBulkSender: "dynamodb:BatchWriteItem",
      Mail: "dynamodb:BatchWriteItem",
      RecipientRights: ["dynamodb:GetItem", ...erasing],
      RewritingRewriter: erasing,
    });
  });

  it("keep only keys in the index that finds a message's outcomes", () => {
    template("data").hasResourceProperties("AWS::DynamoDB::GlobalTable", {
      GlobalSecondaryIndexes: [Match.objectLike({ IndexName: "gsi1", Projection: { ProjectionType: "KEYS_ONLY" } })],
      StreamSpecification: { StreamViewType: "NEW_AND_OLD_IMAGES" },
    });
  });
});

describe("the functions", () => {
  it("get exactly the environment of their contract", () => {
    const given = Object.values(templates).flatMap((each) =>
      Object.values(each.findResources("AWS::Lambda::Function")),
    );
    const byName = Object.fromEntries(
      given.map(({ Metadata, Properties }) => [
        Metadata["sesami:function"],
        Object.keys(Properties.Environment.Variables),
      ]),
    );

    for (const [name, schema] of Object.entries(functionEnv)) {
      const expected = Object.keys(schema.entries).filter(
        (key) => !key.startsWith("AWS_") && !onlyWithMomento.has(key),
      );
      expect(byName[name]?.filter((key: string) => key !== "NODE_OPTIONS").sort(), name).toEqual(expected.sort());
    }
  });

  it("have no permission for all actions, and on all resources only where AWS knows no narrower one", () => {
    const wide = statements().filter(({ statement }) =>
      [statement.Action].flat().some((action) => action.endsWith(":*") || action === "*"),
    );
    const everywhere = statements().filter(({ statement }) => [statement.Resource].flat().includes("*"));

    expect(wide).toEqual([]);
    // ListStreams takes no resource (Service Authorization Reference, DynamoDB).
    expect(everywhere.map(({ statement }) => statement.Action)).toEqual(everywhere.map(() => "dynamodb:ListStreams"));
  });

  it("may assume roles of one name alone", () => {
    const assuming = statements().filter(({ statement }) => [statement.Action].flat().includes("sts:AssumeRole"));

    expect(assuming.length).toBeGreaterThan(0);
    for (const { statement } of assuming)
      expect(JSON.stringify(statement.Resource)).toContain(":iam::*:role/sesami-connection-*");
  });

  it("that anyone can call reach nothing of the Directory but what they are for", () => {
    const reached = (role: string) =>
      statements()
        .filter(({ policy }) => policy.startsWith(`${role}ServiceRole`))
        .map(({ statement }) => statement)
        .filter(({ Action }) => [Action].flat()[0]?.startsWith("dynamodb:"))
        .map(({ Action, Condition }) => [Action, Condition]);
    const of = (...partitions: string[]) => ({ "ForAllValues:StringLike": { "dynamodb:LeadingKeys": partitions } });

    expect(reached("Unsubscribe")).toEqual([[expect.any(Array), of("S#*", "SE#*", "ERASED#*")]]);
    expect(reached("Authorizer")).toEqual([["dynamodb:GetItem", of("KEY#*")]]);
    expect(reached("SnsDoor")).toEqual([["dynamodb:GetItem", of("SNS#*", "TENANT#*")]]);
  });

  it("never scan a table", () => {
    expect(statements().filter(({ statement }) => [statement.Action].flat().includes("dynamodb:Scan"))).toEqual([]);
  });
});

describe("lines of bulks", () => {
  it("are worked on one by one, many at once, so that nobody's holds up all others", () => {
    template("api").hasResourceProperties("AWS::Lambda::EventSourceMapping", {
      EventSourceArn: Match.objectLike({ "Fn::GetAtt": [Match.stringLikeRegexp("Lines"), "Arn"] }),
      BatchSize: 1,
      FunctionResponseTypes: ["ReportBatchItemFailures"],
      ScalingConfig: { MaximumConcurrency: 100 },
    });
  });

  it("come again later than the lease of a worker that died runs, and are swept every minute", () => {
    template("api").hasResourceProperties("AWS::SQS::Queue", {
      VisibilityTimeout: 120,
      RedrivePolicy: { maxReceiveCount: 20 },
    });
    template("api").hasResourceProperties("AWS::Events::Rule", { ScheduleExpression: "rate(1 minute)" });
    expect(leaseMs).toBeLessThan(120_000);
    // The tail of a shift: what is under way is recorded before Lambda ends the function.
    template("api").hasResourceProperties("AWS::Lambda::Function", {
      Description: "Sends bulks, each connection's at its account's rate",
      Timeout: 60,
    });
    expect(shiftMs).toBeLessThanOrEqual(45_000);
  });
});

describe("events in", () => {
  it("wait in a queue with room for retries before they go to the dead-letter queue", () => {
    template("ingest").hasResourceProperties("AWS::SQS::Queue", {
      RedrivePolicy: { maxReceiveCount: 20 },
      VisibilityTimeout: 180,
    });
  });

  it("fail one by one, not by the batch, and from a bounded number of functions", () => {
    template("ingest").hasResourceProperties("AWS::Lambda::EventSourceMapping", {
      EventSourceArn: Match.objectLike({ "Fn::GetAtt": [Match.stringLikeRegexp("^Events"), "Arn"] }),
      FunctionResponseTypes: ["ReportBatchItemFailures"],
      ScalingConfig: { MaximumConcurrency: 20 },
    });
  });

  it("call the projector once they are in the Ledger, and what it writes itself does not", () => {
    const mappings = template("ingest").findResources("AWS::Lambda::EventSourceMapping", {
      Properties: { TumblingWindowInSeconds: Match.anyValue() },
    });

    const [mapping] = Object.values(mappings) as {
      Properties: { FilterCriteria: { Filters: { Pattern: string }[] } };
    }[];
    const patterns = mapping?.Properties.FilterCriteria.Filters.map(({ Pattern }) => JSON.parse(Pattern)) ?? [];
    const prefixes = patterns.map(({ dynamodb }) => dynamodb.Keys.pk.S[0].prefix as string);
    const projected = [outcomeKey("ten_1", "ada@example.com", "m"), barrierKey("b", 1)];
    const others = [{ pk: listPartition("ten_1", "2026-11-23", "open", 1) }, placeKey("s"), dimensionKeysKey("ten_1")];
    const passes = ({ pk }: { pk: string }) => prefixes.some((prefix) => pk.startsWith(prefix));
    expect(projected.map(passes)).toEqual([true, true]);
    expect([...others, { pk: counterPartition("ten_1", "2026-11") }].map(passes)).toEqual([false, false, false, false]);
  });

  it("wait a second to be counted together, or as long as the operator says", () => {
    expect(parseProjectorWindow(undefined).toSeconds()).toBe(1);
    expect(parseProjectorWindow("0").toSeconds()).toBe(0);
    for (const wrong of ["-1", "301", "1.5", "soon"])
      expect(() => parseProjectorWindow(wrong)).toThrow("whole number from 0 to 300");
    template("ingest").hasResourceProperties("AWS::Lambda::EventSourceMapping", {
      TumblingWindowInSeconds: 900,
      MaximumBatchingWindowInSeconds: 1,
    });
  });

  it("are put into their queue by the rule and the SNS door, and the policy admits nobody else", () => {
    const ingest = template("ingest");
    const policies = Object.values(ingest.findResources("AWS::SQS::QueuePolicy")).map(
      ({ Properties }) => Properties as { Queues: { Ref: string }[]; PolicyDocument: { Statement: Statement[] } },
    );
    const policy = policies.find(({ Queues }) => Queues.some(({ Ref }) => /^Events[0-9A-F]{8}$/.test(Ref)));
    const admitted = policy?.PolicyDocument.Statement.filter(({ Effect }) => Effect === "Allow");

    expect(admitted).toEqual([
      expect.objectContaining({
        Principal: { Service: "events.amazonaws.com" },
        Condition: { ArnEquals: { "aws:SourceArn": { "Fn::GetAtt": [expect.stringMatching(/^SesEvents/), "Arn"] } } },
      }),
      expect.objectContaining({
        Action: "sqs:SendMessage",
        Principal: { AWS: { "Fn::GetAtt": [expect.stringMatching(/^SnsDoorServiceRole/), "Arn"] } },
      }),
    ]);
  });

  it("are kept for replay", () => {
    template("ingest").hasResourceProperties("AWS::Events::Archive", { EventPattern: { source: ["aws.ses"] } });
  });

  it("that could not be stored ring an alarm which names the runbook's heading", () => {
    const alarms = Object.values(template("ingest").findResources("AWS::CloudWatch::Alarm"));
    const descriptions = alarms.map(({ Properties }) => Properties.AlarmDescription as string);

    expect(
      descriptions.filter((text) => text.includes("docs/runbook.md#a-dead-letter-queue-is-not-empty")),
    ).toHaveLength(4);
    expect(descriptions.every((text) => text.includes("docs/runbook.md#"))).toBe(true);
  });
});

describe("the API", () => {
  it("asks the authorizer on every route but the configuration, the API's description, unsubscribe links and the SNS door", () => {
    const routes = Object.values(template("api").findResources("AWS::ApiGatewayV2::Route"));
    const open = routes.filter(({ Properties }) => Properties.AuthorizationType !== "CUSTOM");

    expect(open.map(({ Properties }) => Properties.RouteKey)).toEqual([
      "GET /config",
      "GET /openapi.json",
      "GET /unsubscribe/{token}",
      "POST /unsubscribe/{token}",
      "POST /sns/{connectionKey}",
    ]);
  });

  it("has the routes that its description has, with the same callers, and no other", () => {
    const routes = Object.values(template("api").findResources("AWS::ApiGatewayV2::Route")).map(
      ({ Properties }) => [Properties.RouteKey, Properties.AuthorizationType === "CUSTOM"] as [string, boolean],
    );
    const described = operations.map(({ method, path, caller }) => [`${method} ${path}`, caller !== "anyone"]);

    expect(Object.fromEntries(described)).toEqual(Object.fromEntries(routes));
  });

  it("forgets an authorization within a minute", () => {
    template("api").hasResourceProperties("AWS::ApiGatewayV2::Authorizer", {
      AuthorizerResultTtlInSeconds: 60,
      EnableSimpleResponses: true,
      IdentitySource: ["$request.header.Authorization"],
    });
  });
});

describe("mail for later", () => {
  const scheduleGroup = expect.stringMatching(/^MailSchedulesGroup/) as string;
  const schedulerRole = expect.stringMatching(/^MailSchedulesRole/) as string;

  it("is told of as a role that Scheduler takes for our group alone, and that puts messages into two queues alone", () => {
    const roles = Object.entries(template("api").findResources("AWS::IAM::Role"));
    const trusting = roles.filter(([, { Properties }]) =>
      JSON.stringify(Properties.AssumeRolePolicyDocument).includes("scheduler.amazonaws.com"),
    );
    const allowed = statements().filter(({ policy }) => policy.startsWith("MailSchedulesRole"));

    expect(trusting.map(([, { Properties }]) => Properties.AssumeRolePolicyDocument.Statement)).toEqual([
      [
        {
          Effect: "Allow",
          Action: "sts:AssumeRole",
          Principal: { Service: "scheduler.amazonaws.com" },
          Condition: {
            StringEquals: { "aws:SourceAccount": { Ref: "AWS::AccountId" } },
            ArnEquals: { "aws:SourceArn": { "Fn::GetAtt": [scheduleGroup, "Arn"] } },
          },
        },
      ],
    ]);
    expect(allowed.map(({ statement }) => statement)).toEqual([
      {
        Effect: "Allow",
        Action: "sqs:SendMessage",
        Resource: [
          { "Fn::GetAtt": [expect.stringMatching(/^BulkSendingLines/), "Arn"] },
          { "Fn::GetAtt": [expect.stringMatching(/^MailSchedulesScheduleDeadLetters/), "Arn"] },
        ],
      },
    ]);
  });

  it("is scheduled by two functions, in that group alone, which pass that role to Scheduler alone", () => {
    const scheduling = statements().filter(({ statement }) =>
      [statement.Action].flat().some((action) => action.startsWith("scheduler:")),
    );
    const passing = statements().filter(({ statement }) => [statement.Action].flat().includes("iam:PassRole"));
    const functionsOf = (found: { policy: string }[]) => found.map(({ policy }) => policy.replace(/ServiceRole.*/, ""));

    expect(functionsOf(scheduling)).toEqual(["Mail", "Bulk"]);
    for (const { statement } of scheduling) {
      expect(statement.Action).toEqual(["scheduler:CreateSchedule", "scheduler:DeleteSchedule"]);
      expect(JSON.stringify(statement.Resource)).toMatch(/:schedule\/SesamiApi-MailSchedules-[\w-]+\/\*"/);
    }
    expect(functionsOf(passing)).toEqual(["Mail", "Bulk"]);
    for (const { statement } of passing)
      expect(statement).toEqual({
        Effect: "Allow",
        Action: "iam:PassRole",
        Resource: { "Fn::GetAtt": [schedulerRole, "Arn"] },
        Condition: { StringEquals: { "iam:PassedToService": "scheduler.amazonaws.com" } },
      });
  });
});

describe("the user pool", () => {
  it("lets a client write nothing but the address", () => {
    template("auth").hasResourceProperties("AWS::Cognito::UserPoolClient", {
      WriteAttributes: ["email"],
      ExplicitAuthFlows: ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
      PreventUserExistenceErrors: "ENABLED",
    });
  });
});
