// HTTP APIs of the laptop cloud over the wire: fetch → listener → authorizer and handler as real bundles.
import { once } from "node:events";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { json } from "node:stream/consumers";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { ResourceContext } from "../../local/cloudformation/provider.ts";
import { createHttpApis, type HttpApis } from "../../local/http-api/http-apis.ts";
import { openLocalFunctions, type LocalFunctions } from "../support/local-functions.ts";

const startMs = Date.UTC(2026, 10, 23, 9, 8, 7);
let nowMs = startMs;

let local: LocalFunctions;
let apis: HttpApis;
const failures: string[] = [];

const create = async (type: string, properties: Record<string, unknown>, logicalId: string) => {
  const context: ResourceContext = {
    accountId: "111111111111",
    region: "us-east-1",
    stackName: "Test",
    logicalId,
    generatedName: `Test-${logicalId}`,
    resource: { Type: type },
    assetPath: (name) => name,
  };
  const provider = apis.providers[`AWS::ApiGatewayV2::${type}`];
  if (!provider) throw new Error(`no provider of ${type}`);
  return provider.create(properties, context);
};

/** An API with its default stage. */
const createApi = async (name: string, properties: Record<string, unknown> = {}) => {
  const { ref } = await create("Api", { Name: name, ProtocolType: "HTTP", ...properties }, name);
  await create("Stage", { ApiId: ref, StageName: "$default", AutoDeploy: true }, `${name}Stage`);
  return ref;
};
const permit = (functionArn: string, sourceArn: string, logicalId: string) =>
  local.create(
    "AWS::Lambda::Permission",
    {
      FunctionName: functionArn,
      Action: "lambda:InvokeFunction",
      Principal: "apigateway.amazonaws.com",
      SourceArn: sourceArn,
    },
    logicalId,
  );
const addRoute = async (
  apiId: string,
  routeKey: string,
  functionArn: string,
  more: { integration?: Record<string, unknown>; authorizerId?: string } = {},
) => {
  const logicalId = `${apiId}${routeKey}`;
  const integration = await create(
    "Integration",
    {
      ApiId: apiId,
      IntegrationType: "AWS_PROXY",
      IntegrationUri: functionArn,
      PayloadFormatVersion: "2.0",
      ...more.integration,
    },
    `${logicalId}Integration`,
  );
  const authorization =
    more.authorizerId === undefined ? {} : { AuthorizationType: "CUSTOM", AuthorizerId: more.authorizerId };
  const route = { ApiId: apiId, RouteKey: routeKey, Target: `integrations/${integration.ref}`, ...authorization };
  await create("Route", route, logicalId);
  const path = routeKey === "$default" ? "" : routeKey.slice(routeKey.indexOf("/"));
  await permit(functionArn, `arn:aws:execute-api:us-east-1:111111111111:${apiId}/*/*${path}`, `${logicalId}Permission`);
};
const addAuthorizer = async (apiId: string, functionArn: string, properties: Record<string, unknown> = {}) => {
  const uri = `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${functionArn}/invocations`;
  const { ref } = await create(
    "Authorizer",
    {
      ApiId: apiId,
      Name: "authorizer",
      AuthorizerType: "REQUEST",
      AuthorizerUri: uri,
      AuthorizerPayloadFormatVersion: "2.0",
      EnableSimpleResponses: true,
      IdentitySource: ["$request.header.Authorization"],
      ...properties,
    },
    `${apiId}Authorizer`,
  );
  const sourceArn = `arn:aws:execute-api:us-east-1:111111111111:${apiId}/authorizers/${ref}`;
  await permit(functionArn, sourceArn, `${apiId}AuthorizerPermission`);
  return ref;
};

beforeAll(async () => {
  local = await openLocalFunctions();
  apis = createHttpApis({
    functions: local.functions,
    clock: () => nowMs,
    listen: () => 0,
    host: "127.0.0.1",
    onLog: ({ line }) => failures.push(line),
  });
});
afterEach(() => {
  nowMs = startMs;
  failures.length = 0;
  local.log.length = 0;
});
afterAll(async () => {
  await apis.close();
  await local.close();
});

