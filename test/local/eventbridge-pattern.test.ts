// The examples of the EventBridge user guide ("Comparison operators for use in event patterns", "Event patterns",
// "Matching on null values and empty strings", "Arrays in event patterns") with the outcome that it states.
import { describe, expect, test } from "vitest";
import { matchesPattern, parsePattern } from "../../local/eventbridge/pattern.ts";

const ec2Event = {
  version: "0",
  id: "6a7e8feb-b491-4cf7-a9f1-bf3703467718",
  "detail-type": "EC2 Instance State-change Notification",
  source: "aws.ec2",
  account: "111122223333",
  time: "2017-10-02T18:43:48Z",
  region: "us-east-1",
  resources: ["arn:aws:ec2:us-east-1:123456789012:instance/i-000000aaaaaa00000"],
  detail: {
    "instance-id": "i-000000aaaaaa00000",
    state: "running",
    "c-count": 5,
    "d-count": 3,
    "x-limit": 301.8,
    "source-ip": "10.0.0.33",
  },
};

const matches = (pattern: unknown, event: object) => matchesPattern(parsePattern(pattern), event);
const detail = (fields: object) => ({ detail: fields });

describe("AWS's examples", () => {
  test.each<[name: string, pattern: object, matching: object[], others: object[]]>([
    [
      "exact values, any of several, and what is not mentioned",
      {
        "detail-type": ["EC2 Instance State-change Notification"],
        resources: ["arn:aws:ec2:us-east-1:123456789012:instance/i-000000aaaaaa00000"],
        detail: { state: ["initializing", "running"] },
      },
      [ec2Event, { ...ec2Event, detail: { state: "initializing" } }],
      [
        { ...ec2Event, detail: { state: "terminated" } },
        { ...ec2Event, resources: [] },
      ],
    ],
    [
      "and",
      { Location: ["New York"], Day: ["Monday"] },
      [{ Location: "New York", Day: "Monday" }],
      [{ Location: "New York", Day: "Tuesday" }, { Day: "Monday" }],
    ],
    ["prefix", { time: [{ prefix: "2017-10-02" }] }, [ec2Event], [{ time: "2017-10-03T00:00:00Z" }, { time: 2017 }]],
    ["prefix of a region", { Region: [{ prefix: "us-" }] }, [{ Region: "us-east-1" }], [{ Region: "eu-west-1" }]],
    [
      "prefix, ignoring case",
      detail({ service: [{ prefix: { "equals-ignore-case": "EventB" } }] }),
      [detail({ service: "EVENTBRIDGE" }), detail({ service: "eventbridge" }), detail({ service: "EventBridge" })],
      [detail({ service: "Event" })],
    ],
    [
      "suffix",
      { FileName: [{ suffix: ".png" }] },
      [{ FileName: "cat.png" }],
      [{ FileName: "cat.PNG" }, { FileName: "cat.png.txt" }],
    ],
    [
      "suffix, ignoring case",
      { FileName: [{ suffix: { "equals-ignore-case": ".png" } }] },
      [{ FileName: "cat.PNG" }, { FileName: "cat.png" }],
      [{ FileName: "cat.jpg" }],
    ],
    [
      "anything-but a string",
      detail({ state: [{ "anything-but": "initializing" }] }),
      [ec2Event],
      [detail({ state: "initializing" }), detail({ other: "running" })],
    ],
    [
      "anything-but a number",
      detail({ "x-limit": [{ "anything-but": 123 }] }),
      [ec2Event],
      [detail({ "x-limit": 123 }), detail({ "x-limit": 1.23e2 })],
    ],
    [
      "anything-but a list of strings",
      detail({ state: [{ "anything-but": ["stopped", "overloaded"] }] }),
      [ec2Event],
      [detail({ state: "stopped" }), detail({ state: "overloaded" })],
    ],
    [
      "anything-but a list of numbers",
      detail({ "x-limit": [{ "anything-but": [100, 200, 300] }] }),
      [ec2Event],
      [detail({ "x-limit": 200 }), detail({ "x-limit": 300 })],
    ],
    [
      "anything-but, ignoring case",
      detail({ state: [{ "anything-but": { "equals-ignore-case": "initializing" } }] }),
      [ec2Event],
      [detail({ state: "INITIALIZING" }), detail({ state: "initializing" })],
    ],
    [
      "anything-but a list, ignoring case",
      detail({ state: [{ "anything-but": { "equals-ignore-case": ["initializing", "stopped"] } }] }),
      [ec2Event],
      [detail({ state: "Initializing" }), detail({ state: "STOPPED" })],
    ],
    [
      "anything-but a prefix",
      detail({ state: [{ "anything-but": { prefix: "init" } }] }),
      [ec2Event],
      [detail({ state: "initializing" })],
    ],
    [
      "anything-but a list of prefixes",
      detail({ state: [{ "anything-but": { prefix: ["init", "error"] } }] }),
      [ec2Event],
      [detail({ state: "initializing" }), detail({ state: "error-stopped" })],
    ],
    [
      "anything-but a suffix",
      detail({ FileName: [{ "anything-but": { suffix: ".txt" } }] }),
      [detail({ FileName: "a.png" })],
      [detail({ FileName: "a.txt" })],
    ],
    [
      "anything-but a list of suffixes",
      detail({ FileName: [{ "anything-but": { suffix: [".txt", ".rtf"] } }] }),
      [detail({ FileName: "a.png" })],
      [detail({ FileName: "a.txt" }), detail({ FileName: "a.rtf" })],
    ],
    [
      "anything-but a wildcard",
      detail({ FilePath: [{ "anything-but": { wildcard: "*/lib/*" } }] }),
      [detail({ FilePath: "src/main.ts" })],
      [detail({ FilePath: "src/lib/main.ts" })],
    ],
    [
      "anything-but a list of wildcards",
      detail({ FilePath: [{ "anything-but": { wildcard: ["*/lib/*", "*/bin/*"] } }] }),
      [detail({ FilePath: "src/main.ts" })],
      [detail({ FilePath: "a/lib/b" }), detail({ FilePath: "a/bin/b" })],
    ],
    [
      "numeric, all fields",
      detail({
        "c-count": [{ numeric: [">", 0, "<=", 5] }],
        "d-count": [{ numeric: ["<", 10] }],
        "x-limit": [{ numeric: ["=", 3.018e2] }],
      }),
      [ec2Event],
      [
        detail({ "c-count": 0, "d-count": 3, "x-limit": 301.8 }),
        detail({ "c-count": 6, "d-count": 3, "x-limit": 301.8 }),
        detail({ "c-count": 5, "d-count": 10, "x-limit": 301.8 }),
        detail({ "c-count": "5", "d-count": 3, "x-limit": 301.8 }),
      ],
    ],
    [
      "numeric, price more than 10 and at most 20",
      { Price: [{ numeric: [">", 10, "<=", 20] }] },
      [{ Price: 20 }, { Price: 10.01 }],
      [{ Price: 10 }, { Price: 20.01 }],
    ],
    ["numeric, at least", { Price: [{ numeric: [">=", 10] }] }, [{ Price: 10 }], [{ Price: 9.99 }]],
    [
      "an IPv4 range",
      detail({ sourceIPAddress: [{ cidr: "10.0.0.0/24" }] }),
      [detail({ sourceIPAddress: "10.0.0.0" }), detail({ sourceIPAddress: "10.0.0.255" })],
      [detail({ sourceIPAddress: "10.0.1.0" }), detail({ sourceIPAddress: "here" }), detail({ sourceIPAddress: 10 })],
    ],
    [
      "an IPv6 range",
      detail({ sourceIPAddress: [{ cidr: "2001:db8::/32" }] }),
      [detail({ sourceIPAddress: "2001:db8:0:1::5" })],
      [detail({ sourceIPAddress: "2001:db9::1" }), detail({ sourceIPAddress: "10.0.0.1" })],
    ],
    [
      "exists",
      detail({ state: [{ exists: true }] }),
      [ec2Event, detail({ state: null })],
      [detail({}), detail({ state: { nested: 1 } })],
    ],
    [
      "exists: false looks at leaves only",
      detail({ "c-count": [{ exists: false }] }),
      [detail({ state: ["initializing", "running"] }), detail({ "c-count": { c1: 100 } })],
      [ec2Event],
    ],
    [
      "equals-ignore-case",
      { "detail-type": [{ "equals-ignore-case": "ec2 instance state-change notification" }] },
      [ec2Event],
      [{ "detail-type": "EC2 Instance" }],
    ],
    [
      "wildcard in a path",
      { FileName: [{ wildcard: "dir/*.png" }] },
      [{ FileName: "dir/cat.png" }, { FileName: "dir/sub/.png" }],
      [{ FileName: "dir/cat.jpg" }, { FileName: "a/dir/cat.png" }],
    ],
    [
      "several wildcards",
      { EventBusArn: [{ wildcard: "arn:aws:events:us-east-1:*:event-bus/*" }] },
      [{ EventBusArn: "arn:aws:events:us-east-1:123456789012:event-bus/mine" }],
      [{ EventBusArn: "arn:aws:events:eu-west-1:123456789012:event-bus/mine" }],
    ],
    [
      "escaped wildcard characters",
      { text: [{ wildcard: String.raw`5 \* *\\` }] },
      [{ text: String.raw`5 * 6\ `.trimEnd() }],
      [{ text: String.raw`5 x 6\ `.trimEnd() }, { text: "5 * 6" }],
    ],
    ["null", detail({ UserID: [null] }), [detail({ UserID: null })], [detail({ UserID: "" }), detail({})]],
    ["an empty string", { LastName: [""] }, [{ LastName: "" }], [{ LastName: null }, {}]],
    ["a boolean", { ok: [true] }, [{ ok: true }], [{ ok: "true" }, { ok: false }]],
    ["a number, however it is written", { Price: [100] }, [{ Price: 1e2 }], [{ Price: "100" }]],
    ["or, within a field", { PaymentType: ["Credit", "Debit"] }, [{ PaymentType: "Debit" }], [{ PaymentType: "Cash" }]],
    [
      "$or over fields",
      { $or: [{ Location: ["New York"] }, { Day: ["Monday"] }] },
      [{ Location: "New York", Day: "Tuesday" }, { Day: "Monday" }],
      [{ Location: "Boston", Day: "Tuesday" }],
    ],
    [
      "$or over operators",
      detail({
        $or: [
          { "c-count": [{ numeric: [">", 0, "<=", 5] }] },
          { "d-count": [{ numeric: ["<", 10] }] },
          { "x-limit": [{ numeric: ["=", 3.018e2] }] },
        ],
      }),
      [detail({ "c-count": 1 }), detail({ "d-count": 9, "c-count": 9 }), detail({ "x-limit": 301.8 })],
      [detail({ "c-count": 6, "d-count": 10, "x-limit": 1 })],
    ],
    [
      "$or beside and",
      {
        source: ["aws.cloudwatch"],
        $or: [
          { metricName: ["CPUUtilization", "ReadLatency"] },
          { metricType: ["MetricType"], namespace: ["AWS/EC2", "AWS/ES"] },
        ],
      },
      [
        { source: "aws.cloudwatch", metricName: "ReadLatency" },
        { source: "aws.cloudwatch", metricType: "MetricType", namespace: "AWS/ES" },
      ],
      [
        { source: "aws.ec2", metricName: "ReadLatency" },
        { source: "aws.cloudwatch", metricType: "MetricType" },
      ],
    ],
    [
      "several operators together",
      {
        time: [{ prefix: "2017-10-02" }],
        detail: {
          state: [{ "anything-but": "initializing" }],
          "c-count": [{ numeric: [">", 0, "<=", 5] }],
          "d-count": [{ numeric: ["<", 10] }],
          "x-limit": [{ "anything-but": [100, 200, 300] }],
          "source-ip": [{ cidr: "10.0.0.0/8" }],
        },
      },
      [ec2Event],
      [{ ...ec2Event, detail: { ...ec2Event.detail, "x-limit": 200 } }],
    ],
    [
      "arrays of the event: any element",
      {
        resources: [
          "arn:aws:ec2:us-east-1:123456789012:instance/i-b188560f",
          "arn:aws:ec2:us-east-1:111122223333:instance/i-b188560f",
        ],
      },
      [{ resources: ["arn:other", "arn:aws:ec2:us-east-1:111122223333:instance/i-b188560f"] }],
      [{ resources: ["arn:other"] }, { resources: [] }],
    ],
  ])("%s", (_name, pattern, matching, others) => {
    expect(matching.map((event) => matches(pattern, event))).toEqual(matching.map(() => true));
    expect(others.map((event) => matches(pattern, event))).toEqual(others.map(() => false));
  });
});

