// The AWS of one warm POST /mail, as a process of its own: it answers at once and the same each time, so that what is
// measured is the function alone. Run by call-handler.ts; tells its port to the process that started it.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

const accountId = "222222222222";
const region = "us-east-1";

const connection = {
  pk: { S: "TENANT#ten_bench" },
  sk: { S: "CONNECTION#con_bench" },
  tenantId: { S: "ten_bench" },
  connectionId: { S: "con_bench" },
  accountId: { S: accountId },
  region: { S: region },
  roleArn: { S: `arn:aws:iam::${accountId}:role/sesami-connection-${region}` },
  externalId: { S: "external-id-of-the-benchmark" },
  configurationSet: { S: "sesami" },
  state: { S: "verified" },
  createdAt: { S: "2026-11-23T07:00:00.000Z" },
};

const apiKey = { tenantId: { S: "ten_bench" }, keyId: { S: "key_bench" } };

/** By operation, of the services that speak JSON. */
const jsonAnswers: Record<string, object> = {
  GetItem: { Item: apiKey },
  BatchGetItem: { Responses: {}, UnprocessedKeys: {} },
  BatchWriteItem: { UnprocessedItems: {} },
  GetSecretValue: { SecretString: "the secret of the benchmark" },
};

/** The tenant has a connection, and nobody that it must not mail. */
const queryAnswer = (request: string): object =>
  request.includes('"TENANT#') ? { Items: [connection], Count: 1 } : { Items: [], Count: 0 };

const expiration = new Date(Date.now() + 3_600_000).toISOString();

/** By operation, of the services that speak XML. */
const xmlAnswers: Record<string, string> = {
  AssumeRole:
    `<AssumeRoleResult><Credentials><AccessKeyId>ASIAEXAMPLEEXAMPLE00</AccessKeyId><SecretAccessKey>secret</SecretAccessKey>` +
    `<SessionToken>${"t".repeat(800)}</SessionToken><Expiration>${expiration}</Expiration></Credentials></AssumeRoleResult>`,
  SendRawEmail: `<SendRawEmailResult><MessageId>0100019a0b1c2d3e-00000000-0000-4000-8000-000000000001-000000</MessageId></SendRawEmailResult>`,
};

const server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const target = request.headers["x-amz-target"];
    if (typeof target === "string") {
      const name = target.split(".")[1] ?? "";
      const answer = name === "Query" ? queryAnswer(Buffer.concat(chunks).toString()) : jsonAnswers[name];
      const body = JSON.stringify(answer ?? {});
      response.writeHead(200, { "content-type": "application/x-amz-json-1.0" }).end(body);
      return;
    }
    const operation = /Action=(\w+)/.exec(Buffer.concat(chunks).toString("latin1", 0, 200))?.[1] ?? "";
    const result = `${xmlAnswers[operation] ?? ""}<ResponseMetadata><RequestId>1</RequestId></ResponseMetadata>`;
    response
      .writeHead(200, { "content-type": "text/xml" })
      .end(`<${operation}Response xmlns="https://aws.example/">${result}</${operation}Response>`);
  });
});

server.listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port));
process.once("disconnect", () => process.exit());
