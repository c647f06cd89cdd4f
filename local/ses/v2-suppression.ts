// The account-level suppression list in the SES v2 API.
import * as v from "valibot";
import { parseInput } from "../json-input.ts";
import { AwsError } from "../protocol.ts";
import type { SesAccount } from "./accounts.ts";
import type { SuppressionReason } from "./configuration-set.ts";
import type { WireDeps } from "./v1-operation.ts";
import type { V2Operation } from "./v2-operation.ts";

const maxPageSize = 1000;

const suppressedDestination = v.strictObject({
  EmailAddress: v.pipe(v.string(), v.includes("@")),
  Reason: v.picklist(["BOUNCE", "COMPLAINT"]),
});

const badRequest = (message: string): AwsError => new AwsError("BadRequestException", message);

function getSuppressed(account: SesAccount, address: string) {
  const entry = account.suppressed.get(address);
  if (!entry)
    throw new AwsError("NotFoundException", `Email address ${address} does not exist on your suppression list.`, {
      status: 404,
    });
  return entry;
}

const toSummary = ([address, { reason, sinceMs }]: [string, { reason: SuppressionReason; sinceMs: number }]) => ({
  EmailAddress: address,
  Reason: reason,
  /** Seconds, as numbers stand for times in REST JSON. */
  LastUpdateTime: sinceMs / 1000,
});

function parseTime(text: string | null): number | undefined {
  if (text === null) return undefined;
  const timeMs = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text);
  if (Number.isNaN(timeMs)) throw badRequest(`Invalid date ${text}.`);
  return timeMs;
}

export const createSuppressionOperations = ({ accounts, clock }: WireDeps): Record<string, V2Operation> => ({
  PutSuppressedDestination: ({ account, body }) => {
    const { EmailAddress, Reason } = parseInput(suppressedDestination, body, {
      what: "PutSuppressedDestination",
      code: "BadRequestException",
    });
    if (!account.production) throw badRequest("Your account is in the sandbox: request production access first.");
    account.suppressed.set(EmailAddress, { reason: Reason, sinceMs: clock() });
    accounts.changed();
    return {};
  },

  GetSuppressedDestination: ({ account, name }) => ({
    SuppressedDestination: { ...toSummary([name, getSuppressed(account, name)]), Attributes: {} },
  }),

  DeleteSuppressedDestination: ({ account, name }) => {
    getSuppressed(account, name);
    account.suppressed.delete(name);
    accounts.changed();
    return {};
  },

  ListSuppressedDestinations: ({ account, query }) => {
    const reasons = query.getAll("Reason");
    const startMs = parseTime(query.get("StartDate")) ?? -Infinity;
    const endMs = parseTime(query.get("EndDate")) ?? Infinity;
    const pageSize = Math.min(Number(query.get("PageSize") ?? maxPageSize) || maxPageSize, maxPageSize);
    const offset = Number(Buffer.from(query.get("NextToken") ?? "", "base64url").toString() || 0);
    if (!Number.isInteger(offset)) throw badRequest("Invalid NextToken.");
    const found = [...account.suppressed].filter(
      ([, { reason, sinceMs }]) =>
        (reasons.length === 0 || reasons.includes(reason)) && sinceMs >= startMs && sinceMs <= endMs,
    );
    const next = offset + pageSize;
    return {
      SuppressedDestinationSummaries: found.slice(offset, next).map(toSummary),
      ...(next < found.length && { NextToken: Buffer.from(String(next)).toString("base64url") }),
    };
  },
});
