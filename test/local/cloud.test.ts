import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DescribeRuleCommand, EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { GetConfigurationSetCommand, SESv2Client } from "@aws-sdk/client-sesv2";
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { connectionTemplate } from "../../infra/customer/connection-stack.ts";
import { createCloud, type Cloud, type CloudOptions } from "../../local/cloud.ts";
import { openState } from "../../local/state.ts";
import {
  configurationSetName,
  connectionRoleName,
  forwardingRuleName,
  templateParameter,
} from "../../shared/contract/connection.ts";

const operator = "111111111111";
const customer = "222222222222";
const region = "us-east-1";
const externalId = "a-test-external-id-0001";

let folder: string;
let clouds: Cloud[];
let clients: { destroy: () => void }[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "cloud-"));
  clouds = [];
  clients = [];
});

afterEach(async () => {
  for (const client of clients) client.destroy();
  for (const cloud of clouds) await cloud.stop();
  rmSync(folder, { recursive: true });
});

async function start(options: Partial<CloudOptions> = {}): Promise<Cloud> {
  const log = (line: string, error?: unknown) => {
    throw new Error(line, { cause: error });
  };
  const cloud = await createCloud({ state: openState(), log, onFunctionLog: () => undefined, ...options });
  clouds.push(cloud);
  return cloud;
}

const opened = <Client extends { destroy: () => void }>(client: Client) => {
  clients.push(client);
  return client;
};

type Keys = { accessKeyId: string; secretAccessKey: string; sessionToken?: string };

const settings = (cloud: Cloud, credentials: Keys) => ({ region, endpoint: cloud.url, credentials, maxAttempts: 1 });

describe("the customer's account with the connection template", () => {
  const connect = async () => {
    const cloud = await start();
    const { outputs } = await cloud.deploy({
      accountId: customer,
      region,
      stackName: "SesamiConnection",
      template: connectionTemplate(folder),
      parameters: {
        [templateParameter.externalId]: externalId,
        [templateParameter.operatorAccountId]: operator,
        [templateParameter.eventBusArn]: `arn:aws:events:${region}:${operator}:event-bus/sesami`,
      },
    });
    const sts = opened(new STSClient(settings(cloud, cloud.identity.rootCredentials(operator))));
    const assume = async (ExternalId?: string) => {
      const input = { RoleArn: outputs["RoleArn"], RoleSessionName: "verify", ExternalId };
      const { Credentials } = await sts.send(new AssumeRoleCommand(input));
      return {
        accessKeyId: Credentials!.AccessKeyId!,
        secretAccessKey: Credentials!.SecretAccessKey!,
        sessionToken: Credentials!.SessionToken!,
      };
    };
    return { cloud, outputs, assume };
  };

  it("lets the operator in with the right external id alone", async () => {
    const { outputs, assume } = await connect();

    expect(outputs["RoleArn"]).toBe(`arn:aws:iam::${customer}:role/${connectionRoleName(region)}`);
    await expect(assume(externalId)).resolves.toBeDefined();
    await expect(assume()).rejects.toMatchObject({ name: "AccessDenied" });
    await expect(assume("a-test-external-id-0002")).rejects.toMatchObject({ name: "AccessDenied" });
  });

  it("shows the role its configuration set and its rule, which the operator's account does not have", async () => {
    const { cloud, assume } = await connect();
    const keys = await assume(externalId);
    const setOf = (credentials: Keys) =>
      opened(new SESv2Client(settings(cloud, credentials))).send(
        new GetConfigurationSetCommand({ ConfigurationSetName: configurationSetName }),
      );
    const ruleOf = (credentials: Keys) =>
      opened(new EventBridgeClient(settings(cloud, credentials))).send(
        new DescribeRuleCommand({ Name: forwardingRuleName }),
      );

    expect(await setOf(keys)).toMatchObject({ ConfigurationSetName: configurationSetName });
    expect(await ruleOf(keys)).toMatchObject({ Name: forwardingRuleName, State: "ENABLED" });
    const own = cloud.identity.rootCredentials(operator);
    await expect(setOf(own)).rejects.toMatchObject({ name: "NotFoundException" });
    await expect(ruleOf(own)).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  });
});

describe("a restart on another port", () => {
  const template = {
    Resources: {
      Work: { Type: "AWS::SQS::Queue", Properties: { QueueName: "work" } },
      Users: { Type: "AWS::Cognito::UserPool", Properties: {} },
    },
    Outputs: { QueueUrl: { Value: { Ref: "Work" } }, UserPoolId: { Value: { Ref: "Users" } } },
  };
  const deploy = async (cloud: Cloud) => {
    const { outputs } = await cloud.deploy({ accountId: operator, region, stackName: "Work", template });
    return outputs as { QueueUrl: string; UserPoolId: string };
  };
  const sqs = (cloud: Cloud) => opened(new SQSClient(settings(cloud, cloud.identity.rootCredentials(operator))));
  const keysOf = async (cloud: Cloud, poolId: string) => {
    const response = await fetch(`${cloud.url}/${poolId}/.well-known/jwks.json`);
    return response.json();
  };

  it("keeps messages and the user pool's keys", async () => {
    const before = await start({ state: openState(folder) });
    const first = await deploy(before);
    await sqs(before).send(new SendMessageCommand({ QueueUrl: first.QueueUrl, MessageBody: "hello" }));
    const keysBefore = await keysOf(before, first.UserPoolId);
    await before.stop();

    const after = await start({ state: openState(folder) });
    const second = await deploy(after);
    const received = await sqs(after).send(new ReceiveMessageCommand({ QueueUrl: second.QueueUrl }));

    expect(second.QueueUrl).toBe(`${after.url}/${operator}/work`);
    expect(received.Messages).toMatchObject([{ Body: "hello" }]);
    expect(await keysOf(after, second.UserPoolId)).toEqual(keysBefore);
    expect(keysBefore).toMatchObject({ keys: [{ alg: "RS256" }] });
  });
});

it("a port that is taken is refused, and nothing is left running", async () => {
  const first = await start();

  const second = createCloud({
    state: openState(),
    port: Number(new URL(first.url).port),
    log: () => undefined,
    onFunctionLog: () => undefined,
  });

  await expect(second).rejects.toMatchObject({ code: "EADDRINUSE" });
});
