import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient, ListRulesCommand } from "@aws-sdk/client-eventbridge";
import { SESClient, SendRawEmailCommand } from "@aws-sdk/client-ses";
import { GetEmailIdentityCommand, SESv2Client } from "@aws-sdk/client-sesv2";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createFrontDoor, type FrontDoor } from "../../local/front-door/front-door.ts";
import { assertSignature, findAuthorization } from "../../local/front-door/signature.ts";
import { createIdentity, type Identity } from "../../local/identity/identity.ts";
import { AwsError, jsonReply, xmlReply, type AwsCall, type AwsReply } from "../../local/protocol.ts";
import { openState } from "../../local/state.ts";

const operator = "111111111111";

let identity: Identity;
let frontDoor: FrontDoor;
let endpoint: string;
let calls: AwsCall[];
let logged: string[];
let reply: () => AwsReply;
let closing: { destroy: () => void }[];

beforeEach(async () => {
  calls = [];
  logged = [];
  closing = [];
  reply = () => jsonReply({}, "1.0");
  identity = createIdentity({ state: openState(), clock: () => Date.parse("2026-11-23T08:00:00Z") });
  const record = async (call: AwsCall) => {
    calls.push(call);
    return reply();
  };
  frontDoor = createFrontDoor({
    identity,
    services: { ses: record, dynamodb: record, "cognito-idp": record },
    log: (line) => logged.push(line),
  });
  endpoint = await frontDoor.listen(0);
});

afterEach(async () => {
  for (const client of closing) client.destroy();
  await frontDoor.close();
});

type Keys = { accessKeyId: string; secretAccessKey: string };
const settings = (credentials: Keys = identity.rootCredentials(operator)) => ({
  region: "eu-west-1",
  endpoint,
  credentials,
  maxAttempts: 1,
});
const opened = <Client extends { destroy: () => void }>(client: Client) => {
  closing.push(client);
  return client;
};
const dynamo = (keys?: Keys) => opened(new DynamoDBClient(settings(keys)));
const ses = (keys?: Keys) => opened(new SESClient(settings(keys)));
const sesV2 = (keys?: Keys) => opened(new SESv2Client(settings(keys)));

const getItem = new GetItemCommand({ TableName: "ledger", Key: { pk: { S: "käse & +%" } } });
const sendRaw = new SendRawEmailCommand({ RawMessage: { Data: Buffer.from("From: shop@shop.example\r\n\r\nHi") } });
/** Its path holds an escaped address, which the signature escapes again. */
const getIdentity = new GetEmailIdentityCommand({ EmailIdentity: "jane+1 (a)@example.com" });

describe("signed calls", () => {
  it("go to the service of the signature's scope, with region and caller", async () => {
    await dynamo().send(getItem);

    expect(calls[0]).toMatchObject({
      service: "dynamodb",
      region: "eu-west-1",
      method: "POST",
      caller: { accountId: operator, arn: `arn:aws:iam::${operator}:user/administrator` },
      headers: { "x-amz-target": "DynamoDB_20120810.GetItem" },
    });
    expect(JSON.parse(calls[0]!.body.toString("utf8"))).toMatchObject({ TableName: "ledger" });
  });

  it("verify with escaped paths", async () => {
    reply = () => jsonReply({ VerifiedForSendingStatus: true }, "rest");

    const answer = await sesV2().send(getIdentity);

    expect(answer.VerifiedForSendingStatus).toBe(true);
    expect(calls[0]!.path).toBe("/v2/email/identities/jane%2B1%20%28a%29%40example.com");
  });

  it("are answered with a request id", async () => {
    const answer = await dynamo().send(getItem);

    expect(answer.$metadata.requestId).toMatch(/^[0-9a-f-]{36}$/);
  });

  it.each([
    ["SES v1", () => ses, sendRaw, "SignatureDoesNotMatch", "InvalidClientTokenId", "ExpiredToken", 403],
    [
      "SES v2",
      () => sesV2,
      getIdentity,
      "InvalidSignatureException",
      "UnrecognizedClientException",
      "ExpiredTokenException",
      403,
    ],
    [
      "DynamoDB",
      () => dynamo,
      getItem,
      "InvalidSignatureException",
      "UnrecognizedClientException",
      "ExpiredTokenException",
      400,
    ],
  ] as const)(
    "of %s are refused in its own words",
    async (_, client, command, mismatch, unknownKey, expired, status) => {
      const keys = identity.rootCredentials(operator);
      const send = (wrong: Partial<Keys>) =>
        (client()({ ...keys, ...wrong }) as { send: (command: unknown) => Promise<unknown> }).send(command);

      const $metadata = { httpStatusCode: status };
      await expect(send({ secretAccessKey: "wrong" })).rejects.toMatchObject({ name: mismatch, $metadata });
      await expect(send({ accessKeyId: "AKIAIOSFODNN7EXAMPLE" })).rejects.toMatchObject({
        name: unknownKey,
        $metadata,
      });
      identity.expireSession(keys.accessKeyId);
      await expect(send({})).rejects.toMatchObject({ name: expired, $metadata });
      expect(calls).toEqual([]);
    },
  );

  it("to a service that is not there are an error with its name", async () => {
    const client = opened(new EventBridgeClient(settings()));

    const sent = client.send(new ListRulesCommand({}));

    await expect(sent).rejects.toMatchObject({ name: "NotImplemented", message: expect.stringContaining("events") });
  });
});

