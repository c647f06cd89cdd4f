// Where the Directory keeps what must outlast the erasure of an address: nothing here can be read back to the address.
//
//   erasure       ERASED#<tenantId> / <digest of the address>     when it was erased; while it runs, what it still needs
//   suppression   SE#<tenantId>     / <digest of the address>     as S#<tenantId> / <address>, without the evidence
import type { Key } from "./dynamo-batch.ts";

export const erasureKey = (tenantId: string, addressDigest: string): Key => ({
  pk: `ERASED#${tenantId}`,
  sk: addressDigest,
});

/** Of the suppressions of erased addresses. */
export const erasedPartition = (tenantId: string): string => `SE#${tenantId}`;

export const erasedSuppressionKey = (tenantId: string, addressDigest: string): Key => ({
  pk: erasedPartition(tenantId),
  sk: addressDigest,
});
