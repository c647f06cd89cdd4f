// Logs are JSON lines without secrets or addresses; metrics are lines in CloudWatch's embedded format.
import { expect, test } from "vitest";
import { count, log } from "../../../lambdas/runtime/log.ts";
import { captureOutput } from "../../support/captured-output.ts";

test("a line is one JSON object with level, message and fields", () => {
  const output = captureOutput();

  log.info("A mail was sent.", { requestId: "request-1", recipients: 3 });

  expect(output.lines()).toEqual([
    {
      level: "info",
      message: "A mail was sent.",
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) as string,
      requestId: "request-1",
      recipients: 3,
    },
  ]);
});

test("an error is written with its cause", () => {
  const output = captureOutput();

  log.error("It failed.", { error: new TypeError("wrong", { cause: new Error("deeper") }) });

  expect(output.lines()[0]?.["error"]).toMatchObject({
    name: "TypeError",
    message: "wrong",
    stack: expect.stringContaining("log.test.ts") as string,
    cause: { name: "Error", message: "deeper" },
  });
});

test("addresses, API keys, tokens and access keys are masked wherever they stand", () => {
  const output = captureOutput();
  const secrets = [
    "ada@example.com",
    "sk_0123456789abcdefghijABCDEFGHIJ01",
    "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
    "ASIAEXAMPLEEXAMPLE12",
  ];

  log.error(`Of <${secrets[0]}>`, {
    list: secrets,
    error: new Error(`Email address is not verified: "${secrets[0]}"; key ${secrets[1]}, Bearer ${secrets[2]}`),
  });

  for (const secret of secrets) expect(output.text()).not.toContain(secret);
  expect(output.text()).toContain("[address]");
});

test("a metric names its unit and namespace and carries its value", () => {
  const output = captureOutput();

  count("mailSent", 2, { tenantId: "ten_ada" });

  expect(output.lines()).toEqual([
    {
      _aws: {
        Timestamp: expect.any(Number) as number,
        CloudWatchMetrics: [{ Namespace: "SESami", Dimensions: [[]], Metrics: [{ Name: "mailSent", Unit: "Count" }] }],
      },
      mailSent: 2,
      tenantId: "ten_ada",
    },
  ]);
});
