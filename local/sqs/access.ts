// Who may use a queue: its own account unless the queue policy denies it, services and other accounts only as it allows.
// Identity policies are not asked here.
import { evaluatePolicy, type PolicyDocument, type PolicyPrincipal } from "../identity/policy.ts";
import { AwsError, type Caller } from "../protocol.ts";

/** An AWS service that acts for a resource: `events.amazonaws.com` for a rule. */
export interface ServiceOrigin {
  service: string;
  sourceArn: string;
}

export type Origin = ServiceOrigin | Pick<Caller, "accountId" | "arn" | "roleArn">;

/** The part of an ARN that names its account. */
export const accountOfArn = (arn: string): string => arn.split(":")[4] ?? "";

const isService = (origin: Origin): origin is ServiceOrigin => "service" in origin;

const principalOf = (origin: Origin): PolicyPrincipal => (isService(origin) ? { service: origin.service } : origin);

/** `SenderId` of a message: the account, or for a service its name. */
export const senderIdOf = (origin: Origin): string => (isService(origin) ? origin.service : origin.accountId);

interface QueueAccess {
  queueArn: string;
  policy: PolicyDocument | undefined;
  /** `sqs:SendMessage` */
  action: string;
  origin: Origin;
}

/** @throws AwsError `AccessDeniedException` */
export function assertQueueAccess({ queueArn, policy, action, origin }: QueueAccess): void {
  // Local traffic stands for TLS traffic, so that `enforceSSL` statements do not deny it.
  const context = {
    "aws:SecureTransport": "true",
    ...(isService(origin) && {
      "aws:SourceArn": origin.sourceArn,
      "aws:SourceAccount": accountOfArn(origin.sourceArn),
    }),
  };
  const effect = policy
    ? evaluatePolicy(policy, { action, resource: queueArn, principal: principalOf(origin), context })
    : "none";
  const isOwner = !isService(origin) && origin.accountId === accountOfArn(queueArn);
  if (effect === "allow" || (effect === "none" && isOwner)) return;
  const who = isService(origin) ? `${origin.service} for ${origin.sourceArn}` : `User: ${origin.arn}`;
  const why =
    effect === "deny"
      ? "with an explicit deny in a resource-based policy"
      : "because no resource-based policy allows the action";
  throw new AwsError(
    "AccessDeniedException",
    `${who} is not authorized to perform: ${action} on resource: ${queueArn} ${why}`,
    { status: 403 },
  );
}
