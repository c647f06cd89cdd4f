// What SES refuses before it takes a mail, with the codes and the words of its v1 API (wire-v2.ts translates them).
import { AwsError, unsupported } from "../protocol.ts";
import type { SesAccount } from "./accounts.ts";
import { bareAddress, findSimulatorScenario, listAddresses } from "./address.ts";
import type { ConfigurationSet } from "./configuration-set.ts";
import { findIdentity } from "./identities.ts";
import type { MailHeader } from "./message.ts";
import { findHeader } from "./mime.ts";

const maxRecipients = 50;

const refuse = (message: string): AwsError => new AwsError("InvalidParameterValue", message);

/** Sending for another account, and tenants, are not here. */
const unsupportedHeaders = ["X-SES-TENANT", "X-SES-SOURCE-ARN", "X-SES-FROM-ARN", "X-SES-RETURN-PATH-ARN"];

/** @throws AwsError `InvalidParameterValue`. */
export function assertSize(sizeBytes: number, limitBytes: number): void {
  if (sizeBytes > limitBytes) throw refuse(`Message length is more than ${limitBytes} bytes long: '${sizeBytes}'.`);
}

export interface Envelope {
  /** As the caller wrote them: `mail.source` and `mail.destination`. */
  source: string;
  destination: string[];
  /** The From header. */
  from: string;
  /** Bare addresses. */
  fromAddress: string;
  sourceAddress: string;
  recipients: string[];
}

/**
 * Who sends to whom: as the call says, else as the headers do.
 * @throws AwsError `InvalidParameterValue`, or `NotImplemented` for headers that the laptop cloud does not have.
 */
export function parseEnvelope(headers: MailHeader[], given: { source?: string; destinations?: string[] }): Envelope {
  for (const name of unsupportedHeaders)
    if (findHeader(headers, name) !== undefined) throw unsupported(`the header ${name} of SES`);

  const from = findHeader(headers, "from");
  if (from === undefined) throw refuse("Missing required header 'From'.");
  const source = given.source ?? from;
  const destination =
    given.destinations ?? ["to", "cc", "bcc"].flatMap((name) => listAddresses(findHeader(headers, name) ?? ""));
  if (destination.length === 0) throw refuse("Missing required header 'To'.");
  if (destination.length > maxRecipients) throw refuse(`Recipient count exceeds ${maxRecipients}.`);

  const envelope = {
    source,
    destination,
    from,
    fromAddress: bareAddress(from),
    sourceAddress: bareAddress(source),
    recipients: destination.map(bareAddress),
  };
  for (const address of [envelope.fromAddress, envelope.sourceAddress, ...envelope.recipients]) assertAddress(address);
  return envelope;
}

function assertAddress(address: string): void {
  if (!address.includes("@")) throw refuse("Missing final '@domain'");
  if (/[\s<>,;]/.test(address) || address.startsWith("@") || address.endsWith("@"))
    throw refuse(`Illegal address ${address}`);
  // No SMTPUTF8 (SES API v1, Destination): both parts are 7-bit ASCII, and SES words it so.
  const [local = "", domain = ""] = address.split(/@(?=[^@]*$)/);
  if (/[^!-~]/.test(local)) throw refuse("Local address contains control or whitespace");
  if (/[^!-~]/.test(domain)) throw refuse("Domain contains control or whitespace");
}

/** @throws AwsError `MessageRejected`. In the sandbox recipients must be verified too; the mailbox simulator is. */
export function assertVerified(account: SesAccount, { sourceAddress, fromAddress, recipients }: Envelope): void {
  const people = recipients.filter((recipient) => findSimulatorScenario(recipient) === undefined);
  const checked = [sourceAddress, fromAddress, ...(account.production ? [] : people)];
  const failed = checked.filter((address) => findIdentity(account, address) === undefined);
  if (failed.length > 0)
    throw new AwsError(
      "MessageRejected",
      "Email address is not verified. The following identities failed the check in region " +
        `${account.region.toUpperCase()}: ${[...new Set(failed)].join(", ")}`,
    );
}

/**
 * The set that was asked for, or the default one of the sender's identity.
 * @throws AwsError `ConfigurationSetDoesNotExist`, `ConfigurationSetSendingPausedException`.
 */
export function findSendingSet(
  account: SesAccount,
  { sourceAddress }: Envelope,
  wanted: string | undefined,
): ConfigurationSet | undefined {
  const name = wanted ?? account.identities.get(findIdentity(account, sourceAddress) ?? "")?.configurationSet;
  if (name === undefined) return undefined;
  const set = account.configurationSets.get(name);
  if (!set) throw new AwsError("ConfigurationSetDoesNotExist", `Configuration set <${name}> does not exist.`);
  if (!set.sendingEnabled)
    throw new AwsError("ConfigurationSetSendingPausedException", `Sending is paused for configuration set <${name}>.`);
  return set;
}
