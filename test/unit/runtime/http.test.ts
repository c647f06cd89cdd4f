// API Gateway's HTTP API on one side, operations on the other.
import { expect, test } from "vitest";
import { httpHandler, ok, publicHttpHandler, type ApiRequest } from "../../../lambdas/runtime/http.ts";
import { maxRequestBytes } from "../../../shared/contract/api/mail.ts";
import { AppError } from "../../../shared/contract/error.ts";
import { ada, apiEvent, call } from "../../support/api-request.ts";
import { captureOutput } from "../../support/captured-output.ts";

const seen = () => {
  const requests: ApiRequest[] = [];
  const handler = httpHandler({
    "POST /echo": async (request) => {
      requests.push(request);
      return ok({});
    },
  });
  return { requests, handler };
};

const failing = (error: unknown) =>
  httpHandler({
    "GET /fail": async () => {
      throw error;
    },
  });

test("an operation sees body, parameters and the proven caller", async () => {
  const { handler, requests } = seen();

  const answer = await call(handler, "POST /echo", { body: { a: "ü" }, query: { b: "1" }, path: { c: "2" } });

  expect(answer.status).toBe(200);
  expect(requests[0]).toMatchObject({
    actor: ada,
    requestId: "request-1",
    body: { a: "ü" },
    query: { b: "1" },
    pathParameters: { c: "2" },
  });
});

test("an answer larger than Lambda hands on is refused, also when it is so only once it is written as JSON", async () => {
  captureOutput();
  const answering = (html: string) => httpHandler({ "GET /preview": async () => ok({ html }) });

  const fits = await call(answering("x".repeat(5_900_000)), "GET /preview");
  const plain = await call(answering("x".repeat(6_100_000)), "GET /preview");
  const escaped = await call(answering('"'.repeat(2_000_000)), "GET /preview");

  expect(fits.status).toBe(200);
  for (const answer of [plain, escaped])
    expect(answer).toMatchObject({ status: 413, body: { error: { code: "too_large" } } });
});

test("a base64 body is the bytes that it stands for", async () => {
  const { handler, requests } = seen();
  const event = apiEvent("POST /echo", { body: Buffer.from('{"a":"grün ✓"}').toString("base64") });

  await handler({ ...event, isBase64Encoded: true });

  expect(requests[0]?.body).toEqual({ a: "grün ✓" });
});

test("nothing may cache or sniff an answer", async () => {
  const { headers } = await call(seen().handler, "POST /echo");

  expect(headers).toMatchObject({
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "content-type": "application/json; charset=utf-8",
  });
});

test("without what the authorizer proves nobody gets in", async () => {
  captureOutput();
  const { handler, requests } = seen();

  const answer = await call(handler, "POST /echo", { actor: null });

  expect(answer).toMatchObject({ status: 401, body: { error: { code: "unauthenticated", requestId: "request-1" } } });
  expect(requests).toEqual([]);
});

test("a body that is not JSON is refused with its place", async () => {
  captureOutput();

  const answer = await call(seen().handler, "POST /echo", { body: '{"a": }' });

  expect(answer).toMatchObject({
    status: 400,
    body: {
      error: { code: "invalid_request", details: [{ path: "body", message: "is not JSON from line 1, column 7 on" }] },
    },
  });
});

test("a body above the limit is refused, by its bytes and not its letters", async () => {
  captureOutput();
  const { handler } = seen();
  const letters = maxRequestBytes / 2;

  const fits = await call(handler, "POST /echo", { body: JSON.stringify("a".repeat(letters)) });
  const tooLarge = await call(handler, "POST /echo", { body: JSON.stringify("ü".repeat(letters)) });

  expect(fits.status).toBe(200);
  expect(tooLarge).toMatchObject({ status: 413, body: { error: { code: "too_large" } } });
});

test("an error of ours is told with its code, details and request id", async () => {
  captureOutput();
  const details = [{ path: "to[0]", message: "is wrong" }];

  const answer = await call(failing(new AppError("conflict", "Twice.", { details })), "GET /fail");

  expect(answer).toMatchObject({
    status: 409,
    body: { error: { code: "conflict", message: "Twice.", details, requestId: "request-1" } },
  });
});

test("any other error is logged and answered without a word of it", async () => {
  const output = captureOutput();

  const answer = await call(failing(new Error("the table Directory-9 is gone")), "GET /fail");

  expect(answer.status).toBe(500);
  expect(answer.body).toEqual({
    error: { code: "internal", message: "Something went wrong on our side.", requestId: "request-1" },
  });
  expect(output.lines()).toContainEqual(
    expect.objectContaining({
      level: "error",
      requestId: "request-1",
      error: expect.objectContaining({ message: "the table Directory-9 is gone" }) as object,
    }),
  );
});

test("a database that is busy is a reason to come back, not a fault", async () => {
  captureOutput();
  const throttled = Object.assign(new Error("slow down"), { name: "ThrottlingException" });

  const answer = await call(failing(throttled), "GET /fail");

  expect(answer).toMatchObject({ status: 503, body: { error: { code: "unavailable" } } });
});

test("a route that the function does not have is not found", async () => {
  captureOutput();

  expect((await call(seen().handler, "GET /echo")).status).toBe(404);
});

test("the API's address is the one that the caller used", async () => {
  const handler = publicHttpHandler({ "GET /where": async ({ baseUrl }) => ok({ baseUrl }) });
  const local = { host: "127.0.0.1:4567", "x-forwarded-proto": "http" };

  const inAws = await call(handler, "GET /where", { actor: null });
  const onLaptop = await call(handler, "GET /where", { actor: null, headers: local });

  expect(inAws.body).toEqual({ baseUrl: "https://api.shop.example" });
  expect(onLaptop.body).toEqual({ baseUrl: "http://127.0.0.1:4567" });
});
