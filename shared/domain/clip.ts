// Bounds the size of what strangers send: an outcome must always fit its 400 KB item.
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";

/** The first 32 hex digits (128 bits) of a SHA-256: short enough for a key, too many to collide. */
export const digest = (text: string): string => bytesToHex(sha256(utf8ToBytes(text))).slice(0, 32);

/** Bytes of UTF-8. */
export const sizeBytesOf = (text: string): number => utf8ToBytes(text).length;

/** At most `maxBytes` of UTF-8, cut between characters, the end included. Lone surrogates become U+FFFD. */
const cut = (text: string, maxBytes: number, endOf: (whole: string) => string): string => {
  const well = text.toWellFormed();
  if (well.length * 3 <= maxBytes) return well;
  const bytes = utf8ToBytes(well);
  if (bytes.length <= maxBytes) return well;
  const end = endOf(well);
  let length = maxBytes - sizeBytesOf(end);
  while (((bytes[length] ?? 0) & 0b1100_0000) === 0b1000_0000) length -= 1;
  return new TextDecoder().decode(bytes.subarray(0, length)) + end;
};

/** Text for people to read, of at most `maxBytes`; a cut shows as an ellipsis. */
export const clip = (text: string, maxBytes: number): string => cut(text, maxBytes, () => "…");

/** Text that tells things apart, of at most `maxBytes`: two long texts that differ still differ after the cut. */
export const clipDistinct = (text: string, maxBytes: number): string =>
  cut(text, maxBytes, (whole) => `…${digest(whole)}`);
