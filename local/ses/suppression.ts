// The account's suppression list as SES applies it when it sends (SES developer guide, "Using the Amazon SES
// account-level suppression list").
import type { SesAccount } from "./accounts.ts";
import type { SuppressionReason } from "./configuration-set.ts";

/** A configuration set's own reasons stand in the place of the account's; an empty list is no suppression. */
export const suppressedReasonsOf = (account: SesAccount, configurationSet: string | undefined): SuppressionReason[] =>
  account.configurationSets.get(configurationSet ?? "")?.suppressedReasons ?? account.suppressedReasons;

/** Why SES would not attempt delivery. Case does not matter here, though it does in the API. */
export function findSuppression(
  account: SesAccount,
  configurationSet: string | undefined,
  address: string,
): SuppressionReason | undefined {
  const wanted = address.toLowerCase();
  const entry = [...account.suppressed].find(([listed]) => listed.toLowerCase() === wanted)?.[1];
  return entry && suppressedReasonsOf(account, configurationSet).includes(entry.reason) ? entry.reason : undefined;
}
