// Which verified identity stands behind an address, and which addresses have none.
import type { SesAccount } from "./accounts.ts";
import { domainOf } from "./address.ts";

/**
 * The identity that covers an address: the address itself, else its domain or a domain above it.
 * (SES developer guide, "Creating and verifying identities".)
 */
export function findIdentity(account: SesAccount, address: string): string | undefined {
  const names = [...account.identities.keys()];
  const sameName = (wanted: string) => names.find((name) => name.toLowerCase() === wanted);
  const byAddress = sameName(address.toLowerCase());
  if (byAddress !== undefined) return byAddress;
  const labels = domainOf(address).split(".");
  for (let first = 0; first < labels.length; first += 1) {
    const byDomain = sameName(labels.slice(first).join("."));
    if (byDomain !== undefined) return byDomain;
  }
  return undefined;
}

export const identityArn = (account: SesAccount, identity: string): string =>
  `arn:aws:ses:${account.region}:${account.accountId}:identity/${identity}`;

export const identityType = (identity: string): "EMAIL_ADDRESS" | "DOMAIN" =>
  identity.includes("@") ? "EMAIL_ADDRESS" : "DOMAIN";
