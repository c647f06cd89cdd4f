// API keys: made once, shown once, kept as a SHA-256.
import * as v from "valibot";

export const createApiKeyRequest = v.strictObject({
  name: v.pipe(v.string(), v.trim(), v.nonEmpty("must tell where the key is used"), v.maxLength(80)),
});

export interface ApiKeyView {
  keyId: string;
  name: string;
  /** The last four characters, to tell keys apart. */
  lastFour: string;
  createdAt: string;
}

/** The only time the key itself is seen. */
export interface CreatedApiKey extends ApiKeyView {
  key: string;
}

/** `sk_` and at least 32 letters and digits; ours have 43, which are 256 bits. */
export const apiKeyPattern = /^sk_[0-9A-Za-z]{32,128}$/;
