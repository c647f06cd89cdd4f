// Functions of the laptop cloud, run as real bundles in real workers.
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { functionArn, openLocalFunctions, type LocalFunctions } from "../support/local-functions.ts";

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

let local: LocalFunctions;
beforeAll(async () => {
  local = await openLocalFunctions({ maxWorkersPerFunction: 3 });
});
afterAll(() => local.close());
afterEach(() => {
  local.log.length = 0;
  vi.unstubAllEnvs();
});

describe("a call", () => {
  test("gives the handler the event and a context, and the caller its result", async () => {
    const code = `export const handler = async (event, context) => ({ event, context,
      remaining: context.getRemainingTimeInMillis() });`;
    const arn = await local.createFunction("echo", code, { MemorySize: 256, Timeout: 7 });

    const result = await local.functions.invoke(arn, { to: "ann@shop.example" });

    expect(result).toMatchObject({
      event: { to: "ann@shop.example" },
      context: {
        awsRequestId: expect.stringMatching(uuid),
        functionName: "echo",
        functionVersion: "$LATEST",
        invokedFunctionArn: "arn:aws:lambda:us-east-1:111111111111:function:echo",
        memoryLimitInMB: "256",
        logGroupName: "/aws/lambda/echo",
      },
    });
    const { remaining } = result as { remaining: number };
    expect(remaining).toBeGreaterThan(0);
    expect(remaining).toBeLessThanOrEqual(7000);
  });

  test("of a handler that returns nothing gives null", async () => {
    const arn = await local.createFunction("silent", "export const handler = async () => {};");

    const result = await local.functions.invoke(arn, {});

    expect(result).toBeNull();
  });

  test("sees the template's environment and its role's credentials, and nothing of the host's", async () => {
    vi.stubEnv("HOST_SECRET", "leaked");
    const arn = await local.createFunction("env", "export const handler = async () => process.env;", {
      Environment: { Variables: { TABLE: "ledger", LIMIT: 5 } },
    });

    const env = (await local.functions.invoke(arn, {})) as Record<string, string>;

    expect(env).toMatchObject({
      TABLE: "ledger",
      LIMIT: "5",
      AWS_REGION: "us-east-1",
      AWS_ENDPOINT_URL: "http://127.0.0.1:1",
      AWS_LAMBDA_FUNCTION_NAME: "env",
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "128",
      AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
      AWS_ACCESS_KEY_ID: expect.stringMatching(/^ASIA/),
      _HANDLER: "env.handler",
    });
    expect(env).not.toHaveProperty("HOST_SECRET");
    expect(env).not.toHaveProperty("HOME");
    expect(env).not.toHaveProperty("PATH");
  });

  test("reports what it writes, line by line, with its request id", async () => {
    const code = `console.log("loading"); export const handler = async (_, { awsRequestId }) => {
      console.log("one\\ntwo"); console.error("three"); return awsRequestId; };`;
    const arn = await local.createFunction("writer", code);

    const requestId = await local.functions.invoke(arn, {});

    expect(local.log).toEqual([
      { functionName: "writer", line: "loading" },
      { functionName: "writer", requestId, line: "one" },
      { functionName: "writer", requestId, line: "two" },
      { functionName: "writer", requestId, line: "three" },
    ]);
  });

  test("of a missing function is ResourceNotFoundException", async () => {
    const call = local.functions.invoke(functionArn("missing"), {});

    await expect(call).rejects.toMatchObject({ code: "ResourceNotFoundException", status: 404 });
  });

  test("above 6 MB is RequestTooLargeException, and a result above 6 MB fails", async () => {
    const arn = await local.createFunction("large", `export const handler = async () => "x".repeat(7_000_000);`);

    const request = local.functions.invoke(arn, "x".repeat(7_000_000));
    const response = local.functions.invoke(arn, {});

    await expect(request).rejects.toMatchObject({ code: "RequestTooLargeException", status: 413 });
    await expect(response).rejects.toMatchObject({ errorType: "Function.ResponseSizeTooLarge" });
  });
});

