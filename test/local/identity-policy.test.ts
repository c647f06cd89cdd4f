import { describe, expect, it } from "vitest";
import { evaluatePolicy, isAllowed, parsePolicyDocument } from "../../local/identity/policy.ts";
import type { Conditions, PolicyPrincipal, PolicyRequest, PolicyStatement } from "../../local/identity/policy.ts";

const operator = "111111111111";
const customer = "222222222222";
const session: PolicyPrincipal = {
  accountId: operator,
  arn: `arn:aws:sts::${operator}:assumed-role/mail/mail-function`,
  roleArn: `arn:aws:iam::${operator}:role/app/mail`,
};
const eventBridge: PolicyPrincipal = { service: "events.amazonaws.com" };
const queueArn = `arn:aws:sqs:us-east-1:${operator}:events`;

const says = (statement: Partial<PolicyStatement>, request: Partial<PolicyRequest> = {}) =>
  evaluatePolicy(
    { Version: "2012-10-17", Statement: { Effect: "Allow", Principal: "*", Action: "*", Resource: "*", ...statement } },
    { action: "sqs:SendMessage", resource: queueArn, principal: session, ...request },
  );

describe("principals", () => {
  it.each([
    ["everyone", "*", session, "allow"],
    ["every AWS principal", { AWS: "*" }, session, "allow"],
    ["the account's number", { AWS: operator }, session, "allow"],
    ["the account's root", { AWS: `arn:aws:iam::${operator}:root` }, session, "allow"],
    ["one of a list", { AWS: [customer, operator] }, session, "allow"],
    ["the role behind the session, with its path", { AWS: session.roleArn! }, session, "allow"],
    ["the session itself", { AWS: session.arn! }, session, "allow"],
    ["another account", { AWS: customer }, session, "none"],
    ["another account's root", { AWS: `arn:aws:iam::${customer}:root` }, session, "none"],
    ["another role", { AWS: `arn:aws:iam::${operator}:role/other` }, session, "none"],
    ["a service, asked by a role", { Service: "events.amazonaws.com" }, session, "none"],
    ["the service", { Service: "events.amazonaws.com" }, eventBridge, "allow"],
    ["another service", { Service: ["sns.amazonaws.com", "sqs.amazonaws.com"] }, eventBridge, "none"],
    ["an account, asked by a service", { AWS: operator }, eventBridge, "none"],
  ] as const)("%s", (_, listed, principal, effect) => {
    const Principal = listed as PolicyStatement["Principal"] & object;

    expect(says({ Principal }, { principal })).toBe(effect);
  });

  it("NotPrincipal means everyone else", () => {
    const statement: PolicyStatement = { Effect: "Allow", NotPrincipal: { AWS: operator }, Action: "*", Resource: "*" };
    const asked = { action: "sqs:SendMessage", resource: queueArn };

    expect(isAllowed({ Statement: statement }, { ...asked, principal: session })).toBe(false);
    expect(isAllowed({ Statement: statement }, { ...asked, principal: { accountId: customer } })).toBe(true);
  });
});

describe("actions and resources", () => {
  it.each([
    [{ Action: "sqs:SendMessage" }, "allow"],
    [{ Action: "SQS:sendmessage" }, "allow"],
    [{ Action: "sqs:Send*" }, "allow"],
    [{ Action: ["sqs:ReceiveMessage", "sqs:SendMessag?"] }, "allow"],
    [{ Action: "sqs:Send" }, "none"],
    [{ Action: "sqs.SendMessage" }, "none"],
    [{ Action: undefined, NotAction: "sqs:Delete*" }, "allow"],
    [{ Action: undefined, NotAction: ["sqs:Send*"] }, "none"],
    [{ Resource: queueArn }, "allow"],
    [{ Resource: `arn:aws:sqs:*:${operator}:*` }, "allow"],
    [{ Resource: `${queueArn}-other` }, "none"],
    [{ Resource: queueArn.toUpperCase() }, "none"],
    [{ Resource: "arn:aws:sqs:us-east-1:${aws:PrincipalAccount}:events" }, "allow"],
    [{ Resource: "arn:aws:sqs:us-east-1:${aws:username}:events" }, "none"],
    [{ Resource: undefined, NotResource: queueArn }, "none"],
    [{ Resource: undefined, NotResource: "arn:aws:sqs:*:*:other" }, "allow"],
  ])("%j is %s", (statement, effect) => {
    expect(says(statement as Partial<PolicyStatement>)).toBe(effect);
  });

  it("an explicit deny wins over every allow, wherever it stands", () => {
    const allow: PolicyStatement = { Effect: "Allow", Principal: "*", Action: "sqs:*", Resource: "*" };
    const deny: PolicyStatement = { ...allow, Effect: "Deny", Action: "sqs:SendMessage" };
    const request = { action: "sqs:SendMessage", resource: queueArn, principal: session };

    expect(evaluatePolicy({ Statement: [allow, deny] }, request)).toBe("deny");
    expect(evaluatePolicy({ Statement: [deny, allow] }, request)).toBe("deny");
    expect(evaluatePolicy({ Statement: [allow, deny] }, { ...request, action: "sqs:GetQueueUrl" })).toBe("allow");
  });
});

