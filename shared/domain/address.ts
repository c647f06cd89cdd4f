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
 * one keeps a suppressed address suppressed however it is written: also with quotes that say nothing (`"ada"@`, RFC 5321
 * section 4.1.2), and with an international domain in letters or in its ASCII form, which is the one that is kept.
 */
export const normalizeAddress = (text: string): string | undefined => {
  const trimmed = text.trim();
  if (trimmed.length > 4 * maxAddressLength || control.test(trimmed)) return undefined;
  const address = findBareAddress(trimmed)?.toLowerCase();
  const mailbox = address === undefined || isUsual.test(address) ? address : oneSpelling(address);
  return mailbox && mailbox.length <= maxAddressLength ? mailbox : undefined;
};

/** ASCII, without quotes, and no dot at the end. */
const isUsual = /^[!#-~]+[!#--/-~]$/;

function oneSpelling(address: string): string {
  const at = address.lastIndexOf("@");
  const local = address.slice(0, at);
  const domain = address.slice(at + 1).replace(/\.$/, "");
  return `${local.startsWith('"') ? unquoted(local) : local}@${asciiDomain(domain) ?? domain}`;
}

/** Without the quotes, where they hold nothing that needs them; with `\x` as the `x` that it stands for (RFC 5321 section 4.1.2). */
function unquoted(local: string): string {
  const text = local.slice(1, -1).replaceAll(/\\(.)/gu, "$1");
  return /^[^\s"<>()[\],:;@\\.]+(?:\.[^\s"<>()[\],:;@\\.]+)*$/u.test(text)
    ? text
    : `"${text.replaceAll("\\", "\\\\")}"`;
}

/** IDNA, by the URL parser: `grün.example` → `xn--grn-ioa.example`. Undefined for what is no domain. */
export function asciiDomain(domain: string): string | undefined {
  if (labels.test(domain)) return domain;
  if (/[/?#:\\%\s]/.test(domain) || !URL.canParse(`http://${domain}/`)) return undefined;
  const { hostname } = new URL(`http://${domain}/`);
  return labels.test(hostname) ? hostname : undefined;
}

const labels = /^[\w-]+(?:\.[\w-]+)*$/;
