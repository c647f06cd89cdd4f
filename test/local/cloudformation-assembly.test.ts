import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, CfnOutput, CfnResource, Fn, Stack } from "aws-cdk-lib";
import { Alarm, Metric } from "aws-cdk-lib/aws-cloudwatch";
import { Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Key } from "aws-cdk-lib/aws-kms";
import { CfnFunction } from "aws-cdk-lib/aws-lambda";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { Asset } from "aws-cdk-lib/aws-s3-assets";
import { Topic } from "aws-cdk-lib/aws-sns";
import { StringParameter } from "aws-cdk-lib/aws-ssm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readAssembly, type Assembly } from "../../local/cloudformation/assembly.ts";
import { createCloudFormation } from "../../local/cloudformation/engine.ts";
import { passiveProviders } from "../../local/cloudformation/passive.ts";
import type { ResourceProviders } from "../../local/cloudformation/provider.ts";
import { createIdentity } from "../../local/identity/identity.ts";
import { openState } from "../../local/state.ts";
import cdkJson from "../../cdk.json" with { type: "json" };

const accountId = "111111111111";
const region = "us-east-1";
let folder: string;
let assembly: Assembly;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "assembly-"));
  const code = join(folder, "code");
  mkdirSync(code);
  writeFileSync(join(code, "index.mjs"), "export const handler = async () => 1;\n");

  const app = new App({ outdir: join(folder, "cdk.out"), context: cdkJson.context, analyticsReporting: false });
  const data = new Stack(app, "Data", { env: { account: accountId, region } });
  const key = new Key(data, "Key", { alias: "shop" });
  const topic = new Topic(data, "Alarms");
  const setting = new StringParameter(data, "Setting", { parameterName: "/shop/domain", stringValue: "shop.example" });

  const api = new Stack(app, "Api", { stackName: "shop-api" });
  const asset = new Asset(api, "Code", { path: code });
  const role = new Role(api, "Role", { assumedBy: new ServicePrincipal("lambda.amazonaws.com") });
  const log = new LogGroup(api, "Log");
  new CfnFunction(api, "Function", {
    role: role.roleArn,
    runtime: "nodejs24.x",
    handler: "index.handler",
    code: { s3Bucket: asset.s3BucketName, s3Key: asset.s3ObjectKey },
    loggingConfig: { logGroup: log.logGroupName },
  });
  const metric = new Metric({ namespace: "Shop", metricName: "Orders" });
  new Alarm(api, "Alarm", { metric, threshold: 1, evaluationPeriods: 1 });
  new CfnOutput(api, "LogArn", { value: log.logGroupArn });
  new CfnOutput(api, "Region", { value: Fn.ref("AWS::Region") });

  const alerts = new Stack(app, "Alerts", { env: { account: accountId, region } });
  new CfnResource(alerts, "Subscription", {
    type: "AWS::SNS::Subscription",
    properties: { TopicArn: topic.topicArn, Protocol: "email", Endpoint: "operator@example.com" },
  });
  new CfnOutput(alerts, "KeyArn", { value: key.keyArn });
  new CfnOutput(alerts, "Setting", { value: setting.parameterName });
  app.synth();
  assembly = readAssembly(join(folder, "cdk.out"));
});

afterAll(() => rmSync(folder, { recursive: true }));

describe("a manifest", () => {
  it("may name a stack before what it depends on", () => {
    const written = mkdtempSync(join(tmpdir(), "manifest-"));
    const stack = (...dependencies: string[]) => ({
      type: "aws:cloudformation:stack",
      environment: "aws://unknown-account/eu-west-1",
      dependencies,
      properties: { templateFile: "template.json" },
    });
    try {
      const artifacts = { Last: stack("Middle", "First"), Middle: stack("First"), First: stack() };
      writeFileSync(join(written, "manifest.json"), JSON.stringify({ artifacts }));
      writeFileSync(join(written, "template.json"), "{}");

      const { stacks } = readAssembly(written);

      expect(stacks.map(({ id, accountId, region }) => [id, accountId, region])).toEqual([
        ["First", undefined, "eu-west-1"],
        ["Middle", undefined, "eu-west-1"],
        ["Last", undefined, "eu-west-1"],
      ]);
    } finally {
      rmSync(written, { recursive: true });
    }
  });
});

describe("an assembly of the CDK", () => {
  it("has its stacks in the order of deployment, with their names and places", () => {
    const stacks = assembly.stacks.map(({ id, stackName, accountId, region, dependsOn }) => ({
      id,
      stackName,
      accountId,
      region,
      dependsOn,
    }));

    expect(stacks).toEqual(
      expect.arrayContaining([
        { id: "Api", stackName: "shop-api", accountId: undefined, region: undefined, dependsOn: [] },
        { id: "Data", stackName: "Data", accountId, region, dependsOn: [] },
        { id: "Alerts", stackName: "Alerts", accountId, region, dependsOn: ["Data"] },
      ]),
    );
    const ids = stacks.map(({ id }) => id);
    expect(ids.indexOf("Data")).toBeLessThan(ids.indexOf("Alerts"));
  });

  it("says when there is no such asset", () => {
    expect(() => assembly.assetPath("gone.zip")).toThrow("no asset gone.zip");
  });

  it("deploys with all references between its stacks, and functions find their code", async () => {
    const state = openState();
    const identity = createIdentity({ state, clock: () => 0 });
    const functions: { files: string[]; role: unknown; logGroup: unknown }[] = [];
    const providers: ResourceProviders = {
      ...passiveProviders,
      ...identity.providers,
      "AWS::Lambda::Function": {
        create: (properties, context) => {
          const files = readdirSync(context.assetPath(properties["Code"].S3Key));
          functions.push({ files, role: properties["Role"], logGroup: properties["LoggingConfig"].LogGroup });
          return { ref: context.generatedName, attributes: {} };
        },
      },
    };
    const cloudFormation = createCloudFormation({ providers, state });

    const outputs: Record<string, Record<string, string>> = {};
    for (const { id, stackName, template } of assembly.stacks) {
      const { assetPath } = assembly;
      const deployed = await cloudFormation.deploy({ accountId, region, stackName, template, assetPath });
      outputs[id] = deployed.outputs;
    }

    expect(functions).toEqual([
      {
        files: ["index.mjs"],
        role: expect.stringMatching(/^arn:aws:iam::111111111111:role\/shop-api-Role/),
        logGroup: expect.stringMatching(/^shop-api-Log/),
      },
    ]);
    expect(outputs["Api"]!["LogArn"]).toMatch(/^arn:aws:logs:us-east-1:111111111111:log-group:shop-api-Log.*:\*$/);
    expect(outputs["Api"]!["Region"]).toBe(region);
    expect(outputs["Alerts"]!["KeyArn"]).toMatch(/^arn:aws:kms:us-east-1:111111111111:key\/[0-9a-f-]{36}$/);
    expect(outputs["Alerts"]!["Setting"]).toBe("/shop/domain");
    const place = { accountId, region, stackName: "Alerts" };
    const subscription = cloudFormation.findStack(place)!.resources["Subscription"]!;
    expect(subscription.ref).toMatch(/^arn:aws:sns:us-east-1:111111111111:Data-Alarms.*:[0-9a-f-]{36}$/);
    expect(identity.findRole(String(functions[0]!.role))).toBeDefined();
  });
});