describe("an integration", () => {
  let url: string;
  let apiId: string;
  beforeAll(async () => {
    apiId = await createApi("echo");
    const echo = await local.createFunction("echo", "export const handler = async (event) => event;");
    await addRoute(apiId, "ANY /events/{id}", echo);
    await addRoute(apiId, "GET /files/{path+}", echo);
    url = apis.url(apiId);
  });

  test("receives the payload format 2.0 of AWS", async () => {
    const response = await fetch(`${url}/events/a%20b?status=open&status=click&q=%C3%BC+x`, {
      headers: { cookie: "one=1; two=2", "X-Kind": "test", "user-agent": "probe/1" },
    });
    const event: unknown = await response.json();

    const host = url.replace("http://", "");
    expect(event).toEqual({
      version: "2.0",
      routeKey: "ANY /events/{id}",
      rawPath: "/events/a b",
      rawQueryString: "status=open&status=click&q=%C3%BC+x",
      cookies: ["one=1", "two=2"],
      headers: expect.objectContaining({
        host,
        "x-kind": "test",
        "user-agent": "probe/1",
        "x-forwarded-for": "127.0.0.1",
        "x-forwarded-proto": "http",
        "x-amzn-trace-id": expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/),
      }),
      queryStringParameters: { status: "open,click", q: "ü x" },
      pathParameters: { id: "a b" },
      requestContext: {
        accountId: "111111111111",
        apiId,
        domainName: host,
        domainPrefix: "127",
        http: {
          method: "GET",
          path: "/events/a b",
          protocol: "HTTP/1.1",
          sourceIp: "127.0.0.1",
          userAgent: "probe/1",
        },
        requestId: response.headers.get("apigw-requestid"),
        routeKey: "ANY /events/{id}",
        stage: "$default",
        time: "23/Nov/2026:09:08:07 +0000",
        timeEpoch: 1795424887000,
      },
      isBase64Encoded: false,
    });
    expect((event as { headers: object }).headers).not.toHaveProperty("cookie");
  });

  test("receives several headers of one name joined by commas", async () => {
    const call = httpRequest(`${url}/events/1`, { headers: { "x-kind": ["one", "two"] } }).end();
    const [reply] = (await once(call, "response")) as [IncomingMessage];
    const event = (await json(reply)) as { headers: Record<string, string> };

    expect(event.headers["x-kind"]).toBe("one,two");
  });

  test.each([
    ["application/json; charset=utf-8", '{"to":"ünn@shop.example"}', false],
    ["text/plain; charset=UTF-8", "hello", false],
    ["application/x-www-form-urlencoded", "a=1", true],
    ["application/octet-stream", "hello", true],
  ])("receives a body of %s as text or as base64, as AWS does", async (contentType, body, isBase64Encoded) => {
    const response = await fetch(`${url}/events/1`, { method: "POST", headers: { "content-type": contentType }, body });
    const event = (await response.json()) as { body: string; isBase64Encoded: boolean };

    expect(event.isBase64Encoded).toBe(isBase64Encoded);
    expect(isBase64Encoded ? Buffer.from(event.body, "base64").toString() : event.body).toBe(body);
  });

  test("receives the rest of a greedy path", async () => {
    const response = await fetch(`${url}/files/2026/11/report.pdf`);

    expect(await response.json()).toMatchObject({ pathParameters: { path: "2026/11/report.pdf" } });
  });
});

