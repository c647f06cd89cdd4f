// One step of giving what a tenant has stored the expiry of its new retention.
import type { RewriteQueue } from "../../shared/aws/rewrite-queue.ts";
import type { RewriteJob } from "../../shared/contract/rewrite-job.ts";
import type { Ledger } from "../../shared/store/ledger/ledger.ts";
import type { RetentionRewrite, Settings } from "../../shared/store/settings.ts";

export interface RetentionStepDeps {
  settings: Pick<Settings, "getSettings" | "moveRewrite">;
  ledger: Pick<Ledger, "rewriteExpiries">;
  rewrites: RewriteQueue;
  clock: () => number;
}

/** Between steps that wrote: so that projectors keep up with the changes beside the traffic. */
const pauseSeconds = 1;

/**
 * A message whose step is done already only sees to it that the next one is in the queue; of a change that is not the last
 * any more nothing is done. So any message may come twice, late, or from a dead-letter queue.
 */
export const retentionStep =
  ({ settings, ledger, rewrites, clock }: RetentionStepDeps) =>
  async (job: Extract<RewriteJob, { kind: "retention" }>): Promise<void> => {
    const { retentionDays, change } = await settings.getSettings(job.tenantId);
    if (change?.number !== job.change || change.rewrite.finishedAt !== undefined) return;
    const { rewrite, changedAt } = change;
    const next = { ...job, step: job.step + 1 };
    if (rewrite.step === next.step) return rewrites.send(next);
    if (rewrite.step !== job.step) return;

    const done = await ledger.rewriteExpiries(job.tenantId, { retentionDays, changedAt, place: rewrite.place });
    const moved: RetentionRewrite = {
      step: next.step,
      looked: rewrite.looked + done.looked,
      rewritten: rewrite.rewritten + done.rewritten,
      ...(done.place ? { place: done.place } : { finishedAt: new Date(clock()).toISOString() }),
    };
    const isMoved = await settings.moveRewrite(job.tenantId, { number: job.change, step: job.step }, moved);
    if (isMoved && done.place) await rewrites.send(next, { delaySeconds: done.rewritten > 0 ? pauseSeconds : 0 });
  };
