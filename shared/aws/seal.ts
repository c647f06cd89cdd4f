// Sealing what leaves the process: AES-256-GCM, bound to the key under which it is kept. WebCrypto alone, so that it
// runs on every engine.
// A sealed value: version (1 byte), nonce (12), ciphertext with its tag. Whoever swaps two values or flips a bit opens none.

export interface Seal {
  /** A name that tells nothing of what it stands for: an HMAC-SHA-256 in hex. */
  nameOf: (key: string) => Promise<string>;
  seal: (name: string, plain: Uint8Array) => Promise<Uint8Array>;
  /** Undefined for anything that was not sealed with this secret, under this name. */
  open: (name: string, sealed: Uint8Array) => Promise<Uint8Array | undefined>;
}

const version = 1;
const nonceBytes = 12;
const headerBytes = 1 + nonceBytes;
const encoder = new TextEncoder();

/** One secret, two keys: what names must not be able to open. */
async function deriveKeys(secret: string, purpose: string): Promise<{ naming: CryptoKey; sealing: CryptoKey }> {
  const material = await crypto.subtle.importKey("raw", encoder.encode(secret), "HKDF", false, ["deriveKey"]);
  const from = (info: string) => ({
    name: "HKDF",
    hash: "SHA-256",
    salt: new Uint8Array(),
    info: encoder.encode(`sesami ${purpose} ${info}`),
  });
  const [naming, sealing] = await Promise.all([
    crypto.subtle.deriveKey(from("names"), material, { name: "HMAC", hash: "SHA-256", length: 256 }, false, ["sign"]),
    crypto.subtle.deriveKey(from("values"), material, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]),
  ]);
  return { naming, sealing };
}

/** @param purpose what it seals: one secret makes other keys for each */
export async function createSeal(secret: string, purpose = "credential cache"): Promise<Seal> {
  const { naming, sealing } = await deriveKeys(secret, purpose);
  const settings = (name: string, nonce: Uint8Array<ArrayBuffer>) => ({
    name: "AES-GCM",
    iv: nonce,
    additionalData: encoder.encode(`${version} ${name}`),
  });

  return {
    nameOf: async (key) => {
      const mac = await crypto.subtle.sign("HMAC", naming, encoder.encode(key));
      return Array.from(new Uint8Array(mac), (byte) => byte.toString(16).padStart(2, "0")).join("");
    },
    seal: async (name, plain) => {
      const nonce = crypto.getRandomValues(new Uint8Array(nonceBytes));
      const cipher = await crypto.subtle.encrypt(settings(name, nonce), sealing, new Uint8Array(plain));
      const sealed = new Uint8Array(headerBytes + cipher.byteLength);
      sealed[0] = version;
      sealed.set(nonce, 1);
      sealed.set(new Uint8Array(cipher), headerBytes);
      return sealed;
    },
    open: async (name, sealed) => {
      if (sealed[0] !== version || sealed.length <= headerBytes) return undefined;
      const nonce = new Uint8Array(sealed.subarray(1, headerBytes));
      try {
        const plain = await crypto.subtle.decrypt(
          settings(name, nonce),
          sealing,
          new Uint8Array(sealed.subarray(headerBytes)),
        );
        return new Uint8Array(plain);
      } catch {
        // WebCrypto says no more than OperationError: altered, swapped, or sealed with another secret.
        return undefined;
      }
    },
  };
}
