// A mail as the bytes that SES takes: headers, encodings and parts are nodemailer's work.
// Imported by their paths: the whole of nodemailer would bring its SMTP transports into the bundle.
import MailComposer from "nodemailer/lib/mail-composer";
import { encodeWord } from "nodemailer/lib/mime-funcs";
import MimeNode from "nodemailer/lib/mime-node";
import { mimeBytes } from "./mime-bytes.ts";

/** One address as it shall stand in a header. */
export interface Mailbox {
  /** ASCII: the domain in its IDNA form. */
  address: string;
  name?: string;
}

export interface MimeAttachment {
  name: string;
  /** Base64 without line breaks. */
  content: string;
  /** A media type; default: by the name's extension. */
  type?: string | undefined;
  /** Makes it part of the HTML, which names it `cid:` and this. */
  contentId?: string | undefined;
}

/** All of a mail but its recipients. */
export interface MimeContent {
  from: Mailbox;
  subject: string;
  html?: string | undefined;
  /** None, or an empty one, leaves the plain part out, if there is HTML. */
  text?: string | undefined;
  replyTo?: Mailbox[] | undefined;
  headers?: Record<string, string> | undefined;
  attachments?: MimeAttachment[] | undefined;
}

/** Whom a message's header names: never those of a bcc. */
export interface MimeRecipients {
  to: Mailbox[];
  cc?: Mailbox[];
}

export interface ComposedMime {
  /** Without the recipients' lines. */
  sizeBytes: number;
  /**
   * The whole message. SES writes its own Message-ID and Date over nodemailer's.
   * @param headers of this message alone: ASCII, in one line each
   */
  addressedTo: (recipients: MimeRecipients, headers?: Record<string, string>) => Uint8Array;
}

/** Composes a mail once for any number of recipients: only the lines that name them are written for each. */
export async function composeMime(content: MimeContent): Promise<ComposedMime> {
  const { from, subject, replyTo, html, text, headers, attachments } = content;
  const composer = new MailComposer({
    from: header(from),
    subject: asItReads(subject),
    // SES writes its own; nodemailer's takes long to make.
    messageId: `<${crypto.randomUUID()}@sesami.invalid>`,
    ...(headers ? { headers } : {}),
    ...(html === undefined ? {} : { html: withMailLines(html) }),
    ...(text || html === undefined ? { text: withMailLines(text ?? "") } : {}),
    ...(replyTo ? { replyTo: replyTo.map(header) } : {}),
    ...(attachments ? { attachments: attachments.map(part) } : {}),
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const rest = mimeBytes(composer.compile());
  return {
    sizeBytes: rest.length,
    addressedTo: (recipients, own = {}) => {
      const ownLines = Object.entries(own).map(([name, value]) => `${name}: ${value}\r\n`);
      const lines = new TextEncoder().encode(addressLines(recipients) + ownLines.join(""));
      const whole = new Uint8Array(lines.length + rest.length);
      whole.set(lines);
      whole.set(rest, lines.length);
      return whole;
    },
  };
}

/** RFC 5322 section 2.3: no CR and no LF but together. */
const withMailLines = (text: string): string => text.replaceAll(/\r\n?|\n/g, "\r\n");

/** Of an encoded word, as nodemailer has them; RFC 2047 section 2 allows 75. */
const maxWordLength = 52;

/** nodemailer takes what looks like encoded words for words that are encoded already: a reader would see another subject. */
const asItReads = (text: string): string => (text.includes("=?") ? encodeWord(text, "B", maxWordLength) : text);

const header = ({ name = "", address }: Mailbox) => ({ name, address });

const part = ({ name, content, type, contentId }: MimeAttachment) => ({
  filename: name,
  content,
  encoding: "base64",
  ...(type === undefined ? {} : { contentType: type }),
  ...(contentId === undefined
    ? { contentDisposition: "attachment" as const }
    : { cid: contentId, contentDisposition: "inline" as const }),
});

/** The To and Cc fields, encoded and folded; nothing for nobody. */
function addressLines({ to, cc = [] }: MimeRecipients): string {
  // Only these two lines are taken; what nodemailer would make for the others takes longer than they do.
  const node = new MimeNode("text/plain", { baseBoundary: "-" });
  node.setHeader({ "message-id": "-", date: "-" });
  if (to.length > 0) node.setHeader("To", to.map(header));
  if (cc.length > 0) node.setHeader("Cc", cc.map(header));
  return node
    .buildHeaders()
    .split(/\r\n(?![ \t])/)
    .filter((field) => /^(?:To|Cc):/.test(field))
    .map((field) => `${field}\r\n`)
    .join("");
}
