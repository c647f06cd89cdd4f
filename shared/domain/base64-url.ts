// Bytes as text that a URL takes as it is: base64url without padding (RFC 4648 section 5).

export const toBase64Url = (bytes: Uint8Array): string =>
  btoa(String.fromCodePoint(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

/** Undefined for what is none. */
export const findBase64Url = (text: string): Uint8Array<ArrayBuffer> | undefined => {
  // Four characters are three bytes: no text has one character left over.
  if (!/^[\w-]*$/.test(text) || text.length % 4 === 1) return undefined;
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (char) => char.codePointAt(0) ?? 0);
};
