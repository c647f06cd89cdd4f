// `npm run recount` over the real stacks: it finds tables and secret by itself, and mends while functions run.
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, ScanCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { laptopRegion as region, operatorAccountId } from "../../local/laptop.ts";
import { apiOf, type Api } from "../support/api.ts";
import { startConnectedLaptop } from "../support/connected-laptop.ts";
import type { TestLaptop } from "../support/laptop.ts";
import { runProgram } from "../support/program.ts";
import { settle } from "../support/settled.ts";

let laptop: TestLaptop;
let api: Api;
let dynamodb: DynamoDBDocumentClient;
let sqs: SQSClient;
let operator: Record<string, string>;
let tenantId: string;

const refOf = (stackName: string, logicalId: RegExp): string => {
  const { resources = {} } = laptop.cloud.findStack({ accountId: operatorAccountId, region, stackName }) ?? {};
  return Object.entries(resources).find(([id]) => logicalId.test(id))?.[1].ref ?? expect.fail(`no ${logicalId}`);
};

/** Adds to the counter of today's or yesterday's sends. */
async function damage(): Promise<void> {
  const TableName = refOf("SesamiData", /^Ledger/);
  const { Items = [] } = await dynamodb.send(new ScanCommand({ TableName }));
  const { pk, sk } =
    Items.find((item) => String(item["sk"]).startsWith("D#")) ?? expect.fail("nothing has been counted");
  tenantId = String(pk).split("#")[1]!;
  await dynamodb.send(
    new UpdateCommand({
      TableName,
      Key: { pk, sk },
      UpdateExpression: "ADD send :two",
      ExpressionAttributeValues: { ":two": 2 },
    }),
  );
}

const recount = (...args: string[]) => runProgram("cli/recount.ts", args, operator);

beforeAll(async () => {
  const connected = await startConnectedLaptop();
  laptop = connected.laptop;
  api = apiOf(laptop.apiUrl, connected.apiKey);
  const credentials = laptop.cloud.identity.rootCredentials(operatorAccountId);
  const settings = { region, endpoint: laptop.cloud.url, credentials };
  dynamodb = DynamoDBDocumentClient.from(new DynamoDBClient(settings));
  sqs = new SQSClient(settings);
  operator = {
    AWS_ENDPOINT_URL: laptop.cloud.url,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  };
  const mail = { from: "hello@shop.example", subject: "Hello", text: "Hello" };
  for (const to of ["ada@people.example", "bounce@simulator.amazonses.com"])
    await api("POST", "/mail", { ...mail, to });
  await settle(laptop);
});

afterAll(async () => {
  dynamodb?.destroy();
  sqs?.destroy();
  await laptop?.stop();
});

describe("npm run recount", () => {
  it("tells what is different, mends it, and then finds nothing", async () => {
    await damage();

    const dry = await recount("--tenant", tenantId, "--dry-run");
    const wet = await recount("--tenant", tenantId);
    const again = await recount("--from", "2026-01-01");

    expect(dry).toMatchObject({ code: 4, stderr: "" });
    expect(dry.stdout).toMatch(/^counter .* D#\d{4}-\d\d-\d\d send: \d+, should be \d+$/m);
    expect(dry.stdout).toContain("1 difference found");
    expect(wet).toMatchObject({ code: 3, stderr: "" });
    expect(wet.stdout).toContain("1 difference found and mended");
    expect(again).toMatchObject({ code: 0, stderr: "" });
    expect(again.stdout).toContain("nothing is different");
  });

  it("is what redrive does with letters of the projector, which it then takes away", async () => {
    await damage();
    const queueUrl = refOf("SesamiIngest", /^ProjectorDeadLetters[0-9A-F]{8}$/);
    const keys = { pk: { S: `O#${tenantId}#ada@people.example` }, sk: { S: "M#message-1" } };
    await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify({ shardId: "s", keys }) }));

    const run = await runProgram("cli/redrive.ts", ["--queue", "projector"], operator);
    const again = await runProgram("cli/redrive.ts", ["--queue", "projector"], operator);

    expect(run).toMatchObject({ code: 0, stderr: "" });
    expect(run.stdout).toContain("1 difference found and mended");
    expect(again.stdout).toBe("ProjectorDeadLetters: empty\n");
  });

  it.each([
    [[], 2],
    [["--tenant", "ada"], 2],
    [["--from", "2026-02-30"], 2],
    [["--from", "2026-11-23", "--to", "2026-11-22"], 2],
    [["--tenant", "ten_ada", "--read-units", "0"], 2],
    [["--everything"], 2],
    [["--tenant", "ten_ada", "--stack", "Elsewhere"], 1],
  ])("%j is answered with what is wrong", async (args, code) => {
    const run = await recount(...args);

    expect(run.code).toBe(code);
    expect(run.stderr).toMatch(/^recount: /);
    expect(run.stdout).toBe("");
  });
});
