// A cache outside the process, as the credential tier needs it. Adapters: momento-http.ts, momento-sdk.ts.
// test/contract/momento.test.ts holds both to the same behaviour.

export interface RemoteCache {
  /** Undefined when there is nothing under the key. @throws CacheError when the cache cannot tell */
  get: (key: string) => Promise<Uint8Array | undefined>;
  /** @param ttlSeconds at least 1 */
  set: (key: string, value: Uint8Array, ttlSeconds: number) => Promise<void>;
  /** Nothing under the key is no error. */
  delete: (key: string) => Promise<void>;
  /** Ends connections, where there are any. */
  close?: () => void;
}

/** The cache did not do what it was asked; `reason` is its own word for it. */
export class CacheError extends Error {
  readonly reason: string;

  constructor(reason: string, options?: { cause?: unknown }) {
    super(`The cache refused: ${reason}`, options);
    this.name = "CacheError";
    this.reason = reason;
  }
}
