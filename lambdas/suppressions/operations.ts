// GET /suppression-list: whom this tenant must not mail, and why.
import { authorize } from "../../shared/contract/actor.ts";
import {
  listSuppressionsQuery,
  suppressionsPerPage,
  type SuppressionPage,
  type SuppressionView,
} from "../../shared/contract/api/suppressions.ts";
import { normalizeAddress } from "../../shared/domain/address.ts";
import type { Suppression, SuppressionPosition, Suppressions } from "../../shared/store/suppressions.ts";
import type { Cursors, CursorScope } from "../runtime/cursor.ts";
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
