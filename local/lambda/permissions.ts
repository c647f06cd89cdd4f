// The resource policies of functions: which AWS services may call a function, and on whose behalf.
import { createHash } from "node:crypto";
import * as v from "valibot";
import type { ResourceContext } from "../cloudformation/provider.ts";
import { isAllowed, type Conditions, type PolicyStatement } from "../identity/policy.ts";
import { parseInput } from "../json-input.ts";
import { AwsError } from "../protocol.ts";

/** The service that calls, and the resource for which it does: a route of an API, a rule, a user pool. */
export interface InvokeOrigin {
  /** `apigateway.amazonaws.com` */
  service: string;
  sourceArn: string;
}

const type = "AWS::Lambda::Permission";
const action = "lambda:InvokeFunction";

const permissionSchema = v.strictObject({
  FunctionName: v.string(),
  Action: v.string(),
  Principal: v.string(),
  SourceArn: v.optional(v.string()),
  SourceAccount: v.optional(v.string()),
});

/** AWS writes an account as its root's ARN, and a service by its name. */
const principalOf = (name: string): NonNullable<PolicyStatement["Principal"]> => {
  if (name === "*") return "*";
  return /^\d{12}$|^arn:/.test(name)
    ? { AWS: /^\d{12}$/.test(name) ? `arn:aws:iam::${name}:root` : name }
    : { Service: name };
};

export interface Permission {
  id: string;
  functionName: string;
  statement: (functionArn: string) => PolicyStatement;
}

/** The statement that AWS's AddPermission would make of the template's. */
export function parsePermission(properties: unknown, context: ResourceContext): Permission {
  const parsed = parseInput(permissionSchema, properties, { what: type, code: "ValidationError" });
  const conditions: Conditions = {
    ...(parsed.SourceArn !== undefined && { ArnLike: { "AWS:SourceArn": parsed.SourceArn } }),
    ...(parsed.SourceAccount !== undefined && { StringEquals: { "AWS:SourceAccount": parsed.SourceAccount } }),
  };
  const id = `${context.generatedName}-${createHash("sha256").update(context.logicalId).digest("hex").slice(0, 12)}`;
  return {
    id,
    functionName: parsed.FunctionName,
    statement: (functionArn) => ({
      Sid: id,
      Effect: "Allow",
      Principal: principalOf(parsed.Principal),
      Action: parsed.Action,
      Resource: functionArn,
      Condition: conditions,
    }),
  };
}

/** @throws AwsError `AccessDeniedException` when no statement lets the service call the function */
export function assertMayInvoke(statements: PolicyStatement[], functionArn: string, origin: InvokeOrigin): void {
  const context = { "aws:SourceArn": origin.sourceArn, "aws:SourceAccount": origin.sourceArn.split(":")[4] ?? "" };
  const request = { action, resource: functionArn, principal: { service: origin.service }, context };
  if (isAllowed({ Statement: statements }, request)) return;
  throw new AwsError(
    "AccessDeniedException",
    `${origin.service} for ${origin.sourceArn} is not authorized to perform: ${action} on resource: ${functionArn} because no resource-based policy allows the ${action} action`,
    { status: 403 },
  );
}