describe("a signature", () => {
  // The worked example of the IAM user guide's Signature Version 4 pages: the secret, the request and the result are AWS's.
  const example = {
    method: "GET",
    path: "/",
    query: new URLSearchParams("Action=ListUsers&Version=2010-05-08"),
    headers: {
      host: "iam.amazonaws.com",
      "content-type": "application/x-www-form-urlencoded; charset=utf-8",
      "x-amz-date": "20150830T123600Z",
    },
    body: Buffer.alloc(0),
  };
  const secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
  const authorization = findAuthorization(
    "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, " +
      "SignedHeaders=content-type;host;x-amz-date, " +
      "Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7",
  )!;

  it("of AWS's own example is right", () => {
    expect(() => assertSignature(example, authorization, secret)).not.toThrow();
  });

  it.each([
    ["method", { ...example, method: "POST" }],
    ["path", { ...example, path: "/other" }],
    ["query", { ...example, query: new URLSearchParams("Action=DeleteUser&Version=2010-05-08") }],
    ["a signed header", { ...example, headers: { ...example.headers, host: "example.com" } }],
    ["the time", { ...example, headers: { ...example.headers, "x-amz-date": "20150830T123601Z" } }],
    ["the body", { ...example, body: Buffer.from("more") }],
  ])("is wrong once %s was changed", (_, tampered) => {
    expect(() => assertSignature(tampered, authorization, secret)).toThrow(
      expect.objectContaining({ code: "SignatureDoesNotMatch" }),
    );
  });

  it("does not cover a body whose declared hash is another's", () => {
    const declared = { ...example, headers: { ...example.headers, "x-amz-content-sha256": "00" } };

    expect(() => assertSignature(declared, authorization, secret)).toThrow("does not match");
  });

  it.each([
    ["AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830, SignedHeaders=host, Signature=00"],
    ["AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request"],
  ])("that is incomplete is refused: %s", (header) => {
    expect(() => findAuthorization(header)).toThrow(expect.objectContaining({ code: "IncompleteSignature" }));
  });
});

describe("errors of a service", () => {
  it("reach a query client with code, message and status", async () => {
    reply = () => {
      throw new AwsError("MessageRejected", "Email address is not verified: <shop@shop.example>");
    };

    const sent = ses().send(sendRaw);

    await expect(sent).rejects.toMatchObject({
      name: "MessageRejected",
      message: "Email address is not verified: <shop@shop.example>",
      $metadata: { httpStatusCode: 400 },
    });
  });

  it("reach a JSON client with their further members", async () => {
    reply = () => {
      const extra = { CancellationReasons: [{ Code: "ConditionalCheckFailed" }] };
      throw new AwsError("TransactionCanceledException", "Transaction cancelled", { extra });
    };

    const sent = dynamo().send(getItem);

    await expect(sent).rejects.toMatchObject({
      name: "TransactionCanceledException",
      CancellationReasons: [{ Code: "ConditionalCheckFailed" }],
    });
  });

  it("reach a REST client through their header", async () => {
    reply = () => {
      throw new AwsError("NotFoundException", "Email identity does not exist.", { status: 404 });
    };

    const sent = sesV2().send(getIdentity);

    await expect(sent).rejects.toMatchObject({ name: "NotFoundException", $metadata: { httpStatusCode: 404 } });
  });

  it("are logged and stay inside when nobody meant them", async () => {
    reply = () => {
      throw new TypeError("the private reason");
    };

    const sent = dynamo().send(getItem);

    await expect(sent).rejects.toMatchObject({ name: "InternalFailure", $metadata: { httpStatusCode: 500 } });
    await expect(sent).rejects.not.toThrow("private");
    expect(logged).toEqual([expect.stringContaining("dynamodb DynamoDB_20120810.GetItem failed")]);
  });
});

