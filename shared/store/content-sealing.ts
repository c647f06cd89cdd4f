// Content as it is kept: compressed, then sealed with a key of the tenant's own (AES-256-GCM). Destroying the key destroys
// all that was kept with it, wherever the bytes still are. WebCrypto and compression streams alone.

const nonceBytes = 12;
const keyBytes = 32;
const encoder = new TextEncoder();

/** A fresh key, in base64. */
export const newContentKey = (): string =>
  btoa(String.fromCodePoint(...crypto.getRandomValues(new Uint8Array(keyBytes))));

const importKey = (key: string): Promise<CryptoKey> =>
  crypto.subtle.importKey(
    "raw",
    Uint8Array.from(atob(key), (char) => char.codePointAt(0) ?? 0),
    "AES-GCM",
    false,
    ["encrypt", "decrypt"],
  );

const settings = (name: string, nonce: Uint8Array<ArrayBuffer>) => ({
  name: "AES-GCM",
  iv: nonce,
  additionalData: encoder.encode(name),
});

const through = async (bytes: Uint8Array<ArrayBuffer>, transform: CompressionStream | DecompressionStream) =>
  new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(transform)).arrayBuffer());

/** @param name what it is kept as: under another one it does not open */
export async function sealContent(key: string, name: string, content: unknown): Promise<Uint8Array> {
  const packed = await through(encoder.encode(JSON.stringify(content)), new CompressionStream("gzip"));
  const nonce = crypto.getRandomValues(new Uint8Array(nonceBytes));
  const cipher = await crypto.subtle.encrypt(settings(name, nonce), await importKey(key), packed);
  const sealed = new Uint8Array(nonceBytes + cipher.byteLength);
  sealed.set(nonce);
  sealed.set(new Uint8Array(cipher), nonceBytes);
  return sealed;
}

/** Undefined for what another key sealed, or was kept as something else, or is not whole. */
export async function openContent(key: string, name: string, sealed: Uint8Array): Promise<unknown> {
  const nonce = new Uint8Array(sealed.subarray(0, nonceBytes));
  const cipher = new Uint8Array(sealed.subarray(nonceBytes));
  const opened = await crypto.subtle
    .decrypt(settings(name, nonce), await importKey(key), cipher)
    .catch((error: unknown) => {
      // WebCrypto's only word for whatever does not fit (Web Cryptography API, AES-GCM, decrypt).
      if (error instanceof DOMException && error.name === "OperationError") return undefined;
      throw error;
    });
  if (opened === undefined) return undefined;
  const plain = await through(new Uint8Array(opened), new DecompressionStream("gzip"));
  return JSON.parse(new TextDecoder().decode(plain)) as unknown;
}
