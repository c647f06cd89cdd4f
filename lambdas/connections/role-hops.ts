// Does the customer's role let us in, only with the external id, and into the account that was claimed?
import { GetCallerIdentityCommand, type STSClient } from "@aws-sdk/client-sts";
import { describeAwsError, isAccessDenied } from "../../shared/aws/aws-error.ts";
import { assumeConnectionRole, type SessionCredentials } from "../../shared/aws/connection-credentials.ts";
import { noPermissions, sessionPolicy } from "../../shared/aws/session-policy.ts";
import type { Connection } from "../../shared/store/connections.ts";
import { broken, brokenBy, deployAgain, passed, type Tried } from "./hop.ts";

/** Always a new session: what is cached would prove what was. */
export async function tryAssumeRole(
  sts: STSClient,
  connection: Connection,
): Promise<{ tried: Tried; credentials?: SessionCredentials }> {
  const { roleArn, externalId, region } = connection;
  try {
    const credentials = await assumeConnectionRole(sts, connection, {
      externalId,
      policy: sessionPolicy("verify", connection),
    });
    return { tried: passed("assumeRole", `SESami can assume ${roleArn} with the external id.`), credentials };
  } catch (error) {
    const what = `SESami cannot assume ${roleArn}`;
    if (!isAccessDenied(error)) return { tried: brokenBy("assumeRole", error, what, deployAgain(region)) };
    const tried = broken(
      "assumeRole",
      `${what}: there is no such role, or it does not trust SESami with this external id.`,
      `${deployAgain(region)} A role that was made just now takes up to a minute to be known.`,
    );
    return { tried };
  }
}

/**
 * Nobody but who presents the external id may assume the role, or another customer of ours could have us act in this
 * account (IAM user guide, "The confused deputy problem"). Tried with none and with a random one; the right one has just
 * worked by the same role of ours, so a refusal now is the trust policy's. Only AccessDenied is a refusal.
 */
export async function tryExternalIdEnforced(
  sts: STSClient,
  connection: Connection,
  randomExternalId: string,
): Promise<Tried> {
  const hop = "externalIdEnforced";
  const fix =
    "Let the role's trust policy have the condition StringEquals sts:ExternalId with the external id shown here. " +
    deployAgain(connection.region);
  for (const [which, externalId] of [
    ["without an external id", undefined],
    ["with a random external id", randomExternalId],
  ] as const)
    try {
      await assumeConnectionRole(sts, connection, { externalId, policy: noPermissions });
      return broken(hop, `The role can be assumed ${which}: it is open to a confused deputy.`, fix);
    } catch (error) {
      if (isAccessDenied(error)) continue;
      const what = `Whether the role can be assumed ${which} could not be told: STS answered neither yes nor AccessDenied`;
      const tried = brokenBy(hop, error, what, "Check again in a minute.");
      return { ...tried, message: `${what}, but ${describeAwsError(error)}` };
    }
  return passed(hop, "The role refuses to be assumed without the external id, and with a wrong one.");
}

export async function tryAccount(session: STSClient, { accountId }: Connection): Promise<Tried> {
  try {
    const { Account } = await session.send(new GetCallerIdentityCommand({}));
    return Account === accountId
      ? passed("account", `The role is in the account ${accountId}, as claimed.`)
      : broken(
          "account",
          `The role is in the account ${Account}, not in ${accountId}.`,
          "Delete this connection and make one for the right account.",
        );
  } catch (error) {
    return brokenBy("account", error, "The role's account could not be read", "Check again in a minute.");
  }
}
