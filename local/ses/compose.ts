// The raw mail of a SendEmail or SendTemplatedEmail call, whose caller gives subject and bodies instead of MIME.
import { AwsError } from "../protocol.ts";

export interface SimpleMail {
  from: string;
  to: string[];
  cc: string[];
  replyTo: string[];
  /** Absent where a template could not be rendered. */
  subject?: string;
  text?: string;
  html?: string;
  /** Further headers of the v2 API. */
  headers?: { name: string; value: string }[];
  /** Parts the alternatives; must not occur in the mail. */
  boundary: string;
}

const isAscii = (text: string): boolean => /^[\x20-\x7e\t\r\n]*$/.test(text);

/** @throws AwsError where a value would begin a header of its own. */
function headerField(name: string, value: string, encode = (text: string) => text): string {
  if (/[\r\n]/.test(value)) throw new AwsError("InvalidParameterValue", `Header ${name} must not contain line breaks.`);
  return `${name}: ${encode(value)}`;
}

/** RFC 2047; a word may hold 75 characters, so 45 bytes of text (not cutting one character in two). */
function encodeWords(text: string): string {
  if (isAscii(text)) return text;
  const words: string[] = [];
  let word = "";
  for (const character of text) {
    if (Buffer.byteLength(word + character) > 45) {
      words.push(word);
      word = "";
    }
    word += character;
  }
  return [...words, word].map((part) => `=?utf-8?B?${Buffer.from(part).toString("base64")}?=`).join("\r\n ");
}

function bodyPart(type: string, body: string): string {
  const plain = isAscii(body) && body.split("\n").every((line) => line.length < 998);
  const content = plain
    ? body
    : (Buffer.from(body)
        .toString("base64")
        .match(/.{1,76}/g)
        ?.join("\r\n") ?? "");
  return [
    `Content-Type: ${type}; charset=UTF-8`,
    `Content-Transfer-Encoding: ${plain ? "7bit" : "base64"}`,
    "",
    content,
  ].join("\r\n");
}

/** Header order as in the mails that SES itself composes. */
export function composeMail(mail: SimpleMail): Buffer {
  const addresses = (name: string, list: string[]) => (list.length > 0 ? [headerField(name, list.join(", "))] : []);
  const bodyless = mail.text === undefined && mail.html === undefined;
  const parts = [
    ...(bodyless ? [bodyPart("text/plain", "")] : []),
    ...(mail.text === undefined ? [] : [bodyPart("text/plain", mail.text)]),
    ...(mail.html === undefined ? [] : [bodyPart("text/html", mail.html)]),
  ];
  const header = [
    headerField("From", mail.from),
    ...addresses("Reply-To", mail.replyTo),
    ...addresses("To", mail.to),
    ...addresses("Cc", mail.cc),
    ...(mail.subject === undefined ? [] : [headerField("Subject", mail.subject, encodeWords)]),
    ...(mail.headers ?? []).map(({ name, value }) => headerField(name, value, encodeWords)),
    "MIME-Version: 1.0",
  ];
  if (parts.length === 1) return Buffer.from([...header, parts[0]].join("\r\n"));
  return Buffer.from(
    [
      ...header,
      `Content-Type: multipart/alternative; boundary="${mail.boundary}"`,
      "",
      ...parts.map((part) => `--${mail.boundary}\r\n${part}`),
      `--${mail.boundary}--`,
      "",
    ].join("\r\n"),
  );
}
