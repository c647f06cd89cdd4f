// What other threads do for this one: WebCrypto's work. Node tells nobody of it, so its calls are counted, from the import
// of this file on and for the whole process.

/** WebCrypto calls that have been asked for and not answered. */
export const threadWork = { underWay: 0 };

type Call = (...args: unknown[]) => Promise<unknown>;

const calls = ["decrypt", "deriveBits", "deriveKey", "digest", "encrypt", "importKey", "sign", "verify"] as const;

for (const name of calls) {
  const call = crypto.subtle[name].bind(crypto.subtle) as Call;
  const counted: Call = async (...args) => {
    threadWork.underWay += 1;
    try {
      return await call(...args);
    } finally {
      threadWork.underWay -= 1;
    }
  };
  Object.defineProperty(crypto.subtle, name, { value: counted });
}
