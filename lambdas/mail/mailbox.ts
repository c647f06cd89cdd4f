// What a caller writes as an address → what SES takes.
import parseAddresses from "nodemailer/lib/addressparser";
import type { Mailbox } from "../../shared/aws/mime.ts";
import { asciiDomain, normalizeAddress } from "../../shared/domain/address.ts";

export interface ParsedMailbox {
  mailbox: Mailbox;
  /** The address as an identity: what suppressions and events know it by. */
  normalized: string;
}

/** Reads `Ada <ada@shop.example>` or a bare address. Answers what is wrong, for the caller, when it is not one. */
export function parseMailbox(text: string): ParsedMailbox | { wrong: string } {
  const [only] = parseAddresses(text, { flatten: true });
  if (!only || normalizeAddress(text) === undefined || !isWritten(text.trim(), only.address))
    return { wrong: "must be one address like ada@shop.example or Ada <ada@shop.example>" };
  const at = only.address.lastIndexOf("@");
  const local = only.address.slice(0, at);
  // A good address (RFC 6531), but SES has no SMTPUTF8, and says that Punycode is no way around it (SES API, Destination):
  // at most it would reach somebody else's mailbox.
  if (!/^[\x21-\x7e]+$/.test(local))
    return { wrong: "has letters before the @ that are not ASCII: Amazon SES mails no such address, use another" };
  const domain = asciiDomain(only.address.slice(at + 1));
  const address = domain && `${local}@${domain}`;
  const normalized = address && normalizeAddress(address);
  if (!address || !normalized) return { wrong: "has no valid domain after the @" };
  return { mailbox: { address, ...(only.name ? { name: only.name } : {}) }, normalized };
}

/** Bare, or at the end in angle brackets: a lenient parser finds an address in much that is not one. */
const isWritten = (text: string, address: string): boolean => text === address || text.endsWith(`<${address}>`);
