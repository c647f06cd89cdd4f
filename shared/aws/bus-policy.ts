// The resource policy of our event bus: which accounts may put SES events on it. Written whole, from the list of owners.
import {
  DescribeEventBusCommand,
  PutPermissionCommand,
  RemovePermissionCommand,
  type EventBridgeClient,
} from "@aws-sdk/client-eventbridge";
import { AppError } from "../contract/error.ts";

const statementId = "ConnectedAccounts";
const maxTries = 5;

interface Statement {
  Sid?: string;
  Principal?: unknown;
  [member: string]: unknown;
}

interface Policy {
  Version?: string;
  Statement?: Statement | Statement[];
}

/**
 * Brings the bus policy in line with the accounts, leaving the statements of others as they are.
 *
 * Two writers at once converge: a claim is in the table before its writer lists the accounts, and every writer lists them
 * again after it wrote, so whoever writes last sees every claim that was made before any write, and writes again if needed.
 *
 * @param listAccountIds reads consistently
 * @throws AppError `unavailable` when the policy would be larger than a bus takes (10,240 bytes, some 500 accounts)
 */
export async function writeBusPolicy({
  events,
  busArn,
  listAccountIds,
}: {
  events: EventBridgeClient;
  busArn: string;
  listAccountIds: () => Promise<string[]>;
}): Promise<void> {
  const bus = busArn.slice(busArn.lastIndexOf("/") + 1);
  for (let tries = 1; tries <= maxTries; tries++) {
    const accountIds = [...new Set(await listAccountIds())].sort();
    const statements = statementsOf((await events.send(new DescribeEventBusCommand({ Name: bus }))).Policy);
    const ours = statements.find(({ Sid }) => Sid === statementId);
    if (principalIds(ours?.Principal).join() === accountIds.join()) return;
    const others = statements.filter((statement) => statement !== ours);
    await put(events, bus, accountIds.length === 0 ? others : [...others, statementFor(accountIds, busArn)]);
  }
  throw new AppError("unavailable", "Connections change too fast right now: try again in a minute.");
}

async function put(events: EventBridgeClient, bus: string, statements: Statement[]): Promise<void> {
  const Policy = JSON.stringify({ Version: "2012-10-17", Statement: statements });
  try {
    // A policy without a statement is no policy.
    if (statements.length === 0)
      await events.send(new RemovePermissionCommand({ EventBusName: bus, StatementId: statementId }));
    else await events.send(new PutPermissionCommand({ EventBusName: bus, Policy }));
  } catch (cause) {
    const name = cause instanceof Error ? cause.name : "";
    if (name === "PolicyLengthExceededException")
      throw new AppError("unavailable", "SESami can connect no further account: tell its operator.", { cause });
    // Another writer was there at the same moment; the caller looks again.
    if (name !== "ConcurrentModificationException" && name !== "ResourceNotFoundException") throw cause;
  }
}

/** Nobody can put an event with a source `aws.…` but AWS itself: the condition keeps everything else out. */
const statementFor = (accountIds: string[], busArn: string): Statement => ({
  Sid: statementId,
  Effect: "Allow",
  Principal: { AWS: accountIds },
  Action: "events:PutEvents",
  Resource: busArn,
  Condition: { StringEquals: { "events:source": "aws.ses" } },
});

const statementsOf = (policy: string | undefined): Statement[] =>
  policy ? [(JSON.parse(policy) as Policy).Statement ?? []].flat() : [];

/** AWS gives account ids back as `arn:aws:iam::<id>:root`, and one alone without its list. */
const principalIds = (principal: unknown): string[] => {
  const listed = [(principal as { AWS?: string | string[] } | undefined)?.AWS ?? []].flat();
  return listed.map((text) => /\d{12}/.exec(text)?.[0] ?? text).sort();
};
