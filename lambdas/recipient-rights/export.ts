// GET /recipients/{address}/export: everything that a tenant has stored of a person, to be handed over.
import { authorize } from "../../shared/contract/actor.ts";
import {
  exportRecipientQuery,
  type ExportedSuppression,
  type RecipientExport,
} from "../../shared/contract/api/recipient-rights.ts";
import type { Erasures } from "../../shared/store/erasures.ts";
import type { ExportedPage, Ledger } from "../../shared/store/ledger/ledger.ts";
import type { SentRecords } from "../../shared/store/sent-records.ts";
import type { SuppressionRecord, Suppressions } from "../../shared/store/suppressions.ts";
import type { Cursors, CursorScope } from "../runtime/cursor.ts";
import { ok, type ApiRequest, type ApiResponse } from "../runtime/http.ts";
import { parseInput } from "../runtime/input.ts";
import { parseAddress } from "./address.ts";
import { toErasureView } from "./erase.ts";

export interface ExportDeps {
  ledger: Pick<Ledger, "exportRecipient">;
  suppressions: Pick<Suppressions, "findSuppressions">;
  erasures: Pick<Erasures, "findErasure">;
  sentRecords: Pick<SentRecords, "findSentRecords">;
  cursors: Cursors;
  clock: () => number;
}

/** A cursor's content. */
type Place = Required<Pick<ExportedPage, "after">>;

export const exportRecipient =
  ({ ledger, suppressions, erasures, sentRecords, cursors, clock }: ExportDeps) =>
  async (request: ApiRequest): Promise<ApiResponse> => {
    const address = parseAddress(request);
    const { cursor } = parseInput(exportRecipientQuery, request.query, "query");
    const tenantId = authorize(request.actor, "recipients:export");
    const scope: CursorScope = { list: "recipient export", tenantId, filter: address };
    const place = cursor === undefined ? {} : ((await cursors.open(cursor, scope)) as Place);
    const [page, once] = await Promise.all([
      ledger.exportRecipient(tenantId, address, place),
      cursor === undefined ? exportOnce({ suppressions, erasures }, tenantId, address) : {},
    ]);
    const sentMail = await sentRecords.findSentRecords(tenantId, address, page.outcomes);
    const next: Place | undefined = page.after === undefined ? undefined : { after: page.after };
    return {
      ...ok({
        address,
        exportedAt: new Date(clock()).toISOString(),
        outcomes: page.outcomes,
        furtherEvents: page.events,
        sentMail,
        ...once,
        ...(next ? { cursor: await cursors.seal(next, scope) } : {}),
      } satisfies RecipientExport),
      headers: { "content-disposition": 'attachment; filename="recipient-export.json"' },
    };
  };

/** What the first page alone has. */
async function exportOnce(
  { suppressions, erasures }: Pick<ExportDeps, "suppressions" | "erasures">,
  tenantId: string,
  address: string,
): Promise<Pick<RecipientExport, "suppressions" | "erasure">> {
  const [suppressed, erasure] = await Promise.all([
    suppressions.findSuppressions(tenantId, [address]),
    erasures.findErasure(tenantId, address),
  ]);
  const { address: _address, ...erasureView } = erasure ? toErasureView(address, erasure) : {};
  return {
    suppressions: suppressed.get(address)?.reasons.map(toExportedSuppression) ?? [],
    ...(erasure ? { erasure: erasureView as RecipientExport["erasure"] } : {}),
  };
}

const toExportedSuppression = ({ address: _address, ...record }: SuppressionRecord): ExportedSuppression => record;
