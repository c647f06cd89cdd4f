// Identifiers that nobody can guess, from the platform's secure random source.

const base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const base36 = "0123456789abcdefghijklmnopqrstuvwxyz";

/** Each character equally likely: bytes past the last whole multiple of the alphabet's size are thrown away. */
function randomText(alphabet: string, length: number): string {
  const limit = 256 - (256 % alphabet.length);
  let text = "";
  while (text.length < length)
    for (const byte of crypto.getRandomValues(new Uint8Array(length)))
      if (byte < limit && text.length < length) text += alphabet[byte % alphabet.length];
  return text;
}

/** Prefix and 20 lower-case letters and digits: 103 bits. */
export const randomId = (prefix: "ten" | "con" | "key" | "mai" | "blk"): string =>
  `${prefix}_${randomText(base36, 20)}`;

/** Prefix, the time in 9 letters and digits (good until the year 5188), and 11 random ones (57 bits): sorted by their age. */
export const timedId = (prefix: "tpl", nowMs: number): string =>
  `${prefix}_${nowMs.toString(36).padStart(9, "0")}${randomText(base36, 11)}`;

/** Letters and digits, 5.95 bits each: 22 are 130 bits, 43 are 256. */
export const randomSecret = (length: number): string => randomText(base62, length);
