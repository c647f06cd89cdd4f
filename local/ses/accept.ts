// Taking a mail as SES does, whichever API brought it: the rules applied, the quota counted, the message kept.
import { randomBytes } from "node:crypto";
import type { Caller } from "../protocol.ts";
import type { Accounts, SesAccount } from "./accounts.ts";
import { domainOf, findSimulatorScenario } from "./address.ts";
import { publishes, type ConfigurationSet } from "./configuration-set.ts";
import { findIdentity, identityArn } from "./identities.ts";
import type { Life } from "./life.ts";
import type { MailStore } from "./mail-store.ts";
import { sesId } from "./message-id.ts";
import { parseHeaderTags, parseTags, type MessageTag } from "./message-tags.ts";
import type { ListManagement, MailHeader, RenderingFailure, SesMessage } from "./message.ts";
import { commonHeadersOf, deliveredSource, findHeader, parseMail, truncateHeaders, type ParsedMail } from "./mime.ts";
import { takeQuota } from "./quota.ts";
import { assertSize, assertVerified, findSendingSet, parseEnvelope, type Envelope } from "./sending-rules.ts";
import { trackHtml } from "./tracked-html.ts";

/** One call to send, in the terms of no API. */
export interface Submission {
  operation: "SendRawEmail" | "SendEmail" | "SendTemplatedEmail";
  raw: Buffer;
  /** The envelope's sender; absent: the From header. */
  source?: string;
  /** The envelope's recipients; absent: To, Cc and Bcc. */
  destinations?: string[];
  configurationSet?: string;
  tags: MessageTag[];
  listManagement?: ListManagement;
  renderingFailure?: RenderingFailure;
  sizeLimitBytes: number;
}

export interface AcceptDeps {
  accounts: Accounts;
  mails: MailStore;
  life: Life;
  clock: () => number;
  newUuid: () => string;
}

/** Answers the message id. @throws AwsError with the code and the words of SES's v1 API. */
export type Accept = (caller: Caller, region: string, submission: Submission) => Promise<string>;

const sourceLimitBytes = 256 * 1024;

/** `X-SES-LIST-MANAGEMENT-OPTIONS: list; topic=topic`. */
function findListManagement(headers: MailHeader[]): ListManagement | undefined {
  const [contactListName, topic] = (findHeader(headers, "x-ses-list-management-options") ?? "").split(";");
  if (!contactListName) return undefined;
  const topicName = /^\s*topic=(.+?)\s*$/.exec(topic ?? "")?.[1];
  return { contactListName: contactListName.trim(), ...(topicName !== undefined && { topicName }) };
}

/** IAM user or role name, or `root`. */
const callerIdentity = ({ arn, roleArn }: Caller): string => (roleArn ?? arn).split(/[/:]/).at(-1) ?? "root";

/** Own tags come from the parameters; only where those hold none, from the header. */
function tagsOf(submission: Submission, mail: ParsedMail, envelope: Envelope, caller: Caller, set?: ConfigurationSet) {
  const own =
    submission.tags.length > 0
      ? parseTags(submission.tags)
      : parseHeaderTags(findHeader(mail.headers, "x-ses-message-tags"));
  return {
    "ses:operation": [submission.operation],
    ...(set && { "ses:configuration-set": [set.name] }),
    "ses:source-ip": ["127.0.0.1"],
    "ses:from-domain": [domainOf(envelope.fromAddress)],
    "ses:caller-identity": [callerIdentity(caller)],
    ...own,
  };
}

/** The HTML as it came is kept; pixel and links are put in whenever it is shown. */
function trackingOf(mail: ParsedMail, set: ConfigurationSet | undefined) {
  const openTracking = mail.html !== undefined && publishes(set, "OPEN");
  const clickTracking = mail.html !== undefined && publishes(set, "CLICK");
  const { links } = trackHtml(mail.html ?? "", clickTracking ? { clickUrl: () => "" } : {});
  return {
    trackingToken: randomBytes(18).toString("base64url"),
    openTracking,
    clickTracking,
    links: links.filter(({ index }) => index !== undefined).map(({ link, tags }) => ({ link, tags })),
  };
}

function contentOf(mail: ParsedMail) {
  return {
    ...(mail.html !== undefined && { html: mail.html }),
    ...(mail.text !== undefined && { text: mail.text }),
    attachments: mail.attachments,
  };
}

function countRecipients(account: SesAccount, recipients: string[], nowMs: number): void {
  const counted = recipients.filter((recipient) => findSimulatorScenario(recipient) === undefined);
  takeQuota(account.quota, recipients.length, counted.length, nowMs);
}

export function createAccept({ accounts, mails, life, clock, newUuid }: AcceptDeps): Accept {
  return async (caller, region, submission) => {
    const { raw } = submission;
    assertSize(raw.byteLength, submission.sizeLimitBytes);
    const mail = await parseMail(raw);
    const envelope = parseEnvelope(mail.headers, submission);
    const account = accounts.accountOf(caller.accountId, region);
    const set = findSendingSet(
      account,
      envelope,
      submission.configurationSet ?? findHeader(mail.headers, "x-ses-configuration-set"),
    );
    const tags = tagsOf(submission, mail, envelope, caller, set);
    const tracking = trackingOf(mail, set);
    assertVerified(account, envelope);
    const nowMs = clock();
    countRecipients(account, envelope.recipients, nowMs);
    accounts.changed();

    const { source, sourceAddress, destination, from } = envelope;
    const messageId = sesId(region, nowMs, newUuid());
    const sourceText = deliveredSource(raw, { messageId, region, date: new Date(nowMs) });
    const listManagement = submission.listManagement ?? findListManagement(mail.headers);
    const message: SesMessage = {
      messageId,
      accountId: caller.accountId,
      region,
      acceptedAtMs: nowMs,
      source,
      destination,
      from,
      tags,
      sourceArn: identityArn(account, findIdentity(account, sourceAddress) ?? sourceAddress),
      ...truncateHeaders(mail.headers),
      commonHeaders: commonHeadersOf(mail.headers, messageId),
      ...(set && { configurationSet: set.name }),
      ...(listManagement && { listManagement }),
      ...(submission.renderingFailure && { renderingFailure: submission.renderingFailure }),
      ...tracking,
      subject: findHeader(mail.headers, "subject") ?? "",
      ...contentOf(mail),
      sourceText: sourceText.slice(0, sourceLimitBytes),
      sourceTruncated: sourceText.length > sourceLimitBytes,
      deliveries: [],
      steps: [],
      published: [],
    };
    mails.add(message);
    life.begin(message, mail.containsVirus);
    return messageId;
  };
}