describe("workers", () => {
  const counting = `let calls = 0; export const handler = async (event) => {
    calls += 1; if (event.holdMs) await new Promise((done) => setTimeout(done, event.holdMs)); return calls; };`;

  test("are reused by calls that follow one another", async () => {
    const arn = await local.createFunction("reused", counting);

    const first = await local.functions.invoke(arn, {});
    const second = await local.functions.invoke(arn, {});

    expect([first, second]).toEqual([1, 2]);
  });

  test("run one call each, several at once, and further calls wait for one to be free", async () => {
    const arn = await local.createFunction("parallel", counting);

    const results = await Promise.all(Array.from({ length: 4 }, () => local.functions.invoke(arn, { holdMs: 150 })));

    expect(results.map(String).toSorted((one, other) => one.localeCompare(other))).toEqual(["1", "1", "1", "2"]);
  });

  test("started ahead serve the first call", async () => {
    const arn = await local.createFunction("warm", `console.log("loaded"); export const handler = async () => 1;`);

    await local.functions.warm(arn);
    await expect.poll(() => local.log).toHaveLength(1);
    await local.functions.invoke(arn, {});

    expect(local.log).toEqual([{ functionName: "warm", line: "loaded" }]);
  });

  test("above the reserved concurrency are refused as throttled", async () => {
    const arn = await local.createFunction("reserved", counting, { ReservedConcurrentExecutions: 1 });

    const first = local.functions.invoke(arn, { holdMs: 100 });
    const second = local.functions.invoke(arn, {});

    await expect(second).rejects.toMatchObject({ code: "TooManyRequestsException", status: 429 });
    await expect(first).resolves.toBe(1);
  });

  test("with changed code take over after a reload, and a running call ends in the old code", async () => {
    const slow = `export const handler = async ({ holdMs }) => { console.log("begun");
      await new Promise((done) => setTimeout(done, holdMs)); return "old"; };`;
    const arn = await local.createFunction("reloaded", slow);
    const running = local.functions.invoke(arn, { holdMs: 300 });
    await expect.poll(() => local.log).toHaveLength(1);
    local.writeBundle("reloaded", `export const handler = async () => "new";`);

    const reload = local.functions.reload(arn);
    const after = await local.functions.invoke(arn, {});
    await reload;

    expect(after).toBe("new");
    await expect(running).resolves.toBe("old");
  });

  test("are replaced before their credentials run out", async () => {
    let nowMs = 1_800_000_000_000;
    const own = await openLocalFunctions({ clock: () => nowMs });
    const code = `export const handler = async () => process.env.AWS_ACCESS_KEY_ID;`;
    const arn = await own.createFunction("aging", code);

    const first = await own.functions.invoke(arn, {});
    const second = await own.functions.invoke(arn, {});
    nowMs += 12 * 3_600_000 - 60_000;
    const later = await own.functions.invoke(arn, {});
    await own.close();

    expect(second).toBe(first);
    expect(later).not.toBe(first);
  });

  test("of a role that does not trust Lambda do not start", async () => {
    const trust = {
      Statement: [{ Effect: "Allow", Principal: { Service: "events.amazonaws.com" }, Action: "sts:AssumeRole" }],
    };
    await local.create("AWS::IAM::Role", { RoleName: "other", AssumeRolePolicyDocument: trust }, "OtherRole");
    const arn = await local.createFunction("untrusted", "export const handler = async () => 1;", {
      Role: "arn:aws:iam::111111111111:role/other",
    });

    const call = local.functions.invoke(arn, {});

    await expect(call).rejects.toMatchObject({ code: "AccessDenied" });
  });
});