describe("arrays of objects", () => {
  const event = {
    rows: [
      { a: 1, b: 1 },
      { a: 2, b: 2 },
    ],
  };

  test("match within one element", () => {
    expect(matches({ rows: { a: [2], b: [2] } }, event)).toBe(true);
    expect(matches({ rows: { a: [1], b: [2] } }, event)).toBe(false);
  });

  test("try every element before they give up", () => {
    const repeated = { rows: [{ a: 1 }, { a: 1, b: 2 }] };

    expect(matches({ rows: { a: [1], b: [2] } }, repeated)).toBe(true);
  });

  test("leave arrays beside each other independent", () => {
    const two = { left: [{ a: 1 }, { a: 2 }], right: [{ a: 3 }] };

    expect(matches({ left: { a: [2] }, right: { a: [3] } }, two)).toBe(true);
  });
});

test("a field whose name holds a dot is not a nested one", () => {
  expect(matches({ "a.b": [1] }, { a: { b: 1 } })).toBe(false);
  expect(matches({ "a.b": [1] }, { "a.b": 1 })).toBe(true);
});

describe("a pattern is refused", () => {
  test.each([
    ["when it is no JSON", "{", "Event pattern is not valid"],
    ["when it is no object", "[]", "Filter is not an object"],
    ["when it is empty", {}, "Empty objects are not allowed"],
    ["when a value is not in an array", { source: "aws.ec2" }, '"source" must be an object or an array'],
    ["when an array is empty", { source: [] }, "Empty arrays are not allowed"],
    ["when an array is in an array", { source: [["a"]] }, "Match value must be String, number, true, false, or null"],
    ["when an operator is unknown", { source: [{ contains: "x" }] }, "Unrecognized match type contains"],
    ["when two operators share an object", { a: [{ prefix: "x", suffix: "y" }] }, "Only one key allowed"],
    ["when prefix is no string", { a: [{ prefix: 1 }] }, "prefix match pattern must be a string"],
    ["when exists is no boolean", { a: [{ exists: "yes" }] }, "must be either true or false"],
    ["when numeric is no array", { a: [{ numeric: 5 }] }, "Value of numeric must be an array."],
    ["when numeric compares with text", { a: [{ numeric: [">", "5"] }] }, "Value of > must be numeric"],
    ["when numeric has no such operator", { a: [{ numeric: ["!=", 5] }] }, "Unrecognized numeric range operator: !="],
    ["when a range is upside down", { a: [{ numeric: [">", 5, "<", 5] }] }, "Bottom must be less than top"],
    ["when a range begins with its top", { a: [{ numeric: ["<", 5, ">", 1] }] }, "Too many elements"],
    ["when a CIDR has no length", { a: [{ cidr: "10.0.0.0" }] }, "Malformed CIDR"],
    ["when a CIDR is longer than its address", { a: [{ cidr: "10.0.0.0/33" }] }, "Malformed CIDR"],
    ["when anything-but mixes kinds", { a: [{ "anything-but": ["x", 1] }] }, "mixed type is not supported"],
    ["when anything-but holds null", { a: [{ "anything-but": [null] }] }, "mixed type is not supported"],
    ["when anything-but negates what it cannot", { a: [{ "anything-but": { cidr: "10.0.0.0/8" } }] }, "Unsupported"],
    ["when wildcards follow each other", { a: [{ wildcard: "a**" }] }, "Consecutive wildcard characters"],
    ["when a wildcard escapes another character", { a: [{ wildcard: String.raw`\a` }] }, "Invalid escape character"],
    ["when $or is no array", { $or: { a: [1] } }, "It must be an Array followed with $or."],
    ["when $or has one branch", { $or: [{ a: [1] }] }, "at least 2 Objects"],
    ["when $or holds operators", { $or: [{ prefix: ["a"] }, { b: [1] }] }, "reserved fieldName"],
  ])("%s", (_case, pattern, message) => {
    expect(() => parsePattern(pattern)).toThrow(
      expect.objectContaining({
        code: "InvalidEventPatternException",
        message: expect.stringContaining(message) as string,
      }) as Error,
    );
  });

  test("when $or makes more than a thousand combinations", () => {
    const ten = Array.from({ length: 11 }, (_, index) => ({ field: [index] }));
    const nested = { a: { $or: ten }, b: { $or: ten }, c: { $or: ten } };

    expect(() => parsePattern(nested)).toThrow("more than 1000 combinations");
  });
});
