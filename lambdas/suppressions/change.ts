// Adding to the suppression list and taking from it by hand. What events bring: lambdas/projector.
import { authorize } from "../../shared/contract/actor.ts";
import {
  addSuppressionsRequest,
  removeSuppressionQuery,
  type AddedSuppressions,
} from "../../shared/contract/api/suppressions.ts";
import { AppError } from "../../shared/contract/error.ts";
import type { SuppressionRecord, Suppressions } from "../../shared/store/suppressions.ts";
import { created, noContent, type ApiRequest, type ApiResponse } from "../runtime/http.ts";
import { parseInput } from "../runtime/input.ts";
import { log } from "../runtime/log.ts";
import { parseAddress, toIsMeant, toSuppressionView, type SuppressionScope } from "./view.ts";

export interface ChangeSuppressionsDeps {
  suppressions: Pick<Suppressions, "recordSuppression" | "removeSuppression">;
  clock: () => number;
}

/** Again, it changes nothing: the first time counts. */
export const addSuppressions =
  ({ suppressions, clock }: ChangeSuppressionsDeps) =>
  async (request: ApiRequest): Promise<ApiResponse> => {
    const { address: texts, reason = "manual", list } = parseInput(addSuppressionsRequest, request.body, "body");
    const isOne = !Array.isArray((request.body as { address: unknown }).address);
    const addresses = texts.map((text, index) => parseAddress(text, isOne ? "address" : `address[${index}]`));
    const tenantId = authorize(request.actor, "suppressions:write");
    const record = { reason, ...(list === undefined ? {} : { list }), since: new Date(clock()).toISOString() };
    const records: SuppressionRecord[] = [...new Set(addresses)].map((address) => Object.assign({ address }, record));
    await Promise.all(records.map((one) => suppressions.recordSuppression(tenantId, one)));
    logChange("Addresses were suppressed by hand.", request, { addresses: records.length, reason, list });
    const items = records.map((one) => toSuppressionView({ ...one, reasons: [one] }));
    return created({ items } satisfies AddedSuppressions);
  };

export const removeSuppression =
  ({ suppressions, clock }: ChangeSuppressionsDeps) =>
  async (request: ApiRequest): Promise<ApiResponse> => {
    const address = parseAddress(request.pathParameters["address"] ?? "", "path.address");
    const scope = parseInput(removeSuppressionQuery, request.query, "query");
    const tenantId = authorize(request.actor, "suppressions:write");
    const removed = await suppressions.removeSuppression(tenantId, address, {
      isMeant: toIsRemoved(scope),
      nowMs: clock(),
    });
    if (removed.length === 0)
      throw new AppError("not_found", "This address is not suppressed, or not for this reason.");
    logChange("A suppression was removed by hand.", request, { reasons: removed.map(({ reason }) => reason) });
    return noContent();
  };

/** As a filter, but that `unsubscribe` without a list is the one of everything: whoever left a list has left it. */
const toIsRemoved =
  (scope: SuppressionScope) =>
  (record: Pick<SuppressionRecord, "reason" | "list">): boolean =>
    toIsMeant(scope)(record) && (scope.reason === undefined || record.list === scope.list);

/** Who decides whom to mail is asked about it later: who it was, and never about whom. */
const logChange = (message: string, { requestId, actor }: ApiRequest, fields: object): void =>
  log.info(message, { requestId, tenantId: actor.tenantId, actor: actor.id, ...fields });
