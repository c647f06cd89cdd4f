// The IAM roles and policies that templates make. Who may assume a role is asked of its trust policy in sts.ts;
// what a role may do is recorded here and not yet enforced.
import { createHash } from "node:crypto";
import type { ResourceContext, ResourceProviders } from "../cloudformation/provider.ts";
import { AwsError } from "../protocol.ts";
import { parsePolicyDocument, type PolicyDocument } from "./policy.ts";

export interface Role {
  arn: string;
  /** `AROA…`: one per role, part of its sessions' user ids. */
  roleId: string;
  name: string;
  accountId: string;
  trustPolicy: PolicyDocument;
  /** Policies written in the role or attached by AWS::IAM::Policy, by name. */
  inlinePolicies: Map<string, PolicyDocument>;
  /** Managed policies, AWS's own and those of templates. */
  managedPolicyArns: Set<string>;
  maxSessionSeconds: number;
}

export interface Roles {
  /** By ARN. */
  findRole: (roleArn: string) => Role | undefined;
  /** By account and name; names are unique in an account whatever their path. */
  findRoleByName: (accountId: string, name: string) => Role | undefined;
  /** A customer-managed policy's document; AWS's own policies have none here. */
  findManagedPolicy: (policyArn: string) => PolicyDocument | undefined;
  providers: ResourceProviders;
}

interface RoleProperties {
  RoleName?: string;
  Path?: string;
  AssumeRolePolicyDocument: unknown;
  Policies?: { PolicyName: string; PolicyDocument: unknown }[];
  ManagedPolicyArns?: string[];
  MaxSessionDuration?: number | string;
}

interface PolicyProperties {
  PolicyName?: string;
  ManagedPolicyName?: string;
  Path?: string;
  PolicyDocument: unknown;
  Roles?: string[];
}

const defaultMaxSessionSeconds = 3600;

/** IAM's unique ids are a four-letter kind and base 32; the same ARN gives the same id after a restart. */
export const iamId = (prefix: string, seed: string): string =>
  prefix +
  [...createHash("sha256").update(`${prefix} ${seed}`).digest().subarray(0, 16)]
    .map((byte) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[byte % 32])
    .join("");

export function createRoles(): Roles {
  const roles = new Map<string, Role>();
  const managedPolicies = new Map<string, PolicyDocument>();
  /** The roles that hold an AWS::IAM::Policy, by the resource. */
  const holdersOf = new Map<string, Role[]>();
  const attachmentOf = ({ accountId, generatedName }: ResourceContext) => `${accountId}/${generatedName}`;

  const findRoleByName = (accountId: string, name: string) =>
    [...roles.values()].find((role) => role.accountId === accountId && role.name === name);

  const rolesNamed = (names: string[] | undefined, context: ResourceContext) =>
    (names ?? []).map((name) => {
      const role = findRoleByName(context.accountId, name);
      if (!role) throw new AwsError("NoSuchEntity", `The role with name ${name} cannot be found.`, { status: 404 });
      return role;
    });

  const providers: ResourceProviders = {
    "AWS::IAM::Role": {
      create: (properties, context) => {
        const { Path = "/", ...wanted } = properties as RoleProperties;
        const name = wanted.RoleName ?? context.generatedName;
        const arn = `arn:aws:iam::${context.accountId}:role${Path}${name}`;
        const roleId = iamId("AROA", arn);
        roles.set(arn, {
          arn,
          roleId,
          name,
          accountId: context.accountId,
          trustPolicy: parsePolicyDocument(wanted.AssumeRolePolicyDocument),
          inlinePolicies: new Map(
            wanted.Policies?.map((policy) => [policy.PolicyName, parsePolicyDocument(policy.PolicyDocument)]),
          ),
          managedPolicyArns: new Set(wanted.ManagedPolicyArns),
          maxSessionSeconds: Number(wanted.MaxSessionDuration ?? defaultMaxSessionSeconds),
        });
        return { ref: name, attributes: { Arn: arn, RoleId: roleId } };
      },
      delete: (created) => {
        roles.delete(String(created.attributes["Arn"]));
      },
    },
    "AWS::IAM::Policy": {
      create: (properties, context) => {
        const wanted = properties as PolicyProperties;
        const name = wanted.PolicyName ?? context.generatedName;
        const document = parsePolicyDocument(wanted.PolicyDocument);
        const holders = rolesNamed(wanted.Roles, context);
        for (const role of holders) role.inlinePolicies.set(name, document);
        holdersOf.set(attachmentOf(context), holders);
        return { ref: name, attributes: { Id: name } };
      },
      delete: (created, context) => {
        for (const role of holdersOf.get(attachmentOf(context)) ?? []) role.inlinePolicies.delete(created.ref);
        holdersOf.delete(attachmentOf(context));
      },
    },
    "AWS::IAM::ManagedPolicy": {
      create: (properties, context) => {
        const { Path = "/", ...wanted } = properties as PolicyProperties;
        const name = wanted.ManagedPolicyName ?? context.generatedName;
        const arn = `arn:aws:iam::${context.accountId}:policy${Path}${name}`;
        managedPolicies.set(arn, parsePolicyDocument(wanted.PolicyDocument));
        for (const role of rolesNamed(wanted.Roles, context)) role.managedPolicyArns.add(arn);
        return { ref: arn, attributes: { PolicyArn: arn, PolicyId: iamId("ANPA", arn) } };
      },
      delete: (created) => {
        managedPolicies.delete(created.ref);
        for (const role of roles.values()) role.managedPolicyArns.delete(created.ref);
      },
    },
  };

  return {
    findRole: (roleArn) => roles.get(roleArn),
    findRoleByName,
    findManagedPolicy: (policyArn) => managedPolicies.get(policyArn),
    providers,
  };
}
