// DELETE /recipients/{address} and GET /recipients/{address}/erasure: takes a person out of what a tenant has stored.
import type { RewriteQueue } from "../../shared/aws/rewrite-queue.ts";
import { authorize } from "../../shared/contract/actor.ts";
import { erasureWindows, type ErasureView } from "../../shared/contract/api/recipient-rights.ts";
import { erasureSweepDelaySeconds } from "../../shared/contract/rewrite-job.ts";
import { pseudonymOf } from "../../shared/domain/pseudonym.ts";
import type { Contents } from "../../shared/store/contents.ts";
import type { Erasure, Erasures } from "../../shared/store/erasures.ts";
import type { GetDigest } from "../../shared/store/keyed-digest.ts";
import type { Ledger } from "../../shared/store/ledger/ledger.ts";
import type { SentRecords } from "../../shared/store/sent-records.ts";
import type { Suppressions } from "../../shared/store/suppressions.ts";
import { noContent, ok, type ApiRequest, type ApiResponse } from "../runtime/http.ts";
import { parseAddress } from "./address.ts";

export interface EraseDeps {
  ledger: Pick<Ledger, "eraseRecipient">;
  erasures: Pick<Erasures, "digestOf" | "beginErasure" | "noteErased" | "findErasure">;
  contents: Pick<Contents, "eraseContents">;
  suppressions: Pick<Suppressions, "eraseSuppression">;
  sentRecords: Pick<SentRecords, "eraseSent">;
  rewrites: RewriteQueue;
  getDigest: GetDigest;
  /** Names that nobody can guess and that never come twice. */
  newName: () => string;
  clock: () => number;
}

/** What a person has is mostly less: then all of it is gone with the answer. */
const maxItemsAtOnce = 200;

/**
 * Erases a portion at once; the rewriter does the rest, and once more the whole, when nobody stores anything for the address
 * any more. It is asked before anything is written, as of a request that ends half way.
 */
export const eraseRecipient =
  ({ ledger, erasures, contents, suppressions, sentRecords, rewrites, getDigest, newName, clock }: EraseDeps) =>
  async (request: ApiRequest): Promise<ApiResponse> => {
    const address = parseAddress(request);
    const tenantId = authorize(request.actor, "recipients:erase");
    const runId = newName();
    const addressDigest = await erasures.digestOf(tenantId, address);
    const rest = { kind: "erasure", tenantId, addressDigest, runId, step: 0 } as const;
    await rewrites.send(rest, { delaySeconds: erasureSweepDelaySeconds });
    const pseudonym = pseudonymOf(newName());
    const erasure = await erasures.beginErasure(tenantId, { address, nowMs: clock(), runId, pseudonym });
    await Promise.all([
      suppressions.eraseSuppression(tenantId, address),
      contents.eraseContents(tenantId, address, { maxMessages: maxItemsAtOnce }),
    ]);
    const digest = await getDigest(tenantId);
    const { messages } = await ledger.eraseRecipient(tenantId, {
      ...erasure,
      digest,
      maxItems: maxItemsAtOnce,
      onOutcomes: (outcomes) => sentRecords.eraseSent(tenantId, address, outcomes),
    });
    if (messages > 0) await erasures.noteErased(tenantId, erasure, messages);
    return { status: 202, body: toErasureView(address, { ...erasure, messages }) };
  };

export const getErasure =
  ({ erasures }: Pick<EraseDeps, "erasures">) =>
  async (request: ApiRequest): Promise<ApiResponse> => {
    const address = parseAddress(request);
    const tenantId = authorize(request.actor, "recipients:erase");
    const erasure = await erasures.findErasure(tenantId, address);
    return erasure ? ok(toErasureView(address, erasure)) : noContent();
  };

export function toErasureView(address: string, erasure: Erasure): ErasureView {
  const { erasedAt, state, messages } = erasure;
  return {
    address,
    erasedAt,
    state,
    ...(erasure.state === "done" ? { finishedAt: erasure.finishedAt } : {}),
    messages,
    copiesKeptDays: erasureWindows,
  };
}
