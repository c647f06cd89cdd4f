// GET /suppression-list: addresses this tenant must not mail.
import * as v from "valibot";
import { exportFormat } from "./export.ts";

export const suppressionReasons = ["bounce", "complaint", "unsubscribe", "manual"] as const;
export type SuppressionReason = (typeof suppressionReasons)[number];

export const suppressionsPerPage = 100;

export const listSuppressionsQuery = v.strictObject({
  /** Only this address. */
  address: v.optional(v.pipe(v.string(), v.trim(), v.maxLength(320))),
  cursor: v.optional(v.pipe(v.string(), v.maxLength(2000))),
});

export const exportSuppressionsQuery = v.strictObject({
  format: exportFormat,
  cursor: v.optional(v.pipe(v.string(), v.maxLength(2000))),
});

export interface SuppressionView {
  address: string;
  reason: SuppressionReason;
  /** When the evidence happened, ISO 8601 UTC. */
  since: string;
  /** The event that is the evidence; absent when a person added the address. */
  evidence?: { messageId: string; eventId: string };
  /** The complaint may be of any of several recipients. */
  possible?: boolean;
}

export interface SuppressionPage {
  items: SuppressionView[];
  cursor?: string;
}
