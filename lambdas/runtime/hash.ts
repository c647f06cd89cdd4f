// SHA-256 by WebCrypto, which every engine has.

/** Lower-case hex of the SHA-256 of the text's UTF-8. */
export async function sha256Hex(text: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
