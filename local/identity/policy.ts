// Decides what a policy document says of a request: an explicit deny wins, then an allow, else nothing.
// Serves trust policies and resource policies alike; whose policies count for a call is not decided here.
import { AwsError } from "../protocol.ts";
import { conditionsHold, contextLookup, type Conditions, type RequestContext } from "./conditions.ts";
import { listOf, matchesWildcard, type KeyLookup } from "./pattern.ts";

export type { Conditions, RequestContext } from "./conditions.ts";

type OneOrMany = string | string[];
type PrincipalElement =
  | "*"
  | { AWS?: OneOrMany; Service?: OneOrMany; Federated?: OneOrMany; CanonicalUser?: OneOrMany };

export interface PolicyStatement {
  Sid?: string;
  Effect: "Allow" | "Deny";
  Principal?: PrincipalElement;
  NotPrincipal?: PrincipalElement;
  Action?: OneOrMany;
  NotAction?: OneOrMany;
  Resource?: OneOrMany;
  NotResource?: OneOrMany;
  Condition?: Conditions;
}

export interface PolicyDocument {
  Version?: string;
  Id?: string;
  Statement: PolicyStatement | PolicyStatement[];
}

/** Who asks: an AWS service (`events.amazonaws.com`), or a principal of an account. A `Caller` is one. */
export interface PolicyPrincipal {
  service?: string;
  accountId?: string;
  /** The principal itself: a role's session, a user. */
  arn?: string;
  /** The role behind a session. */
  roleArn?: string;
}

export interface PolicyRequest {
  /** `sts:AssumeRole`, `sqs:SendMessage`. */
  action: string;
  /** Absent where the policy belongs to the resource and names none (trust policies). */
  resource?: string;
  principal: PolicyPrincipal;
  context?: RequestContext;
}

export type PolicyEffect = "allow" | "deny" | "none";

/** `123456789012` and that account's root stand for every principal of the account. */
const accountOf = (principal: string): string | undefined =>
  /^(\d{12})$/.exec(principal)?.[1] ?? /^arn:aws:iam::(\d{12}):root$/.exec(principal)?.[1];

function isAwsPrincipal(listed: string, principal: PolicyPrincipal): boolean {
  if (principal.service !== undefined && principal.arn === undefined) return listed === "*";
  if (listed === "*") return true;
  const accountId = accountOf(listed);
  if (accountId !== undefined) return accountId === principal.accountId;
  return listed === principal.arn || listed === principal.roleArn;
}

function isListed(element: PrincipalElement, principal: PolicyPrincipal): boolean {
  if (element === "*") return true;
  if (listOf(element.AWS).some((listed) => isAwsPrincipal(listed, principal))) return true;
  return principal.service !== undefined && listOf(element.Service).includes(principal.service);
}

const principalMatches = (statement: PolicyStatement, principal: PolicyPrincipal): boolean =>
  statement.NotPrincipal === undefined
    ? statement.Principal === undefined || isListed(statement.Principal, principal)
    : !isListed(statement.NotPrincipal, principal);

function actionMatches(statement: PolicyStatement, action: string): boolean {
  const isIn = (patterns: OneOrMany) =>
    listOf(patterns).some((pattern) => matchesWildcard(pattern, action, { ignoreCase: true }));
  return statement.NotAction === undefined ? isIn(statement.Action ?? []) : !isIn(statement.NotAction);
}

function resourceMatches(statement: PolicyStatement, resource: string | undefined, lookup: KeyLookup): boolean {
  const isIn = (patterns: OneOrMany) =>
    listOf(patterns).some((pattern) => pattern === "*" || matchesWildcard(pattern, resource ?? "", { lookup }));
  if (statement.NotResource !== undefined) return !isIn(statement.NotResource);
  return statement.Resource === undefined || isIn(statement.Resource);
}

/** The condition keys that AWS fills in from the principal; the request's own come on top. */
function contextOf({ principal, context }: PolicyRequest): RequestContext {
  const principalArn = principal.roleArn ?? principal.arn;
  return {
    "aws:PrincipalIsAWSService": String(principal.service !== undefined),
    ...(principal.service !== undefined && { "aws:PrincipalServiceName": principal.service }),
    ...(principalArn !== undefined && { "aws:PrincipalArn": principalArn }),
    ...(principal.accountId !== undefined && { "aws:PrincipalAccount": principal.accountId }),
    ...context,
  };
}

/** What the document says. A principal element is asked only where a statement has one, so identity policies fit too. */
export function evaluatePolicy(document: PolicyDocument, request: PolicyRequest): PolicyEffect {
  const context = contextOf(request);
  const valuesOf = contextLookup(context);
  const lookup: KeyLookup = (key) => valuesOf(key)?.[0];
  const applying = listOf(document.Statement).filter(
    (statement) =>
      principalMatches(statement, request.principal) &&
      actionMatches(statement, request.action) &&
      resourceMatches(statement, request.resource, lookup) &&
      conditionsHold(statement.Condition, context),
  );
  if (applying.some(({ Effect }) => Effect === "Deny")) return "deny";
  return applying.some(({ Effect }) => Effect === "Allow") ? "allow" : "none";
}

/** Whether the document allows the request and does not deny it. */
export const isAllowed = (document: PolicyDocument, request: PolicyRequest): boolean =>
  evaluatePolicy(document, request) === "allow";

const malformedPolicy = (message: string) => new AwsError("MalformedPolicyDocument", message);

/** @throws AwsError `MalformedPolicyDocument` */
export function parsePolicyDocument(value: unknown): PolicyDocument {
  let parsed = value;
  if (typeof value === "string") {
    try {
      parsed = JSON.parse(value);
    } catch (error) {
      throw malformedPolicy(`The policy is not valid JSON: ${(error as Error).message}`);
    }
  }
  if (typeof parsed !== "object" || parsed === null || !("Statement" in parsed))
    throw malformedPolicy("The policy has no Statement.");
  const document = parsed as PolicyDocument;
  for (const { Effect } of listOf(document.Statement))
    if (Effect !== "Allow" && Effect !== "Deny") throw malformedPolicy("A statement's Effect is Allow or Deny.");
  return document;
}
