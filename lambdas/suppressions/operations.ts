// Reading the suppression list: whom this tenant must not mail, and why. Changing it by hand: change.ts.
import { authorize } from "../../shared/contract/actor.ts";
import {
  exportSuppressionsQuery,
  listSuppressionsQuery,
  suppressionsPerPage,
  type SuppressionPage,
  type SuppressionReasonView,
} from "../../shared/contract/api/suppressions.ts";
import type { SuppressionPosition, Suppressions } from "../../shared/store/suppressions.ts";
import type { Cursors, CursorScope } from "../runtime/cursor.ts";
import { answerFile, fileLimits, type FileLimits } from "../runtime/file-answer.ts";
import { ok, type ApiRequest, type ApiResponse } from "../runtime/http.ts";
import { parseInput } from "../runtime/input.ts";
import { parseAddress, toIsMeant, toReasonView, toSuppressionView } from "./view.ts";

export interface SuppressionsDeps {
  suppressions: Pick<Suppressions, "findSuppressions" | "listSuppressions">;
  cursors: Cursors;
}

export const listSuppressions =
  ({ suppressions, cursors }: SuppressionsDeps) =>
  async (request: ApiRequest): Promise<ApiResponse> => {
    const { address: text, cursor, ...filter } = parseInput(listSuppressionsQuery, request.query, "query");
    const address = text === undefined ? undefined : parseAddress(text, "query.address");
    const tenantId = authorize(request.actor, "suppressions:read");
    const isMeant = toIsMeant(filter);
    if (address !== undefined) {
      const found = [...(await suppressions.findSuppressions(tenantId, [address], { consistent: true })).values()];
      const items = found.filter(({ reasons }) => reasons.some(isMeant)).map(toSuppressionView);
      return ok({ items } satisfies SuppressionPage);
    }
    const isFiltered = filter.reason !== undefined || filter.list !== undefined;
    const scope: CursorScope = { list: "suppressions", tenantId, filter: isFiltered ? filter : null };
    const position = cursor === undefined ? undefined : ((await cursors.open(cursor, scope)) as SuppressionPosition);
    const limit = suppressionsPerPage;
    const page = await suppressions.listSuppressions(tenantId, {
      position,
      limit,
      ...(isFiltered ? { isMeant } : {}),
    });
    return ok({
      items: page.items.map(toSuppressionView),
      ...(page.position ? { cursor: await cursors.seal(page.position, scope) } : {}),
    } satisfies SuppressionPage);
  };

/** A line for each reason: an address that left two lists has two. */
export const exportSuppressions =
  ({ suppressions, cursors, clock }: SuppressionsDeps & { clock: () => number }, limits: FileLimits = fileLimits) =>
  async (request: ApiRequest): Promise<ApiResponse> => {
    const { format, cursor } = parseInput(exportSuppressionsQuery, request.query, "query");
    const tenantId = authorize(request.actor, "suppressions:read");
    const scope: CursorScope = { list: "suppressionsExport", tenantId, filter: format };
    let position = cursor === undefined ? undefined : ((await cursors.open(cursor, scope)) as SuppressionPosition);
    const nextPage = async () => {
      const page = await suppressions.listSuppressions(tenantId, { position, limit: suppressionsPerPage });
      position = page.position;
      return {
        rows: page.items.flatMap(({ address, reasons }) =>
          reasons.map((reason): Row => Object.assign({ address }, toReasonView(reason))),
        ),
        cursor: position && (await cursors.seal(position, scope)),
      };
    };
    const file = { name: "suppression-list", path: "/suppression-list/export", format, columns, nextPage };
    return answerFile(request, file, { ...limits, clock });
  };

type Row = SuppressionReasonView & { address: string };

const columns: Record<string, (row: Row) => string | undefined> = {
  address: ({ address }) => address,
  reason: ({ reason }) => reason,
  list: ({ list }) => list,
  since: ({ since }) => since,
  possible: ({ possible }) => (possible ? "true" : undefined),
  messageId: ({ evidence }) => evidence?.messageId,
  eventId: ({ evidence }) => evidence?.eventId,
};
