// What the queue hands over: each message is one step of a longer work, and fails on its own.
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import * as v from "valibot";
import { rewriteJob, type RewriteJob } from "../../shared/contract/rewrite-job.ts";
import type { LogFields } from "../runtime/log.ts";
import { eraseStep, type EraseStepDeps } from "./erase-step.ts";
import { retentionStep, type RetentionStepDeps } from "./retention-step.ts";

export type RewriteBatchDeps = RetentionStepDeps &
  EraseStepDeps & {
    log: { error: (message: string, fields?: LogFields) => void };
  };

/** Messages named in the answer come again, and after too often go to the dead-letter queue. */
export const rewriteBatch =
  (deps: RewriteBatchDeps) =>
  async ({ Records: records }: SQSEvent): Promise<SQSBatchResponse> => {
    const batchItemFailures: SQSBatchResponse["batchItemFailures"] = [];
    for (const { messageId, body } of records)
      try {
        await rewrite(deps, v.parse(rewriteJob, JSON.parse(body)));
      } catch (error) {
        deps.log.error("A step of rewriting failed and comes again.", { messageId, error });
        batchItemFailures.push({ itemIdentifier: messageId });
      }
    return { batchItemFailures };
  };

const rewrite = (deps: RewriteBatchDeps, job: RewriteJob): Promise<void> =>
  job.kind === "retention" ? retentionStep(deps)(job) : eraseStep(deps)(job);
