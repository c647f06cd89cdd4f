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

test("an address is masked also with a quoted name, and as paths have it", () => {
  const output = captureOutput();

  log.error(`Of "ada king"@example.com, of <"ada@home"@example.com> and of /recipients/ada%40example.com/export`);

  expect(output.lines()[0]?.["message"]).toBe("Of [address], of <[address]> and of [address]");
});

test("what a stranger makes us log is masked in time that grows with its length alone", () => {
  const output = captureOutput();
  const texts = ["x".repeat(500_000), "-eyJ".repeat(100_000), '"'.repeat(500_000)];

  for (const text of texts) log.error(text);

  expect(output.lines().map(({ message }) => message)).toEqual(texts);
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
