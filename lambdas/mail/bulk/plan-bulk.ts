// A request for a bulk as it shall be carried out. What is wrong with it as a whole is found here, before anything is written;
// what is wrong with some of the recipients becomes how it ends for them.
import { maxRecipientDataBytes, type SendBulkRequest } from "../../../shared/contract/api/bulk.ts";
import type { ErrorDetail } from "../../../shared/contract/error.ts";
import { sizeBytesOf } from "../../../shared/domain/clip.ts";
import { parseTemplate, TemplateSyntaxError } from "../../../shared/domain/template.ts";
import type { StoredTemplate } from "../../../shared/store/templates.ts";
import { invalidInput } from "../../runtime/input.ts";
import { createFill, type BulkContent, type BulkRecipient, type Fill } from "../line/bulk-content.ts";
import { parseMailbox } from "../mailbox.ts";
import { assertSize, parseSenders } from "../plan-mail.ts";
import { subscriptionOf } from "../unsubscribe.ts";
import { parseCsvRecipients } from "./csv-recipients.ts";

export interface GivenRecipient {
  to: string;
  data?: Record<string, unknown> | undefined;
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
export function planBulk(
  request: SendBulkRequest,
  { subject, html, text, unsubscribe: ofTemplate }: BulkBodies,
  linksUrl: string,
): BulkPlan {
  assertSize(request, { html, text });
  const { headers, attachments, tags = {}, configurationSet, data } = request;
  const subscription = subscriptionOf({
    unsubscribe: request.unsubscribe ?? ofTemplate,
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
  const given: GivenRecipient[] =
    request.csv === undefined
      ? (request.recipients ?? []).map((one) => (typeof one === "string" ? { to: one } : one))
      : parseCsvRecipients(request.csv);
  assertDataSize(given);
  assertSomeFit(fill, given, request.csv === undefined ? "recipients" : "csv");
  return { content, recipients: parseRecipients(given) };
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

function assertDataSize(given: readonly GivenRecipient[]): void {
  const tooLarge = given.flatMap(({ data }, index): ErrorDetail[] =>
    data && sizeBytesOf(JSON.stringify(data)) > maxRecipientDataBytes
      ? [
          {
            path: `recipients[${index}].data`,
            message: `must be at most ${maxRecipientDataBytes} bytes of JSON: what is the same for all belongs into data`,
          },
        ]
      : [],
  );
  if (tooLarge.length > 0) throw invalidInput(tooLarge.slice(0, maxDetails));
}

/** Some without a name are how it ends for them; all without it is a mistake in the content. */
function assertSomeFit(fill: Fill, given: readonly GivenRecipient[], field: "recipients" | "csv"): void {
  const details: ErrorDetail[] = [];
  for (const [index, { data = {} }] of given.entries()) {
    const filled = fill(data);
    if (!("wrong" in filled)) return;
    const path = field === "csv" ? "csv" : `recipients[${index}].data`;
    if (details.length < maxDetails) details.push({ path, message: filled.wrong });
  }
  throw invalidInput(field === "csv" ? details.slice(0, 1) : details);
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