describe("a response", () => {
  let url: string;
  beforeAll(async () => {
    const apiId = await createApi("responses");
    const code = `const results = ${JSON.stringify({
      full: {
        statusCode: 201,
        headers: { "Content-Type": "application/json", "x-count": 3 },
        cookies: ["one=1; Secure", "two=2"],
        body: '{"ok":true}',
      },
      binary: { statusCode: 200, headers: { "content-type": "image/gif" }, body: "R0lG", isBase64Encoded: true },
      plain: { statusCode: 200, body: "hello" },
      empty: { statusCode: 204 },
      inferredObject: { items: [] },
      inferredText: "hello",
      badStatus: { statusCode: "fine", body: "" },
      badBody: { statusCode: 200, body: { items: [] } },
    })};
      export const handler = async ({ queryStringParameters: { kind } }) => {
        if (kind === "throws") throw new Error("down");
        if (kind === "endless") await new Promise(() => {});
        if (kind === "large") return { statusCode: 200, body: "x".repeat(7_000_000) };
        return results[kind]; };`;
    const functionArn = await local.createFunction("responder", code);
    await addRoute(apiId, "$default", functionArn);
    await addRoute(apiId, "GET /impatient", functionArn, { integration: { TimeoutInMillis: 50 } });
    url = apis.url(apiId);
  });

  test("has the status, headers and cookies of the function", async () => {
    const response = await fetch(`${url}/?kind=full`);

    expect(response.status).toBe(201);
    expect(response.headers.get("content-type")).toBe("application/json");
    expect(response.headers.get("x-count")).toBe("3");
    expect(response.headers.getSetCookie()).toEqual(["one=1; Secure", "two=2"]);
    expect(await response.json()).toEqual({ ok: true });
  });

  test.each([
    ["binary", 200, "image/gif", "GIF"],
    ["plain", 200, "text/plain; charset=utf-8", "hello"],
    ["inferredObject", 200, "application/json", '{"items":[]}'],
    ["inferredText", 200, "application/json", "hello"],
  ])("%s is %i %s", async (kind, status, contentType, body) => {
    const response = await fetch(`${url}/?kind=${kind}`);

    expect(response.status).toBe(status);
    expect(response.headers.get("content-type")).toBe(contentType);
    expect(await response.text()).toBe(body);
  });

  test("may be empty", async () => {
    const response = await fetch(`${url}/?kind=empty`);

    expect(response.status).toBe(204);
    expect(await response.text()).toBe("");
  });

  test.each(["throws", "badStatus", "badBody", "large"])("of a function with %s is an opaque 500", async (kind) => {
    const response = await fetch(`${url}/?kind=${kind}`);

    expect(response.status).toBe(500);
    expect(await response.json()).toEqual({ message: "Internal Server Error" });
    expect(failures).toHaveLength(1);
  });

  test("of a function that takes longer than its integration allows is 503", async () => {
    const response = await fetch(`${url}/impatient?kind=endless`);

    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({ message: "Service Unavailable" });
  });

  test.each([
    ["the API takes, 10 MB", 11_000_000],
    ["a function takes, 6 MB", 7_000_000],
  ])("to a body above what %s, is 413", async (_, size) => {
    const response = await fetch(`${url}/?kind=plain`, {
      method: "POST",
      headers: { "content-type": "text/plain" },
      body: "x".repeat(size),
    });

    expect(response.status).toBe(413);
    expect(await response.json()).toEqual({ message: "Request Entity Too Large" });
  });

  test("to a path that cannot be decoded is 400", async () => {
    const response = await fetch(`${url}/%ZZ`);

    expect(response.status).toBe(400);
  });
});

describe("a request", () => {
  test("that no route takes is 404", async () => {
    const apiId = await createApi("routes");
    const functionArn = await local.createFunction("routed", "export const handler = async () => 1;");
    await addRoute(apiId, "GET /events", functionArn);

    const statuses = await Promise.all(
      [["GET", "/events"] as const, ["POST", "/events"] as const, ["GET", "/other"] as const].map(
        async ([method, path]) => (await fetch(apis.url(apiId) + path, { method })).status,
      ),
    );
    const response = await fetch(`${apis.url(apiId)}/other`);

    expect(statuses).toEqual([200, 404, 404]);
    expect(await response.json()).toEqual({ message: "Not Found" });
  });

  test("to an API without a stage is 404", async () => {
    const { ref } = await create("Api", { Name: "unstaged", ProtocolType: "HTTP" }, "unstaged");
    const functionArn = await local.createFunction("unstaged", "export const handler = async () => 1;");
    await addRoute(ref, "GET /events", functionArn);

    const response = await fetch(`${apis.url(ref)}/events`);

    expect(response.status).toBe(404);
  });

  test("to a function that does not permit its route is 500, and the reason is logged", async () => {
    const apiId = await createApi("unpermitted");
    const functionArn = await local.createFunction("unpermitted", "export const handler = async () => 1;");
    await addRoute(apiId, "GET /events", functionArn);
    const target = await create(
      "Integration",
      { ApiId: apiId, IntegrationType: "AWS_PROXY", IntegrationUri: functionArn, PayloadFormatVersion: "2.0" },
      "UnpermittedIntegration",
    );
    await create(
      "Route",
      { ApiId: apiId, RouteKey: "GET /mail", Target: `integrations/${target.ref}` },
      "UnpermittedRoute",
    );

    const permitted = await fetch(`${apis.url(apiId)}/events`);
    const response = await fetch(`${apis.url(apiId)}/mail`);

    expect(permitted.status).toBe(200);
    expect(response.status).toBe(500);
    expect(failures.join()).toContain("apigateway.amazonaws.com");
  });
});

