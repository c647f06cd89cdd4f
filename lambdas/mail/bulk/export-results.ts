// GET /mail/bulk/{bulkId}/recipients/export: what became of whom, as a file.
import { authorize } from "../../../shared/contract/actor.ts";
import {
  exportBulkRecipientsQuery,
  maxBulkResults,
  type BulkRecipientView,
} from "../../../shared/contract/api/bulk.ts";
import type { CursorScope } from "../../runtime/cursor.ts";
import { answerFile, fileLimits, type FileLimits } from "../../runtime/file-answer.ts";
import type { ApiRequest, ApiResponse } from "../../runtime/http.ts";
import { parseInput } from "../../runtime/input.ts";
import { findLeaseOf, getBulkOf, parseBulkPath, readResults, type ReadBulkDeps } from "./read-bulk.ts";

export const exportBulkRecipients =
  (deps: ReadBulkDeps, limits: FileLimits = fileLimits) =>
  async (request: ApiRequest): Promise<ApiResponse> => {
    const bulkId = parseBulkPath(request);
    const { status, format, cursor } = parseInput(exportBulkRecipientsQuery, request.query, "query");
    const tenantId = authorize(request.actor, "events:read");
    const bulk = await getBulkOf(deps, tenantId, bulkId);
    const scope: CursorScope = { list: "bulkRecipientsExport", tenantId, filter: [bulkId, status ?? null, format] };
    let from = cursor === undefined ? 0 : ((await deps.cursors.open(cursor, scope)) as { from: number }).from;
    const nextPage = async () => {
      const lease = await findLeaseOf(deps.lines, tenantId, bulk);
      const { items, next } = await readResults(deps, tenantId, bulk, { lease, from, limit: maxBulkResults, status });
      from = next ?? bulk.total;
      return { rows: items, cursor: next === undefined ? undefined : await deps.cursors.seal({ from: next }, scope) };
    };
    const file = { name: bulkId, path: `/mail/bulk/${bulkId}/recipients/export`, format, columns, nextPage };
    return answerFile(request, file, { ...limits, clock: deps.clock });
  };

const columnNames = ["recipient", "status", "messageId", "reason", "list", "since", "code", "message"] as const;

/** Which of them a recipient has depends on the status. */
const columns = Object.fromEntries(
  columnNames.map((name) => [
    name,
    (row: BulkRecipientView) => (row as unknown as Partial<Record<typeof name, string>>)[name],
  ]),
);