describe("a failing function", () => {
  const invokeCode = async (name: string, code: string, properties?: Record<string, unknown>) =>
    local.functions.invoke(await local.createFunction(name, code, properties), {});

  test("gives the type and the message of what it threw", async () => {
    const call = invokeCode("throws", `export const handler = async () => { throw new RangeError("too far"); };`);

    await expect(call).rejects.toMatchObject({ errorType: "RangeError", errorMessage: "too far" });
    expect(local.log.at(-1)?.line).toContain("too far");
  });

  test("that takes longer than its timeout is ended, in the words of AWS", async () => {
    const call = invokeCode("endless", "export const handler = () => new Promise(() => {});", { Timeout: 1 });

    await expect(call).rejects.toMatchObject({
      errorType: "Sandbox.Timedout",
      errorMessage: expect.stringMatching(/^RequestId: [0-9a-f-]{36} Error: Task timed out after 1\.00 seconds$/),
    });
  });

  test("that blocks its thread is ended as well", async () => {
    const call = invokeCode("blocking", "export const handler = async () => { for (;;); };", { Timeout: 1 });

    await expect(call).rejects.toMatchObject({ errorType: "Sandbox.Timedout" });
  });

  test("that exits is Runtime.ExitError, and the next call has a fresh worker", async () => {
    const code = `let calls = 0; export const handler = async ({ exit }) => {
      calls += 1; if (exit) process.exit(3); return calls; };`;
    const arn = await local.createFunction("exits", code);

    const exited = local.functions.invoke(arn, { exit: true });
    await expect(exited).rejects.toMatchObject({
      errorType: "Runtime.ExitError",
      errorMessage: expect.stringMatching(/^RequestId: \S+ Error: Runtime exited with error: exit status 3$/),
    });
    const next = await local.functions.invoke(arn, {});

    expect(next).toBe(1);
  });

  test("reports what was thrown outside its promise", async () => {
    const code = `export const handler = () => new Promise(() => { setTimeout(() => { throw new TypeError("late"); }); });`;

    const call = invokeCode("uncaught", code);

    await expect(call).rejects.toMatchObject({ errorType: "TypeError", errorMessage: "late" });
  });

  test("reports a rejection that nobody handles", async () => {
    const code = `export const handler = () => new Promise(() => { Promise.reject(new Error("forgotten")); });`;

    const call = invokeCode("unhandled", code);

    await expect(call).rejects.toMatchObject({ errorType: "Runtime.UnhandledPromiseRejection" });
  });

  test.each([
    ["a syntax error", "export const handler = (;", "Runtime.UserCodeSyntaxError"],
    ["a missing import", `import "./missing.mjs"; export const handler = () => 1;`, "Runtime.ImportModuleError"],
    ["a missing export", "export const other = () => 1;", "Runtime.HandlerNotFound"],
    ["an error while loading", `throw new EvalError("no config");`, "EvalError"],
  ])("with %s is reported by its type", async (name, code, errorType) => {
    const call = invokeCode(name.replaceAll(" ", "-"), code);

    await expect(call).rejects.toMatchObject({ errorType });
  });

  test("loads again after its bundle was repaired", async () => {
    await expect(invokeCode("repaired", "export const handler = (;")).rejects.toMatchObject({
      errorType: "Runtime.UserCodeSyntaxError",
    });
    local.writeBundle("repaired", `export const handler = async () => "fine";`);

    const result = await local.functions.invoke(functionArn("repaired"), {});

    expect(result).toBe("fine");
  });

  test("whose worker is killed in flight fails as AWS reports a killed runtime", async () => {
    const code = `export const handler = () => { console.log("started"); return new Promise(() => {}); };`;
    const arn = await local.createFunction("killed", code);

    const call = local.functions.invoke(arn, {});
    call.catch(() => undefined);
    await expect.poll(() => local.log).toHaveLength(1);
    await local.functions.killRunning(arn);

    await expect(call).rejects.toMatchObject({
      errorType: "Runtime.ExitError",
      errorMessage: expect.stringContaining("signal: killed"),
    });
  });
});

describe("a service", () => {
  const origin = (path: string) => ({
    service: "apigateway.amazonaws.com",
    sourceArn: `arn:aws:execute-api:us-east-1:111111111111:api1/$default/${path}`,
  });
  const create = async (name: string, permission: Record<string, unknown>) => {
    const arn = await local.createFunction(name, "export const handler = async () => 1;");
    const properties = { FunctionName: arn, Action: "lambda:InvokeFunction", ...permission };
    await local.create("AWS::Lambda::Permission", properties, `${name}Permission`);
    return arn;
  };

  test("calls a function that its permission names, wildcards included", async () => {
    const arn = await create("permitted", {
      Principal: "apigateway.amazonaws.com",
      SourceArn: "arn:aws:execute-api:us-east-1:111111111111:api1/*/*/events",
      SourceAccount: "111111111111",
    });

    const result = await local.functions.invoke(arn, {}, origin("GET/events"));

    expect(result).toBe(1);
  });

  test.each([
    ["another path", { Principal: "apigateway.amazonaws.com", SourceArn: "arn:aws:execute-api:*:*:api1/*/*/mail" }],
    ["another service", { Principal: "events.amazonaws.com" }],
    ["another account", { Principal: "apigateway.amazonaws.com", SourceAccount: "222222222222" }],
  ])("is refused by a permission for %s", async (name, permission) => {
    const arn = await create(name.replaceAll(" ", "-"), permission);

    const call = local.functions.invoke(arn, {}, origin("GET/events"));

    await expect(call).rejects.toMatchObject({ code: "AccessDeniedException", status: 403 });
  });
});

describe("a template", () => {
  test.each([
    ["inline code", { Code: { ZipFile: "exports.handler = 1" } }, "AWS::Lambda::Function Code.ZipFile"],
    ["another runtime", { Runtime: "python3.13" }, "the Lambda runtime python3.13"],
    ["a property that is not known", { Layers: [] }, "Layers of AWS::Lambda::Function"],
  ])("with %s is refused by name", async (_, properties, message) => {
    const created = local.createFunction("refused", "", properties);

    await expect(created).rejects.toThrow(message);
  });
});