describe("an authorizer", () => {
  const code = `export const handler = async (event) => {
    console.log(JSON.stringify(event));
    const [token] = event.identitySource;
    if (token === "fail") throw new Error("down");
    if (token === "malformed") return { allowed: true };
    return { isAuthorized: token.startsWith("good"), context: { tenantId: "ten_" + token, roles: ["reader"] } };
  };`;
  let functionArn: string;
  let handlerArn: string;
  beforeAll(async () => {
    functionArn = await local.createFunction("authorizer", code);
    handlerArn = await local.createFunction(
      "authorized",
      "export const handler = async ({ requestContext }) => requestContext.authorizer;",
    );
  });

  const openApi = async (name: string, properties: Record<string, unknown> = {}) => {
    const apiId = await createApi(name);
    const authorizerId = await addAuthorizer(apiId, functionArn, properties);
    await addRoute(apiId, "GET /events/{id}", handlerArn, { authorizerId });
    return apiId;
  };
  const get = (apiId: string, authorization?: string) =>
    fetch(`${apis.url(apiId)}/events/1?x=1`, authorization === undefined ? {} : { headers: { authorization } });

  test("sees the request, and its context reaches the function", async () => {
    const apiId = await openApi("authorized");

    const response = await get(apiId, "good");

    expect(await response.json()).toEqual({ lambda: { tenantId: "ten_good", roles: ["reader"] } });
    const [asked] = local.told();
    expect(asked).toMatchObject({
      version: "2.0",
      type: "REQUEST",
      routeArn: `arn:aws:execute-api:us-east-1:111111111111:${apiId}/$default/GET/events/{id}`,
      identitySource: ["good"],
      routeKey: "GET /events/{id}",
      rawPath: "/events/1",
      headers: { authorization: "good" },
      queryStringParameters: { x: "1" },
      pathParameters: { id: "1" },
      requestContext: { http: { method: "GET" }, stage: "$default" },
    });
    expect(asked).not.toHaveProperty("body");
  });

  test("is not asked when the identity source is missing: 401", async () => {
    const apiId = await openApi("anonymous");

    const response = await get(apiId);

    expect(response.status).toBe(401);
    expect(await response.json()).toEqual({ message: "Unauthorized" });
    expect(local.told()).toEqual([]);
  });

  test.each([
    ["says no", "bad", 403, "Forbidden"],
    ["fails", "fail", 500, "Internal Server Error"],
    ["answers in another form", "malformed", 500, "Internal Server Error"],
  ])("that %s is answered so", async (_, token, status, message) => {
    const apiId = await openApi(`refused-${token}`);

    const response = await get(apiId, token);

    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({ message });
  });

  test("is asked once for an identity until its answer is 300 seconds old", async () => {
    const apiId = await openApi("cached");

    const statuses: number[] = [];
    for (const [seconds, token] of [
      [0, "good"],
      [299, "good"],
      [299, "bad"],
      [300, "good"],
    ] as const) {
      nowMs = startMs + seconds * 1000;
      statuses.push((await get(apiId, token)).status);
    }

    expect(statuses).toEqual([200, 200, 403, 200]);
    const asked = (local.told() as { identitySource: string[] }[]).map(({ identitySource }) => identitySource[0]);
    expect(asked).toEqual(["good", "bad", "good"]);
  });

  test("with a time to live of 0 is asked each time", async () => {
    const apiId = await openApi("uncached", { AuthorizerResultTtlInSeconds: 0 });

    await get(apiId, "good");
    await get(apiId, "good");

    expect(local.told()).toHaveLength(2);
  });

  test("needs a permission of its own", async () => {
    const apiId = await createApi("unpermitted-authorizer");
    const other = await local.createFunction("unpermitted-authorizer", code);
    const authorizerId = await addAuthorizer(apiId, functionArn, {
      AuthorizerUri: `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${other}/invocations`,
    });
    await addRoute(apiId, "GET /events/{id}", handlerArn, { authorizerId });

    const response = await get(apiId, "good");

    expect(response.status).toBe(500);
    expect(failures.join()).toContain("is not authorized to perform: lambda:InvokeFunction");
  });
});

