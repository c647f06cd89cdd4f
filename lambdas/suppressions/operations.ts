// GET /suppression-list and GET /suppression-list/export: whom this tenant must not mail, and why.
import { authorize } from "../../shared/contract/actor.ts";
import {
  exportSuppressionsQuery,
  listSuppressionsQuery,
  suppressionsPerPage,
  type SuppressionPage,
  type SuppressionView,
} from "../../shared/contract/api/suppressions.ts";
import { normalizeAddress } from "../../shared/domain/address.ts";
import type { Suppression, SuppressionPosition, Suppressions } from "../../shared/store/suppressions.ts";
import type { Cursors, CursorScope } from "../runtime/cursor.ts";
import { answerFile, fileLimits, type FileLimits } from "../runtime/file-answer.ts";
import { ok, type ApiRequest, type ApiResponse } from "../runtime/http.ts";
import { invalidInput, parseInput } from "../runtime/input.ts";

export interface SuppressionsDeps {
  suppressions: Pick<Suppressions, "findSuppressions" | "listSuppressions">;
  cursors: Cursors;
}

export const listSuppressions =
  ({ suppressions, cursors }: SuppressionsDeps) =>
  async (request: ApiRequest): Promise<ApiResponse> => {
    const { address: text, cursor } = parseInput(listSuppressionsQuery, request.query, "query");
    const address = parseAddress(text);
    const tenantId = authorize(request.actor, "suppressions:read");
    if (address !== undefined) {
      const found = await suppressions.findSuppressions(tenantId, [address]);
      return ok({ items: [...found.values()].map(toSuppressionView) } satisfies SuppressionPage);
    }
    const scope: CursorScope = { list: "suppressions", tenantId, filter: null };
    const position = cursor === undefined ? undefined : ((await cursors.open(cursor, scope)) as SuppressionPosition);
    const page = await suppressions.listSuppressions(tenantId, { position, limit: suppressionsPerPage });
    return ok({
      items: page.items.map(toSuppressionView),
      ...(page.position ? { cursor: await cursors.seal(page.position, scope) } : {}),
    } satisfies SuppressionPage);
  };

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
        rows: page.items.map(toSuppressionView),
        cursor: position && (await cursors.seal(position, scope)),
      };
    };
    const file = { name: "suppression-list", path: "/suppression-list/export", format, columns, nextPage };
    return answerFile(request, file, { ...limits, clock });
  };

const columns: Record<string, (suppression: SuppressionView) => string | undefined> = {
  address: ({ address }) => address,
  reason: ({ reason }) => reason,
  since: ({ since }) => since,
  possible: ({ possible }) => (possible ? "true" : undefined),
  messageId: ({ evidence }) => evidence?.messageId,
  eventId: ({ evidence }) => evidence?.eventId,
};

function parseAddress(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const address = normalizeAddress(text);
  if (address === undefined)
    throw invalidInput([{ path: "query.address", message: "must be one address like ada@shop.example" }]);
  return address;
}

const toSuppressionView = ({ address, reason, since, evidence, possible }: Suppression): SuppressionView => ({
  address,
  reason,
  since,
  ...(evidence ? { evidence } : {}),
  ...(possible ? { possible } : {}),
});
