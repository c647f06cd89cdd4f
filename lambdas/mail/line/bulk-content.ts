// What a bulk sends, as it is stored, and the messages it becomes: filled in for each recipient, or the same for all.
import { composeMime, type ComposedMime, type Mailbox, type MimeContent } from "../../../shared/aws/mime.ts";
import { unsubscribeHeaders, type LinkFor } from "../../../shared/aws/unsubscribe-links.ts";
import type { Subscription } from "../../../shared/domain/suppression.ts";
import { AppError, type ErrorDetail } from "../../../shared/contract/error.ts";
import type { PlannedRecipient } from "../plan-mail.ts";
import { namesLink, renderLinkedMail, textOfHtml, withLink } from "../unsubscribe.ts";

export interface BulkContent {
  mime: MimeContent;
  tags: Record<string, string>;
  configurationSet?: string | undefined;
  /** One message for all recipients. */
  isGroup: boolean;
  /** Subject, HTML and text have names in them; those of a mail that was planned are as they are. */
  isTemplate: boolean;
  /** For everyone; a recipient's own go before. */
  data?: Record<string, unknown> | undefined;
  /** Mail that people can leave, and where their links lead. */
  leaving?: { subscription: Subscription; linksUrl: string } | undefined;
}

export type BulkRecipient = Pick<PlannedRecipient, "kind" | "recipient" | "address"> & {
  data?: Record<string, unknown> | undefined;
};

/** A recipient who can be mailed. */
export type Addressed = BulkRecipient & { address: { mailbox: Mailbox } };

export interface ComposedMessage {
  raw: Uint8Array;
  /** What people read of it. */
  content: MimeContent;
}

export interface PreparedContent {
  /**
   * One message to all of them.
   * @returns what is wrong with the data, if the content cannot be filled in with them
   */
  compose: (recipients: readonly Addressed[]) => Promise<ComposedMessage | { wrong: string }>;
}

/** @param linkFor of mail that people can leave */
export function prepareContent(content: BulkContent, linkFor: LinkFor | undefined): PreparedContent {
  const fill = content.isTemplate ? createFill(content) : undefined;
  let same: Promise<ComposedMime> | undefined;
  return {
    compose: async (recipients) => {
      const filled = fill?.(recipients[0]?.data ?? {});
      if (filled && "wrong" in filled) return filled;
      const mime = filled ?? content.mime;
      const addressees = { to: mailboxes(recipients, "to"), cc: mailboxes(recipients, "cc") };
      const link = linkFor && recipients[0] && (await linkFor(recipients[0].recipient));
      const own = link !== undefined && namesLink(mime) ? withLink(mime, link) : filled;
      const composing = own ? composeMime(own) : (same ??= composeMime(mime));
      const raw = (await composing).addressedTo(addressees, link === undefined ? {} : unsubscribeHeaders(link));
      return { raw, content: mime };
    },
  };
}

const mailboxes = (recipients: readonly Addressed[], kind: BulkRecipient["kind"]): Mailbox[] =>
  recipients.filter((recipient) => recipient.kind === kind).map(({ address }) => address.mailbox);

/** What is wrong with data: in a sentence, and place by place, below `data`. */
export interface Unfilled {
  wrong: string;
  details: readonly ErrorDetail[];
}

export type Fill = (data: Record<string, unknown>) => MimeContent | Unfilled;

/** @throws TemplateSyntaxError, at the first use */
export function createFill({ mime, data: shared, leaving }: Pick<BulkContent, "mime" | "data" | "leaving">): Fill {
  const { subject, html, text } = mime;
  // As a template that nobody has saved.
  const template = {
    templateId: "",
    version: 0,
    name: "",
    subject,
    ...(html === undefined ? {} : { html }),
    ...(text === undefined ? {} : { text }),
    createdAt: "",
    createdBy: "",
  };
  return (own) => {
    try {
      const filled = renderLinkedMail(
        template,
        { ...shared, ...own },
        { canLeave: leaving !== undefined, path: "data" },
      );
      return { ...mime, ...filled, text: filled.text ?? (filled.html && textOfHtml(filled.html)) };
    } catch (error) {
      if (error instanceof AppError) return { wrong: error.message, details: error.details ?? [] };
      throw error;
    }
  };
}