describe("unsigned calls", () => {
  const call = (target: string) =>
    fetch(endpoint, {
      method: "POST",
      headers: { "x-amz-target": target, "content-type": "application/x-amz-json-1.1", origin: "http://shop.example" },
      body: "{}",
    });

  it("reach a user pool without a caller, from any origin", async () => {
    const response = await call("AWSCognitoIdentityProviderService.InitiateAuth");

    expect(response.status).toBe(200);
    expect(response.headers.get("access-control-allow-origin")).toBe("*");
    expect(calls[0]).toMatchObject({ service: "cognito-idp" });
    expect(calls[0]).not.toHaveProperty("caller");
  });

  it("of a user pool may be read by a page when they fail", async () => {
    reply = () => {
      throw new AwsError("NotAuthorizedException", "Incorrect username or password.");
    };

    const response = await call("AWSCognitoIdentityProviderService.InitiateAuth");

    expect(response.status).toBe(400);
    expect(response.headers.get("access-control-allow-origin")).toBe("*");
    expect(await response.json()).toEqual({
      __type: "NotAuthorizedException",
      message: "Incorrect username or password.",
    });
  });

  it("of any other service are refused", async () => {
    const response = await call("DynamoDB_20120810.GetItem");

    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ __type: "MissingAuthenticationTokenException" });
    expect(calls).toEqual([]);
  });

  it("may be announced by a browser's preflight", async () => {
    const response = await fetch(endpoint, {
      method: "OPTIONS",
      headers: {
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type,x-amz-target",
      },
    });

    expect(response.status).toBe(204);
    expect(response.headers.get("access-control-allow-headers")).toBe("content-type,x-amz-target");
  });
});

describe("plain pages", () => {
  const text = async (path: string) => {
    const response = await fetch(endpoint + path);
    return `${response.status} ${await response.text()}`;
  };

  it("are served by the longest prefix, segment by segment", async () => {
    frontDoor.route("/inbox", (_, response) => void response.end("inbox"));
    frontDoor.route("/inbox/raw/", (_, response) => void response.end("raw"));

    expect(await text("/inbox")).toBe("200 inbox");
    expect(await text("/inbox/1?from=x")).toBe("200 inbox");
    expect(await text("/inbox/raw/1")).toBe("200 raw");
    expect(await text("/inboxes")).toMatch(/^404 /);
    expect(await text("//inbox")).toMatch(/^404 /);
  });

  it("at / serve what is left", async () => {
    frontDoor.route("/", (_, response) => void response.end("console"));

    expect(await text("/")).toBe("200 console");
    expect(await text("/some/page")).toBe("200 console");
  });

  it("that fail answer 500 and are logged", async () => {
    frontDoor.route("/inbox", async () => {
      throw new Error("the private reason");
    });

    expect(await text("/inbox")).toBe("500 ");
    expect(logged).toEqual(["GET /inbox failed"]);
  });
});

describe("the address", () => {
  it("is unknown before the door listens", () => {
    const closed = createFrontDoor({ identity, services: {}, log: () => undefined });

    expect(() => closed.url()).toThrow("does not listen");
  });

  it("that is taken is refused by its name", async () => {
    const second = createFrontDoor({ identity, services: {}, log: () => undefined });

    await expect(second.listen(Number(new URL(endpoint).port))).rejects.toMatchObject({ code: "EADDRINUSE" });
  });
});

it("a query service's answer passes unchanged", async () => {
  reply = () =>
    xmlReply(
      "<SendRawEmailResponse><SendRawEmailResult><MessageId>m-1</MessageId></SendRawEmailResult></SendRawEmailResponse>",
    );

  const answer = await ses().send(sendRaw);

  expect(answer.MessageId).toBe("m-1");
});
