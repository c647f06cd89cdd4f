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
  if (!/^[\x20-\x7e]+$/.test(local))
    return { wrong: "has letters before the @ that are not ASCII: Amazon SES mails no such address, use another" };
  if (!isLocalPart(local))
    return {
      wrong: `has a wrong part before the @: at most ${maxLocalLength} characters, no spaces, and dots only between others`,
    };
  const domain = asciiDomain(only.address.slice(at + 1));
  const address = domain && isMailDomain(domain) && `${local}@${domain}`;
  const normalized = address && normalizeAddress(address);
  if (!address || !normalized) return { wrong: "has no valid domain after the @" };
  return { mailbox: { address, ...(only.name ? { name: only.name } : {}) }, normalized };
}

/** RFC 5321 section 4.5.3.1.1. */
const maxLocalLength = 64;

/**
 * What is not quoted is a dot-string (RFC 5321 section 4.1.2), and SES takes no space in quotes either. In a message for many
 * it would refuse everyone for one of them.
 */
const isLocalPart = (local: string): boolean =>
  local.length <= maxLocalLength &&
  !local.includes(" ") &&
  (local.startsWith('"') || /^[^.]+(?:\.[^.]+)*$/.test(local));

/** RFC 1035 section 2.3.4, RFC 1123 section 2.1: no IP address, and no host of one's own network, which no SES reaches. */
const isMailDomain = (domain: string): boolean =>
  domain.length <= 253 &&
  domain.includes(".") &&
  !/\.\d+$/.test(domain) &&
  domain.split(".").every((label) => label.length <= 63 && !/^-|-$/.test(label));

/** Bare, or at the end in angle brackets: a lenient parser finds an address in much that is not one. */
const isWritten = (text: string, address: string): boolean =>
  text === address || text.replace(needlessQuotes, "$1@") === address || text.endsWith(`<${address}>`);

/** Around what would do without; a bare address is parsed without them. */
const needlessQuotes = /^"([^"\\]+)"@/;
