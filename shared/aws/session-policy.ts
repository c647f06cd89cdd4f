// What an assumed session may do at most: the connection's role narrowed to one purpose.
// A session policy takes 2,048 characters (STS API, AssumeRole, Policy).
import { configurationSetName, forwardingRuleName } from "../contract/connection.ts";

/** `send` mails, and reads how fast it may; `verify` reads what a connection check looks at. */
export type SessionPurpose = "send" | "verify";

interface SessionScope {
  accountId: string;
  region: string;
  configurationSet: string;
}

/**
 * For our own configuration set, or for whichever of the account a mail names: a policy for each name would be a session for
 * each, and who makes names up would use up the sessions of all.
 */
export function sessionPolicy(purpose: SessionPurpose, { accountId, region, configurationSet }: SessionScope): string {
  const ses = `arn:aws:ses:${region}:${accountId}`;
  const sets = configurationSet === configurationSetName ? configurationSet : "*";
  const statements = {
    send: [
      allow(["ses:SendRawEmail"], [`${ses}:identity/*`, `${ses}:configuration-set/${sets}`]),
      // Knows no resources (Service Authorization Reference, Amazon SES).
      allow(["ses:GetSendQuota"], ["*"]),
    ],
    verify: [
      allow(
        [
          "ses:GetAccount",
          "ses:GetSendStatistics",
          "ses:ListEmailIdentities",
          "ses:GetEmailIdentity",
          "ses:GetConfigurationSetEventDestinations",
        ],
        ["*"],
      ),
      allow(
        ["events:DescribeRule", "events:ListTargetsByRule"],
        [`arn:aws:events:${region}:${accountId}:rule/${forwardingRuleName}`],
      ),
    ],
  }[purpose];
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}

const allow = (actions: string[], resources: string[]) => ({ Effect: "Allow", Action: actions, Resource: resources });

/** For a session that shall only exist: the probes of a connection check must not be able to do anything. */
export const noPermissions: string = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Deny", Action: "*", Resource: "*" }],
});
