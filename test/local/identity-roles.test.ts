import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { ResourceContext } from "../../local/cloudformation/provider.ts";
import { createIdentity, type Identity } from "../../local/identity/identity.ts";
import { openState } from "../../local/state.ts";

const accountId = "111111111111";
const now = Date.parse("2026-11-23T08:00:00Z");

const contextOf = (logicalId: string): ResourceContext => ({
  accountId,
  region: "us-east-1",
  stackName: "api",
  logicalId,
  generatedName: `api-${logicalId}`,
  resource: { Type: "AWS::IAM::Role" },
  assetPath: (path) => path,
});

const create = async (identity: Identity, type: string, logicalId: string, properties: Record<string, unknown>) =>
  identity.providers[type]!.create(properties, contextOf(logicalId));

const trust = (service: string) => ({
  Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }],
});

const allow = (action: string) => ({ Statement: [{ Effect: "Allow", Action: action, Resource: "*" }] });

describe("roles of templates", () => {
  it("a role remembers its own, its attached and its managed policies", async () => {
    const identity = createIdentity({ state: openState(), clock: () => now });

    const role = await create(identity, "AWS::IAM::Role", "MailRole", {
      Path: "/app/",
      AssumeRolePolicyDocument: trust("lambda.amazonaws.com"),
      Policies: [{ PolicyName: "inline", PolicyDocument: allow("ses:SendRawEmail") }],
      ManagedPolicyArns: ["arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"],
    });
    await create(identity, "AWS::IAM::Policy", "MailPolicy", {
      PolicyName: "attached",
      PolicyDocument: allow("dynamodb:GetItem"),
      Roles: [role.ref],
    });
    const managed = await create(identity, "AWS::IAM::ManagedPolicy", "Boundary", {
      PolicyDocument: allow("sqs:SendMessage"),
      Roles: [role.ref],
    });

    expect(role).toMatchObject({
      ref: "api-MailRole",
      attributes: { Arn: "arn:aws:iam::111111111111:role/app/api-MailRole" },
    });
    const found = identity.findRole("arn:aws:iam::111111111111:role/app/api-MailRole")!;
    expect([...found.inlinePolicies.keys()]).toEqual(["inline", "attached"]);
    expect([...found.managedPolicyArns]).toEqual([
      "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
      "arn:aws:iam::111111111111:policy/api-Boundary",
    ]);
    expect(identity.findManagedPolicy(managed.ref)).toEqual(allow("sqs:SendMessage"));
  });

  it("a policy for a role that is not there is an error", async () => {
    const identity = createIdentity({ state: openState(), clock: () => now });

    const created = create(identity, "AWS::IAM::Policy", "P", { PolicyDocument: allow("*"), Roles: ["nobody"] });

    await expect(created).rejects.toMatchObject({ code: "NoSuchEntity" });
  });

  it("a deleted role is gone", async () => {
    const identity = createIdentity({ state: openState(), clock: () => now });
    const properties = { AssumeRolePolicyDocument: trust("lambda.amazonaws.com") };
    const role = await create(identity, "AWS::IAM::Role", "MailRole", properties);

    await identity.providers["AWS::IAM::Role"]!.delete!(role, contextOf("MailRole"));

    expect(identity.findRole(String(role.attributes["Arn"]))).toBeUndefined();
  });
});

describe("credentials of a service's role", () => {
  it("go to the service that the role trusts, and to no other", async () => {
    const identity = createIdentity({ state: openState(), clock: () => now });
    const properties = { AssumeRolePolicyDocument: trust("lambda.amazonaws.com") };
    const role = await create(identity, "AWS::IAM::Role", "MailRole", properties);
    const roleArn = String(role.attributes["Arn"]);

    const credentials = identity.credentialsForService(roleArn, "lambda.amazonaws.com", "mail-function");

    expect(identity.callerOf(credentials.accessKeyId, credentials.sessionToken)).toEqual({
      accountId,
      roleArn,
      arn: "arn:aws:sts::111111111111:assumed-role/api-MailRole/mail-function",
      accessKeyId: credentials.accessKeyId,
    });
    expect(() => identity.credentialsForService(roleArn, "events.amazonaws.com")).toThrow(
      expect.objectContaining({ code: "AccessDenied" }),
    );
    expect(() => identity.credentialsForService(`${roleArn}x`, "lambda.amazonaws.com")).toThrow("cannot be assumed");
  });

  it("end when their time has passed, and survive a restart until then", async () => {
    const folder = mkdtempSync(join(tmpdir(), "identity-"));
    try {
      const state = openState(folder);
      const identity = createIdentity({ state, clock: () => now });
      const properties = { AssumeRolePolicyDocument: trust("lambda.amazonaws.com") };
      const role = await create(identity, "AWS::IAM::Role", "MailRole", properties);
      const roleArn = String(role.attributes["Arn"]);
      const { accessKeyId, sessionToken, expiresAtMs } = identity.credentialsForService(
        roleArn,
        "lambda.amazonaws.com",
      );
      state.flush();

      const justBefore = createIdentity({ state: openState(folder), clock: () => expiresAtMs - 1 });
      const after = createIdentity({ state: openState(folder), clock: () => expiresAtMs });

      expect(expiresAtMs).toBe(Date.parse("2026-11-23T20:00:00Z"));
      expect(justBefore.callerOf(accessKeyId, sessionToken).roleArn).toBe(roleArn);
      expect(() => after.callerOf(accessKeyId, sessionToken)).toThrow(
        expect.objectContaining({ code: "ExpiredToken" }),
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
