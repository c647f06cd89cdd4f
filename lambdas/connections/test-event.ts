// The last hop: a mail to SES's simulator, whose events must come back to us by the way that all events take.
import { ListEmailIdentitiesCommand, type SESv2Client } from "@aws-sdk/client-sesv2";
import type { MailSender } from "../../shared/aws/mail-sender.ts";
import { testMailTag } from "../../shared/contract/connection.ts";
import type { Connection, Connections } from "../../shared/store/connections.ts";
import { broken, brokenBy, passed, waiting, type Tried } from "./hop.ts";

export interface TestEventDeps {
  connections: Pick<Connections, "claimTestMail" | "releaseTestMail">;
  sender: MailSender;
  clock: () => number;
}

/** At most one test mail in this time, however often a dashboard asks. */
const intervalMs = 60_000;

/** Takes any mail and delivers it, in the sandbox too, and counts for no reputation (SES developer guide). */
const simulatorAddress = "success@simulator.amazonses.com";

export async function tryTestEvent(
  { connections, sender, clock }: TestEventDeps,
  ses: SESv2Client,
  connection: Connection,
): Promise<Tried> {
  const hop = "testEvent";
  const { tenantId, connectionId, region, verifiedAt } = connection;
  if (verifiedAt) return passed(hop, `The first event of this account arrived at ${verifiedAt}.`);
  const onItsWay = waiting(
    hop,
    `A test mail went to ${simulatorAddress}; its events have not arrived yet, which takes a few seconds. If they do not ` +
      "come, see the dead-letter queue of the connection's stack.",
  );
  const nowMs = clock();
  if (!(await connections.claimTestMail(tenantId, connectionId, { nowMs, intervalMs }))) return onItsWay;
  const giveBack = async (tried: Tried): Promise<Tried> => {
    await connections.releaseTestMail(tenantId, connectionId, nowMs);
    return tried;
  };
  try {
    const from = await findSender(ses);
    if (from === undefined)
      return await giveBack(
        broken(
          hop,
          `SES in ${region} has no verified domain or address to send a test mail from.`,
          "Verify a domain (or an address) in the SES console, then check again.",
        ),
      );
    const sent = await sender.sendMail(connection, {
      from: { address: from },
      to: { address: simulatorAddress },
      subject: "SESami connection check",
      text: `This mail goes to SES's mailbox simulator, to see its events arrive. Connection: ${connectionId}`,
      tags: { [testMailTag]: connectionId },
    });
    if (sent.status !== "failed") return onItsWay;
    return await giveBack(broken(hop, "The test mail could not be sent.", sent.message));
  } catch (error) {
    return giveBack(brokenBy(hop, error, "The test mail could not be sent", "Check again in a minute."));
  }
}

const maxIdentityPages = 10;

/** An address of the first identity that may send. */
async function findSender(ses: SESv2Client): Promise<string | undefined> {
  let NextToken: string | undefined;
  for (let page = 0; page < maxIdentityPages; page++) {
    const answer = await ses.send(new ListEmailIdentitiesCommand({ PageSize: 100, NextToken }));
    const usable = answer.EmailIdentities?.find(({ SendingEnabled, IdentityName }) => SendingEnabled && IdentityName);
    if (usable?.IdentityName)
      return usable.IdentityName.includes("@") ? usable.IdentityName : `sesami-test@${usable.IdentityName}`;
    NextToken = answer.NextToken;
    if (!NextToken) return undefined;
  }
  return undefined;
}