describe("CORS", () => {
  let url: string;
  const origin = "https://app.example.com";
  beforeAll(async () => {
    const apiId = await createApi("cors", {
      CorsConfiguration: {
        AllowOrigins: [origin],
        AllowMethods: ["GET", "POST"],
        AllowHeaders: ["authorization", "content-type"],
        ExposeHeaders: ["x-count"],
        MaxAge: 600,
      },
    });
    const functionArn = await local.createFunction(
      "cors",
      `export const handler = async () => ({ statusCode: 200, headers: { "access-control-allow-origin": "*" } });`,
    );
    await addRoute(apiId, "GET /events", functionArn);
    url = apis.url(apiId);
  });
  const preflight = (from: string) =>
    fetch(`${url}/events`, { method: "OPTIONS", headers: { origin: from, "access-control-request-method": "GET" } });

  test("preflight requests are answered by the API", async () => {
    const response = await preflight(origin);

    expect(response.status).toBe(204);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "access-control-allow-origin": origin,
      "access-control-allow-methods": "GET,POST",
      "access-control-allow-headers": "authorization,content-type",
      "access-control-max-age": "600",
    });
  });

  test("preflight requests of another origin get no permission", async () => {
    const response = await preflight("https://evil.example");

    expect(response.headers.get("access-control-allow-origin")).toBeNull();
  });

  test("responses have the API's headers instead of the function's, errors included", async () => {
    const responses = await Promise.all(
      ["/events", "/missing"].map((path) => fetch(url + path, { headers: { origin } })),
    );

    expect(responses.map(({ status }) => status)).toEqual([200, 404]);
    for (const { headers } of responses) {
      expect(headers.get("access-control-allow-origin")).toBe(origin);
      expect(headers.get("access-control-expose-headers")).toBe("x-count");
    }
  });

  test("responses to another origin have none", async () => {
    const response = await fetch(`${url}/events`, { headers: { origin: "https://evil.example" } });

    expect(response.headers.get("access-control-allow-origin")).toBeNull();
  });
});

describe("a template", () => {
  test.each([
    ["a WebSocket API", "Api", { Name: "sockets", ProtocolType: "WEBSOCKET" }, /ProtocolType/],
    ["a named stage", "Stage", { ApiId: "a", StageName: "v1", AutoDeploy: true }, /StageName/],
    ["mutual TLS", "Api", { Name: "tls", ProtocolType: "HTTP", MutualTls: {} }, /MutualTls of AWS::ApiGatewayV2::Api/],
    [
      "an HTTP integration",
      "Integration",
      {
        ApiId: "a",
        IntegrationType: "HTTP_PROXY",
        IntegrationUri: "https://shop.example",
        PayloadFormatVersion: "1.0",
      },
      /IntegrationType/,
    ],
    [
      "a stage of an API that does not exist",
      "Stage",
      { ApiId: "missing", StageName: "$default", AutoDeploy: true },
      /Invalid API identifier specified: missing/,
    ],
  ])("with %s is refused by name", async (_, type, properties, message) => {
    const created = create(type, properties, "Refused");

    await expect(created).rejects.toThrow(message);
  });

  test("that is deployed again keeps the API and its address", async () => {
    const apiId = await createApi("again");
    const url = apis.url(apiId);

    const again = await createApi("again");

    expect(again).toBe(apiId);
    expect(apis.url(again)).toBe(url);
  });
});
