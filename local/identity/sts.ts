// AWS STS on the wire (query in, XML out): AssumeRole, judged by the role's trust policy, and GetCallerIdentity.
// Limits and wordings: STS API reference, AssumeRole.
import { randomUUID } from "node:crypto";
import { AwsError, escapeXml, unsupported, xmlReply, type AwsCall, type AwsReply, type Caller } from "../protocol.ts";
import { isAllowed, parsePolicyDocument } from "./policy.ts";
import { iamId, type Roles } from "./roles.ts";
import type { Sessions } from "./sessions.ts";

const minSessionSeconds = 900;
const maxSessionSeconds = 43_200;
/** A role's session that assumes a further role. */
const maxChainedSeconds = 3600;
const defaultSessionSeconds = 3600;

const validationError = (message: string) => new AwsError("ValidationError", message);

const constraintError = (value: string, name: string, constraint: string) =>
  validationError(
    `1 validation error detected: Value '${value}' at '${name}' failed to satisfy constraint: ${constraint}`,
  );

interface TextRule {
  min: number;
  max: number;
  characters?: RegExp;
}

const rules = {
  RoleArn: { min: 20, max: 2048 },
  RoleSessionName: { min: 2, max: 64, characters: /^[\w+=,.@-]*$/ },
  ExternalId: { min: 2, max: 1224, characters: /^[\w+=,.@:/-]*$/ },
  Policy: { min: 1, max: 2048 },
} satisfies Record<string, TextRule>;

function checkedText(form: URLSearchParams, name: keyof typeof rules): string | undefined {
  const value = form.get(name);
  if (value === null) return undefined;
  const { min, max, characters }: TextRule = rules[name];
  const member = `${name[0]?.toLowerCase()}${name.slice(1)}`;
  if (value.length < min)
    throw constraintError(value, member, `Member must have length greater than or equal to ${min}`);
  if (value.length > max) throw constraintError(value, member, `Member must have length less than or equal to ${max}`);
  if (characters?.test(value) === false)
    throw constraintError(value, member, `Member must satisfy regular expression pattern: ${characters.source}`);
  return value;
}

function requiredText(form: URLSearchParams, name: keyof typeof rules): string {
  const value = checkedText(form, name);
  if (value === undefined)
    throw constraintError("null", `${name[0]?.toLowerCase()}${name.slice(1)}`, "Member must not be null");
  return value;
}

function parseDuration(form: URLSearchParams): number {
  const text = form.get("DurationSeconds");
  if (text === null) return defaultSessionSeconds;
  const seconds = Number(text);
  if (!Number.isInteger(seconds)) throw new AwsError("MalformedInput", `DurationSeconds is not a number: ${text}`);
  if (seconds < minSessionSeconds)
    throw constraintError(
      text,
      "durationSeconds",
      `Member must have value greater than or equal to ${minSessionSeconds}`,
    );
  if (seconds > maxSessionSeconds)
    throw constraintError(text, "durationSeconds", `Member must have value less than or equal to ${maxSessionSeconds}`);
  return seconds;
}

interface AssumeRoleRequest {
  roleArn: string;
  sessionName: string;
  seconds: number;
  externalId: string | undefined;
  policy: string | undefined;
}

const understood = new Set(["Action", "Version", "DurationSeconds", ...Object.keys(rules)]);

function parseAssumeRole(form: URLSearchParams): AssumeRoleRequest {
  for (const name of form.keys())
    if (!understood.has(name)) throw unsupported(`the parameter ${name} of sts:AssumeRole`);
  const policy = checkedText(form, "Policy");
  if (policy !== undefined) parsePolicyDocument(policy);
  return {
    roleArn: requiredText(form, "RoleArn"),
    sessionName: requiredText(form, "RoleSessionName"),
    seconds: parseDuration(form),
    externalId: checkedText(form, "ExternalId"),
    policy,
  };
}

const result = (action: string, content: string): AwsReply =>
  xmlReply(
    `<${action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${action}Result>${content}</${action}Result>` +
      `<ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata></${action}Response>`,
  );

const element = (name: string, value: string) => `<${name}>${escapeXml(value)}</${name}>`;

/** STS for every account: `handle` is its wire protocol. */
export function createSts({ roles, sessions }: { roles: Roles; sessions: Sessions }) {
  const assumeRole = (caller: Caller, form: URLSearchParams): AwsReply => {
    const request = parseAssumeRole(form);
    const role = roles.findRole(request.roleArn);
    const context: Record<string, string> = { "sts:RoleSessionName": request.sessionName };
    if (request.externalId !== undefined) context["sts:ExternalId"] = request.externalId;
    // A role that does not exist is refused in the same words, so nobody learns which roles there are.
    if (!role || !isAllowed(role.trustPolicy, { action: "sts:AssumeRole", principal: caller, context }))
      throw new AwsError(
        "AccessDenied",
        `User: ${caller.arn} is not authorized to perform: sts:AssumeRole on resource: ${request.roleArn}`,
        { status: 403 },
      );
    if (caller.roleArn !== undefined && request.seconds > maxChainedSeconds)
      throw validationError(
        "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.",
      );
    if (request.seconds > role.maxSessionSeconds)
      throw validationError("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");

    const { sessionName, seconds, policy } = request;
    const issued = sessions.issue(role, { name: sessionName, seconds, ...(policy !== undefined && { policy }) });
    const session = sessions.getSession(issued.accessKeyId, issued.sessionToken);
    return result(
      "AssumeRole",
      `<Credentials>${element("AccessKeyId", issued.accessKeyId)}${element("SecretAccessKey", issued.secretAccessKey)}` +
        element("SessionToken", issued.sessionToken) +
        `${element("Expiration", new Date(issued.expiresAtMs).toISOString())}</Credentials>` +
        `<AssumedRoleUser>${element("AssumedRoleId", session.userId)}${element("Arn", session.caller.arn)}</AssumedRoleUser>`,
    );
  };

  const getCallerIdentity = (caller: Caller): AwsReply => {
    const userId = sessions.findSession(caller.accessKeyId)?.userId ?? iamId("AIDA", caller.arn);
    return result(
      "GetCallerIdentity",
      element("Arn", caller.arn) + element("UserId", userId) + element("Account", caller.accountId),
    );
  };

  return async (call: AwsCall): Promise<AwsReply> => {
    if (!call.caller)
      throw new AwsError("MissingAuthenticationToken", "Request is missing Authentication Token", { status: 403 });
    const form = call.method === "GET" ? call.query : new URLSearchParams(call.body.toString("utf8"));
    const action = form.get("Action");
    if (action === "AssumeRole") return assumeRole(call.caller, form);
    if (action === "GetCallerIdentity") return getCallerIdentity(call.caller);
    throw unsupported(`the operation sts:${action}`);
  };
}