describe("conditions", () => {
  const ruleArn = `arn:aws:events:us-east-1:${operator}:rule/bus/ses-events`;
  const context = {
    "aws:SourceArn": ruleArn,
    "aws:SourceAccount": operator,
    "aws:SecureTransport": "true",
    "aws:SourceIp": "192.0.2.44",
    "aws:CurrentTime": "2026-11-23T08:00:00Z",
    "s3:max-keys": "10",
    "aws:TagKeys": ["team", "stage"],
  };

  it.each([
    [{ StringEquals: { "aws:SourceAccount": operator } }, true],
    [{ StringEquals: { "AWS:sourceaccount": [customer, operator] } }, true],
    [{ StringEquals: { "aws:SourceAccount": customer } }, false],
    [{ StringEquals: { "sts:ExternalId": "anything" } }, false],
    [{ StringEqualsIfExists: { "sts:ExternalId": "anything" } }, true],
    [{ StringEqualsIfExists: { "aws:SourceAccount": customer } }, false],
    [{ StringEqualsIgnoreCase: { "aws:SecureTransport": "TRUE" } }, true],
    [{ StringNotEquals: { "aws:SourceAccount": customer } }, true],
    [{ StringNotEquals: { "aws:SourceAccount": [customer, operator] } }, false],
    [{ StringNotEquals: { "sts:ExternalId": "anything" } }, true],
    [{ StringLike: { "aws:SourceArn": "arn:aws:events:*:rule/bus/*" } }, true],
    [{ StringLike: { "aws:SourceArn": "arn:aws:events:*:rule/other/*" } }, false],
    [{ StringNotLike: { "aws:SourceArn": "arn:aws:sns:*" } }, true],
    [{ ArnEquals: { "aws:SourceArn": ruleArn } }, true],
    [{ ArnLike: { "aws:SourceArn": `arn:aws:events:*:${operator}:rule/*` } }, true],
    [{ ArnLike: { "aws:SourceArn": "arn:aws:events:*:rule/*" } }, false],
    [{ ArnNotLike: { "aws:SourceArn": "arn:aws:sns:*:*:*" } }, true],
    [{ Bool: { "aws:SecureTransport": true } }, true],
    [{ Bool: { "aws:SecureTransport": "false" } }, false],
    [{ BoolIfExists: { "aws:MultiFactorAuthPresent": "true" } }, true],
    [{ Null: { "sts:ExternalId": "true" } }, true],
    [{ Null: { "sts:ExternalId": "false" } }, false],
    [{ Null: { "aws:SourceArn": false } }, true],
    [{ NumericLessThanEquals: { "s3:max-keys": 10 } }, true],
    [{ NumericGreaterThan: { "s3:max-keys": "10" } }, false],
    [{ NumericNotEquals: { "s3:max-keys": "9" } }, true],
    [{ DateGreaterThan: { "aws:CurrentTime": "2026-01-01T00:00:00Z" } }, true],
    [{ DateLessThan: { "aws:CurrentTime": "1767225600" } }, false],
    [{ IpAddress: { "aws:SourceIp": ["198.51.100.0/24", "192.0.2.0/24"] } }, true],
    [{ NotIpAddress: { "aws:SourceIp": "192.0.2.44" } }, false],
    [{ "ForAllValues:StringEquals": { "aws:TagKeys": ["team", "stage", "cost"] } }, true],
    [{ "ForAllValues:StringEquals": { "aws:TagKeys": ["team"] } }, false],
    [{ "ForAllValues:StringEquals": { "aws:Absent": ["team"] } }, true],
    [{ "ForAnyValue:StringLike": { "aws:TagKeys": ["st*"] } }, true],
    [{ "ForAnyValue:StringEquals": { "aws:TagKeys": ["cost"] } }, false],
    [{ "ForAnyValue:StringEquals": { "aws:Absent": ["team"] } }, false],
    [{ "ForAnyValue:StringNotEquals": { "aws:Absent": ["team"] } }, false],
    [{ "ForAnyValue:StringNotEquals": { "aws:TagKeys": ["team"] } }, true],
    [{ StringEquals: { "aws:SourceAccount": operator }, Bool: { "aws:SecureTransport": "false" } }, false],
    [{ StringEquals: { "aws:SourceAccount": "${aws:SourceAccount}" } }, true],
  ] as [Conditions, boolean][])("%j is %s", (Condition, holds) => {
    expect(says({ Condition }, { principal: eventBridge, context })).toBe(holds ? "allow" : "none");
  });

  it("a condition on the principal needs no context from the caller", () => {
    const Condition = {
      StringEquals: { "aws:PrincipalAccount": operator },
      ArnLike: { "aws:PrincipalArn": "arn:aws:iam::*:role/app/*" },
    };

    expect(says({ Condition })).toBe("allow");
    expect(says({ Condition }, { principal: { accountId: customer } })).toBe("none");
  });

  it("an operator that does not exist is an error with its name", () => {
    expect(() => says({ Condition: { StringEqual: { a: "b" } } })).toThrow("StringEqual");
  });
});

describe("parsing", () => {
  it("takes JSON and objects", () => {
    const document = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] };

    expect(parsePolicyDocument(JSON.stringify(document))).toEqual(document);
    expect(parsePolicyDocument(document)).toEqual(document);
  });

  it.each([["{"], ["{}"], ["null"], ['{"Statement":[{"Effect":"allow"}]}']])("%s is malformed", (text) => {
    expect(() => parsePolicyDocument(text)).toThrow(expect.objectContaining({ code: "MalformedPolicyDocument" }));
  });
});
