// Reading a raw mail (headers, bodies, attachments, a virus), and the source that a mail server would receive.
import PostalMime, { decodeWords } from "postal-mime";
import { AwsError } from "../protocol.ts";
import type { Attachment, CommonHeaders, MailHeader } from "./message.ts";

export interface ParsedMail {
  /** In the order of the mail, unfolded; RFC 2047 words decoded but in addresses, where they could pass for syntax. */
  headers: MailHeader[];
  html?: string;
  text?: string;
  attachments: Attachment[];
  containsVirus: boolean;
}

/** SES cuts `mail.headers` at 10 KB. */
const headersLimitBytes = 10 * 1024;

/** What every virus scanner takes for a virus, in two pieces so that none takes this file for one. */
const virusTestString = String.raw`X5O!P%@AP[4\PZX54(P^)7CC)7}$` + "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*";

const addressHeaders = new Set(["from", "sender", "reply-to", "to", "cc", "bcc", "return-path"]);

/** @throws AwsError `InvalidParameterValue` where the MIME is nested or padded beyond reason. */
export async function parseMail(raw: Buffer): Promise<ParsedMail> {
  const email = await PostalMime.parse(raw).catch((error: Error) => {
    throw new AwsError("InvalidParameterValue", `The message cannot be read: ${error.message}`);
  });
  const contents = email.attachments.map(({ content }) =>
    typeof content === "string" ? Buffer.from(content) : Buffer.from(content as Uint8Array),
  );
  const bodies = [email.html, email.text].filter((body) => body !== undefined);
  return {
    headers: email.headers.map(({ key, originalKey, value }) => ({
      name: originalKey,
      value: addressHeaders.has(key) ? value : decodeWords(value),
    })),
    ...(email.html !== undefined && { html: email.html }),
    ...(email.text !== undefined && { text: email.text }),
    attachments: email.attachments.map(({ filename, mimeType }, index) => ({
      filename: filename ?? "unnamed",
      mimeType,
      sizeBytes: contents[index]?.byteLength ?? 0,
    })),
    containsVirus:
      bodies.some((body) => body.includes(virusTestString)) ||
      contents.some((content) => content.includes(virusTestString)),
  };
}

export const findHeader = (headers: MailHeader[], name: string): string | undefined =>
  headers.find((header) => header.name.toLowerCase() === name.toLowerCase())?.value;

export function truncateHeaders(headers: MailHeader[]): { headers: MailHeader[]; headersTruncated: boolean } {
  let sizeBytes = 0;
  const kept = headers.filter(({ name, value }) => {
    sizeBytes += Buffer.byteLength(name) + Buffer.byteLength(value);
    return sizeBytes <= headersLimitBytes;
  });
  return { headers: kept, headersTruncated: kept.length < headers.length };
}

/** A header that stands several times gives several entries; several addresses in one header stay one string. */
export function commonHeadersOf(headers: MailHeader[], messageId: string): CommonHeaders {
  const all = (name: string) =>
    headers.filter((header) => header.name.toLowerCase() === name).map(({ value }) => value);
  const lists = { from: all("from"), to: all("to"), cc: all("cc"), replyTo: all("reply-to") };
  const singles = {
    returnPath: findHeader(headers, "return-path"),
    date: findHeader(headers, "date"),
    subject: findHeader(headers, "subject"),
  };
  return {
    ...Object.fromEntries(Object.entries(lists).filter(([, values]) => values.length > 0)),
    ...Object.fromEntries(Object.entries(singles).filter(([, value]) => value !== undefined)),
    messageId,
  };
}

const isRemoved = (field: string): boolean => /^(x-ses-[a-z-]+|bcc|message-id)[ \t]*:/i.test(field);

/**
 * The source as SES hands it on: its own headers and Bcc removed, its Message-ID instead of the sender's, a Date.
 * Pixel and links are not worked into it; the inbox shows those in the HTML itself.
 */
export function deliveredSource(raw: Buffer, own: { messageId: string; region: string; date: Date }): string {
  const source = raw.toString("utf8");
  const headerEnd = /\r?\n\r?\n/.exec(source);
  const header = headerEnd ? source.slice(0, headerEnd.index) : source;
  const rest = headerEnd ? source.slice(headerEnd.index) : "\r\n\r\n";
  const fields = header.split(/\r?\n(?![ \t])/).filter((field) => !isRemoved(field));
  if (!fields.some((field) => /^date[ \t]*:/i.test(field)))
    fields.unshift(`Date: ${own.date.toUTCString().replace("GMT", "+0000")}`);
  const host = own.region === "us-east-1" ? "email.amazonses.com" : `${own.region}.amazonses.com`;
  return [`Message-ID: <${own.messageId}@${host}>`, ...fields].join("\r\n") + rest;
}
