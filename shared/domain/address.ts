// E-mail addresses as identities: one spelling per mailbox. No judgement whether a mailbox exists.
import parseAddresses from "nodemailer/lib/addressparser";

/** In characters: 64 of local part, `@`, 255 of domain (RFC 5321 section 4.5.3.1). */
export const maxAddressLength = 320;

const bareAddress = /^(?:"[^"\p{Cc}]+"|[^\s"<>()[\],:;@\p{Cc}]+)@[^\s"<>(),:;@\p{Cc}]+$/u;

/** Control characters, but for the tabs of a folded header. */
const control = /[^\P{Cc}\t]/u;

const findBareAddress = (text: string): string | undefined => {
  if (bareAddress.test(text)) return text;
  const [only, ...others] = parseAddresses(text, { flatten: true });
  return only && others.length === 0 && bareAddress.test(only.address) ? only.address : undefined;
};

/**
 * The one address in a text like `Ada <Ada@Shop.Example>`: without its display name, in lower case. Undefined when the
 * text holds none, several, or an implausible one.
 *
 * RFC 5321 lets the receiving host tell `Ada@` from `ada@`; mailbox providers do not, and people type both. Taking them for
 * one keeps a suppressed address suppressed however it is written.
 */
export const normalizeAddress = (text: string): string | undefined => {
  const trimmed = text.trim();
  if (trimmed.length > 4 * maxAddressLength || control.test(trimmed)) return undefined;
  const address = findBareAddress(trimmed);
  return address && address.length <= maxAddressLength ? address.toLowerCase() : undefined;
};
