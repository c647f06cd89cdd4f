// One step of an erasure: a portion of what is stored of the address; with the last one the address itself is forgotten.
import type { RewriteQueue } from "../../shared/aws/rewrite-queue.ts";
import type { RewriteJob } from "../../shared/contract/rewrite-job.ts";
import type { Contents } from "../../shared/store/contents.ts";
import type { Erasures, RunningErasure } from "../../shared/store/erasures.ts";
import type { GetDigest } from "../../shared/store/keyed-digest.ts";
import type { Ledger } from "../../shared/store/ledger/ledger.ts";
import type { SentRecords } from "../../shared/store/sent-records.ts";
import type { Suppressions } from "../../shared/store/suppressions.ts";

export interface EraseStepDeps {
  erasures: Pick<Erasures, "findRun" | "moveErasure" | "finishErasure">;
  contents: Pick<Contents, "eraseContents">;
  suppressions: Pick<Suppressions, "eraseSuppression">;
  sentRecords: Pick<SentRecords, "eraseSent" | "eraseFromBulks">;
  ledger: Pick<Ledger, "eraseRecipient">;
  rewrites: RewriteQueue;
  getDigest: GetDigest;
  clock: () => number;
}

/** Some seconds of work. */
const maxItemsOfStep = 500;
/** 50 recipients each, of tens of kilobytes. */
const maxBlocksOfStep = 300;

/** How far an erasure is, once outcomes are done with: keys of the Ledger begin otherwise. */
const bulkMark = "bulks:";

/** Undefined while outcomes are gone through. */
const bulkPlaceOf = (after: string | undefined): string | undefined =>
  after?.startsWith(bulkMark) ? after.slice(bulkMark.length) : undefined;

async function eraseOutcomes(
  { ledger, sentRecords, getDigest }: Pick<EraseStepDeps, "ledger" | "sentRecords" | "getDigest">,
  tenantId: string,
  erasure: RunningErasure,
) {
  const digest = await getDigest(tenantId);
  return ledger.eraseRecipient(tenantId, {
    ...erasure,
    digest,
    maxItems: maxItemsOfStep,
    onOutcomes: (outcomes) => sentRecords.eraseSent(tenantId, erasure.address, outcomes),
  });
}

/** As of `retentionStep`, any message may come twice or late. */
export const eraseStep =
  ({ erasures, contents, suppressions, sentRecords, ledger, rewrites, getDigest, clock }: EraseStepDeps) =>
  async (job: Extract<RewriteJob, { kind: "erasure" }>): Promise<void> => {
    const { tenantId, addressDigest, runId, step } = job;
    const erasure = await erasures.findRun(tenantId, addressDigest, runId);
    const next = { ...job, step: step + 1 };
    if (erasure?.step === next.step) return rewrites.send(next);
    if (erasure?.step !== step) return;

    const ofBulks = bulkPlaceOf(erasure.after);
    const { after, messages } =
      ofBulks === undefined
        ? await eraseOutcomes({ ledger, sentRecords, getDigest }, tenantId, erasure)
        : { after: undefined, messages: 0 };
    const bulks =
      after === undefined
        ? await sentRecords.eraseFromBulks(tenantId, erasure.address, { after: ofBulks, maxBlocks: maxBlocksOfStep })
        : {};
    const place = after ?? (bulks.after === undefined ? undefined : `${bulkMark}${bulks.after}`);
    if (place !== undefined) {
      if (await erasures.moveErasure(tenantId, erasure, { after: place, messages })) await rewrites.send(next);
      return;
    }
    await contents.eraseContents(tenantId, erasure.address);
    // Again: the projector may have recorded one since, of what was stored before.
    await suppressions.eraseSuppression(tenantId, erasure.address);
    await erasures.finishErasure(tenantId, erasure, { messages, nowMs: clock() });
  };
