// Stand-ins for what must not be kept: hashes that nobody can make, or try addresses with, who has not the deployment's key.
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";

/** 32 hex digits (128 bits): the same for the same text of the same purpose and tenant. */
export type Digest = (purpose: "address" | "event" | "link", text: string) => string;

/** The digest of a tenant: nothing can be followed from one tenant to another. */
export type GetDigest = (tenantId: string) => Promise<Digest>;

/** @param getSecret read when a digest is first asked for; a new secret forgets who was erased */
export const createKeyedDigest =
  (getSecret: () => Promise<string>): GetDigest =>
  async (tenantId) => {
    const key = utf8ToBytes(await getSecret());
    return (purpose, text) =>
      bytesToHex(hmac(sha256, key, utf8ToBytes(JSON.stringify([tenantId, purpose, text])))).slice(0, 32);
  };
