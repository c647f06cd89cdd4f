// A tree of MIME parts as bytes, at once. nodemailer writes one through a chain of streams for each part, which costs a
// mail more processor time than all else that is done for it; headers and encodings are still its own.
import * as base64 from "nodemailer/lib/base64";
import type MimeNode from "nodemailer/lib/mime-node";
import * as qp from "nodemailer/lib/qp";

/** RFC 2045 sections 6.7 and 6.8. */
const maxLineLength = 76;

/** @throws Error for a part whose content is neither text nor bytes: nothing is read from files or addresses */
export function mimeBytes(root: MimeNode): Buffer {
  const pieces: (string | Buffer)[] = [];
  write(root, pieces);
  const last = pieces.at(-1);
  if (!last?.toString("latin1").endsWith("\r\n")) pieces.push("\r\n");
  return Buffer.concat(pieces.map((piece) => (typeof piece === "string" ? Buffer.from(piece) : piece)));
}

function write(node: MimeNode, pieces: (string | Buffer)[]): void {
  // First of all: it decides what the others are.
  pieces.push(`${node.buildHeaders()}\r\n\r\n`);
  const { content, multipart, boundary, childNodes } = node;
  if (content !== undefined && content !== "") pieces.push(encoded(node, content));
  if (!multipart) return;
  for (const [index, child] of childNodes.entries()) {
    pieces.push(`${index > 0 ? "\r\n" : ""}--${String(boundary)}\r\n`);
    write(child, pieces);
  }
  pieces.push(`\r\n--${String(boundary)}--\r\n`);
}

function encoded(node: MimeNode, content: unknown): string | Buffer {
  if (typeof content !== "string" && !Buffer.isBuffer(content))
    throw new Error("A part of a mail is neither text nor bytes.");
  switch (node.getTransferEncoding()) {
    case "base64":
      return base64.wrap(base64.encode(content), maxLineLength);
    case "quoted-printable":
      return qp.wrap(qp.encode(content), maxLineLength);
    default:
      return content;
  }
}
