// The routes of bulks.
import type { ApiRequest, Route } from "../../runtime/http.ts";
import { exportBulkRecipients } from "./export-results.ts";
import { previewBulk } from "./preview-bulk.ts";
import { getBulk, listBulkRecipients, listBulks, type ReadBulkDeps } from "./read-bulk.ts";
import { sendBulk, type SendBulkDeps } from "./send-bulk.ts";
import { rescheduleBulk, steerBulk, type SteerBulkDeps } from "./steer-bulk.ts";

export type BulkDeps = SendBulkDeps & ReadBulkDeps & SteerBulkDeps;

export const bulkRoutes = (deps: BulkDeps): Record<string, Route<ApiRequest>> => ({
  "POST /mail/bulk": sendBulk(deps),
  "POST /mail/bulk/preview": previewBulk(deps),
  "GET /mail/bulk": listBulks(deps),
  "GET /mail/bulk/{bulkId}": getBulk(deps),
  "GET /mail/bulk/{bulkId}/recipients": listBulkRecipients(deps),
  "GET /mail/bulk/{bulkId}/recipients/export": exportBulkRecipients(deps),
  "POST /mail/bulk/{bulkId}/pause": steerBulk(deps, "pause"),
  "POST /mail/bulk/{bulkId}/resume": steerBulk(deps, "resume"),
  "POST /mail/bulk/{bulkId}/cancel": steerBulk(deps, "cancel"),
  "POST /mail/bulk/{bulkId}/reschedule": rescheduleBulk(deps),
});
