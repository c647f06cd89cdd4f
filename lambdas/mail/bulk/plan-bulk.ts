// A request for a bulk as it shall be carried out. What is wrong with it as a whole is found here, before anything is written;
// what is wrong with some of the recipients becomes how it ends for them.
import { maxRecipientDataBytes, type SendBulkRequest } from "../../../shared/contract/api/bulk.ts";
import type { ErrorDetail } from "../../../shared/contract/error.ts";
import { sizeBytesOf } from "../../../shared/domain/clip.ts";
import { parseTemplate, TemplateSyntaxError } from "../../../shared/domain/template.ts";
import type { StoredTemplate } from "../../../shared/store/templates.ts";
import { invalidInput } from "../../runtime/input.ts";
import { createFill, type BulkContent, type BulkRecipient, type Fill, type Unfilled } from "../line/bulk-content.ts";
import { parseMailbox } from "../mailbox.ts";
import { assertSize, parseSenders } from "../plan-mail.ts";
import { subscriptionOf } from "../unsubscribe.ts";
import { parseCsvRecipients, type GivenRecipient } from "./csv-recipients.ts";

/** A bulk as it was asked for: each recipient as given, none of them looked at yet. */
export interface GivenBulk {
  content: BulkContent;
  fill: Fill;
  recipients: GivenRecipient[];
}

export interface BulkPlan {
  content: BulkContent;
  /** Each mailbox once, in the order in which they were given. */
  recipients: BulkRecipient[];
}

/** So many faults are told of; whoever made one has often made thousands. */
const maxDetails = 20;

/** What is filled in: of the request, or of the template that it names. */
export type BulkBodies = Pick<StoredTemplate, "subject" | "html" | "text" | "unsubscribe">;

/**
 * @param linksUrl where the links of recipients lead
 * @throws AppError `invalid_request`, `too_large`
 */
export function planBulk(request: SendBulkRequest, bodies: BulkBodies, linksUrl: string): BulkPlan {
  const { content, fill, recipients } = readGivenBulk(request, bodies, linksUrl);
  assertSomeFit(fill, recipients);
  return { content, recipients: parseRecipients(recipients) };
}

/** @throws as `planBulk`, but for what is wrong with recipients alone */
export function readGivenBulk(
  request: SendBulkRequest,
  { subject, html, text, unsubscribe: ofTemplate }: BulkBodies,
  linksUrl: string,
): GivenBulk {
  assertSize(request, { html, text });
  const { headers, attachments, tags = {}, configurationSet, data } = request;
  const subscription = subscriptionOf({
    unsubscribe: request.unsubscribe ?? ofTemplate,
    subject,
    html,
    text,
    headers,
    isGroup: false,
  });
  const content: BulkContent = {
    mime: { ...parseSenders(request), subject, html, text, headers, attachments },
    tags,
    configurationSet,
    isGroup: false,
    isTemplate: true,
    data,
    leaving: subscription && { subscription, linksUrl },
  };
  const fill = parseContent(content);
  const recipients: GivenRecipient[] =
    request.csv === undefined
      ? (request.recipients ?? []).map((one) => (typeof one === "string" ? { to: one } : one))
      : parseCsvRecipients(request.csv);
  assertDataSize(recipients);
  return { content, fill, recipients };
}

/** @throws AppError `invalid_request` with the place of a fault in the subject, HTML or text */
function parseContent(content: BulkContent): Fill {
  for (const field of ["subject", "html", "text"] as const)
    try {
      parseTemplate(content.mime[field] ?? "");
    } catch (error) {
      if (error instanceof TemplateSyntaxError) throw invalidInput([{ path: field, message: error.message }]);
      throw error;
    }
  return createFill(content);
}

/** Where it stands in the request. */
const placeOf = ({ line }: GivenRecipient, index: number): { path: string; where: string } =>
  line === undefined ? { path: `recipients[${index}].data`, where: "" } : { path: "csv", where: `line ${line}: ` };

function assertDataSize(given: readonly GivenRecipient[]): void {
  const tooLarge = given.flatMap((one, index): ErrorDetail[] =>
    one.data && sizeBytesOf(JSON.stringify(one.data)) > maxRecipientDataBytes
      ? [
          {
            path: placeOf(one, index).path,
            message: `${placeOf(one, index).where}must be at most ${maxRecipientDataBytes} bytes of JSON: what is the same for all belongs into data`,
          },
        ]
      : [],
  );
  if (tooLarge.length > 0) throw invalidInput(tooLarge.slice(0, maxDetails));
}

/** In a CSV by the line; else as in `recipients[3].data.name`. */
function unfilledOf(one: GivenRecipient, index: number, { wrong, details }: Unfilled): ErrorDetail[] {
  const { path, where } = placeOf(one, index);
  if (where !== "") return [{ path, message: `${where}${wrong.replace(/\.$/, "")}` }];
  return details.map((detail) => ({ path: `${path}${detail.path.slice("data".length)}`, message: detail.message }));
}

/** Some without a name are how it ends for them; all without it is a mistake in the content. */
function assertSomeFit(fill: Fill, given: readonly GivenRecipient[]): void {
  const details: ErrorDetail[] = [];
  for (const [index, one] of given.entries()) {
    const filled = fill(one.data ?? {});
    if (!("wrong" in filled)) return;
    if (details.length < maxDetails) details.push(...unfilledOf(one, index, filled));
  }
  throw invalidInput(details.slice(0, given[0]?.line === undefined ? maxDetails : 1));
}

function parseRecipients(given: readonly GivenRecipient[]): BulkRecipient[] {
  const byIdentity = new Map<string, BulkRecipient>();
  for (const { to, data } of given) {
    const parsed = parseMailbox(to);
    const recipient = "wrong" in parsed ? to : parsed.normalized;
    const address = "wrong" in parsed ? parsed : { mailbox: parsed.mailbox };
    if (!byIdentity.has(recipient)) byIdentity.set(recipient, { kind: "to", recipient, address, data });
  }
  return [...byIdentity.values()];
}
