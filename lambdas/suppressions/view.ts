// Suppressions as the API shows them, and what it takes to name them.
import type {
  SuppressionReason,
  SuppressionReasonView,
  SuppressionView,
} from "../../shared/contract/api/suppressions.ts";
import { normalizeAddress } from "../../shared/domain/address.ts";
import type { Suppression, SuppressionRecord } from "../../shared/store/suppressions.ts";
import { invalidInput } from "../runtime/input.ts";

/** @throws AppError `invalid_request` */
export function parseAddress(text: string, path: string): string {
  const address = normalizeAddress(text);
  if (address === undefined) throw invalidInput([{ path, message: "must be one address like ada@shop.example" }]);
  return address;
}

export interface SuppressionScope {
  reason?: SuppressionReason | undefined;
  list?: string | undefined;
}

export const toIsMeant =
  ({ reason, list }: SuppressionScope) =>
  (record: Pick<SuppressionRecord, "reason" | "list">): boolean =>
    (reason === undefined || record.reason === reason) && (list === undefined || record.list === list);

export const toReasonView = ({
  reason,
  list,
  since,
  evidence,
  possible,
}: SuppressionRecord): SuppressionReasonView => ({
  reason,
  ...(list === undefined ? {} : { list }),
  since,
  ...(evidence ? { evidence } : {}),
  ...(possible ? { possible } : {}),
});

export const toSuppressionView = (suppression: Suppression): SuppressionView => ({
  address: suppression.address,
  ...toReasonView(suppression),
  reasons: suppression.reasons.map(toReasonView),
});
