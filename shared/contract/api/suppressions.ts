// GET, POST and DELETE /suppression-list: addresses this tenant must not mail.
import * as v from "valibot";
import { exportFormat } from "./export.ts";
import { addresses } from "./mail-fields.ts";
import { listName } from "./unsubscribe.ts";

export const suppressionReasons = ["bounce", "complaint", "unsubscribe", "manual"] as const;
export type SuppressionReason = (typeof suppressionReasons)[number];

export const suppressionsPerPage = 100;

/** Of one request that adds. */
export const maxAddedSuppressions = 100;

const reason = v.picklist(suppressionReasons, `must be one of ${suppressionReasons.join(", ")}`);

const listNeedsUnsubscribe = "goes with the reason unsubscribe alone";

type Reason = SuppressionReason | undefined;

/** A list says the reason, too. */
const fits = (given: Reason, list: string | undefined) => list === undefined || !given || given === "unsubscribe";

const scope = { reason: v.optional(reason), list: v.optional(listName) };

export const listSuppressionsQuery = v.pipe(
  v.strictObject({
    /** Only this address. */
    address: v.optional(v.pipe(v.string(), v.trim(), v.maxLength(320))),
    ...scope,
    cursor: v.optional(v.pipe(v.string(), v.maxLength(2000))),
  }),
  v.forward(
    v.check((given) => fits(given.reason, given.list), listNeedsUnsubscribe),
    ["list"],
  ),
);

export const addSuppressionsRequest = v.pipe(
  v.strictObject({
    address: v.pipe(
      addresses,
      v.minLength(1, "needs at least one address"),
      v.maxLength(maxAddedSuppressions, `takes at most ${maxAddedSuppressions} addresses`),
    ),
    /** `unsubscribe` brings those who left elsewhere. Default: `manual`. */
    reason: v.optional(v.picklist(["manual", "unsubscribe"], "must be manual or unsubscribe")),
    /** Whoever left one list; without it, those who left everything. */
    list: v.optional(listName),
  }),
  v.forward(
    v.check(({ reason: given, list }) => list === undefined || given === "unsubscribe", listNeedsUnsubscribe),
    ["list"],
  ),
);

export const exportSuppressionsQuery = v.strictObject({
  format: exportFormat,
  cursor: v.optional(v.pipe(v.string(), v.maxLength(2000))),
});

/** Which reasons go: without any, all. `unsubscribe` without a list: that of everything, not those of lists. */
export const removeSuppressionQuery = v.pipe(
  v.strictObject(scope),
  v.forward(
    v.check((given) => fits(given.reason, given.list), listNeedsUnsubscribe),
    ["list"],
  ),
);

export interface SuppressionReasonView {
  reason: SuppressionReason;
  /** Only with `unsubscribe`: the list that was left; without it, everything that can be left. */
  list?: string;
  /** When the evidence happened, ISO 8601 UTC. */
  since: string;
  /** The event that is the evidence; absent when a person added the address or unsubscribed. */
  evidence?: { messageId: string; eventId: string };
  /** The complaint may be of any of several recipients. */
  possible?: boolean;
}

/** The weightiest reason, and all of them. */
export interface SuppressionView extends SuppressionReasonView {
  address: string;
  reasons: SuppressionReasonView[];
}

export interface SuppressionPage {
  items: SuppressionView[];
  cursor?: string;
}

export interface AddedSuppressions {
  items: SuppressionView[];
}
