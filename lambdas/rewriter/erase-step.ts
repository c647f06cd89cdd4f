// One step of an erasure: a portion of what is stored of the address; with the last one the address itself is forgotten.
import type { RewriteQueue } from "../../shared/aws/rewrite-queue.ts";
import type { RewriteJob } from "../../shared/contract/rewrite-job.ts";
import type { Contents } from "../../shared/store/contents.ts";
import type { Erasures } from "../../shared/store/erasures.ts";
import type { GetDigest } from "../../shared/store/keyed-digest.ts";
import type { Ledger } from "../../shared/store/ledger/ledger.ts";
import type { SentRecords } from "../../shared/store/sent-records.ts";
import type { Suppressions } from "../../shared/store/suppressions.ts";

export interface EraseStepDeps {
  erasures: Pick<Erasures, "findRun" | "moveErasure" | "finishErasure">;
  contents: Pick<Contents, "eraseContents">;
  suppressions: Pick<Suppressions, "eraseSuppression">;
  sentRecords: Pick<SentRecords, "eraseSent">;
  ledger: Pick<Ledger, "eraseRecipient">;
  rewrites: RewriteQueue;
  getDigest: GetDigest;
  clock: () => number;
}

/** Some seconds of work. */
const maxItemsOfStep = 500;

/** As of `retentionStep`, any message may come twice or late. */
export const eraseStep =
  ({ erasures, contents, suppressions, sentRecords, ledger, rewrites, getDigest, clock }: EraseStepDeps) =>
  async (job: Extract<RewriteJob, { kind: "erasure" }>): Promise<void> => {
    const { tenantId, addressDigest, runId, step } = job;
    const erasure = await erasures.findRun(tenantId, addressDigest, runId);
    const next = { ...job, step: step + 1 };
    if (erasure?.step === next.step) return rewrites.send(next);
    if (erasure?.step !== step) return;

    const digest = await getDigest(tenantId);
    const { after, messages } = await ledger.eraseRecipient(tenantId, {
      ...erasure,
      digest,
      maxItems: maxItemsOfStep,
      onOutcomes: (outcomes) => sentRecords.eraseSent(tenantId, erasure.address, outcomes),
    });
    if (after !== undefined) {
      if (await erasures.moveErasure(tenantId, erasure, { after, messages })) await rewrites.send(next);
      return;
    }
    await contents.eraseContents(tenantId, erasure.address);
    // Again: the projector may have recorded one since, of what was stored before.
    await suppressions.eraseSuppression(tenantId, erasure.address);
    await erasures.finishErasure(tenantId, erasure, { messages, nowMs: clock() });
  };
