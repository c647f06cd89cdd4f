// What the workers' function is called with: messages of its queue, each failing on its own, or the clock of the sweep.
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import * as v from "valibot";
import { bulkJob } from "../../../shared/contract/bulk-job.ts";
import { log } from "../../runtime/log.ts";
import { enterWhenDue, type DueDeps } from "./due.ts";
import { sweep, type SweepDeps } from "./sweep.ts";
import { workLine, type LineDeps } from "./work-line.ts";

export type WorkDeps = LineDeps & DueDeps & SweepDeps;

/** What the queue sends, or the rule that is the clock of the sweep. */
export type WorkEvent = SQSEvent | { "detail-type": string };

export const workBatch =
  (deps: WorkDeps) =>
  async (event: WorkEvent): Promise<SQSBatchResponse | undefined> => {
    if (!("Records" in event)) {
      await sweep(deps);
      return undefined;
    }
    const batchItemFailures: SQSBatchResponse["batchItemFailures"] = [];
    for (const { messageId, body } of event.Records)
      try {
        const job = v.parse(bulkJob, JSON.parse(body));
        if (job.kind === "due") await enterWhenDue(deps, job);
        else await workLine(deps, { tenantId: job.tenantId, connectionId: job.connectionId }, job);
      } catch (error) {
        log.error("Work on a line failed and comes again.", { messageId, error });
        batchItemFailures.push({ itemIdentifier: messageId });
      }
    return { batchItemFailures };
  };
