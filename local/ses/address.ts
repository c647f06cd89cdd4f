// Mail addresses as they stand in parameters and headers.
import { addressParser } from "postal-mime";

/** The bare addresses of a header's value, or of `Name <a@b>`; groups are unfolded. */
export const listAddresses = (value: string): string[] =>
  addressParser(value, { flatten: true }).flatMap((entry) => (entry.address ? [entry.address] : []));

/** The bare address of one recipient as a caller wrote it; the text itself when it holds none. */
export const bareAddress = (value: string): string => listAddresses(value)[0] ?? value.trim();

export const domainOf = (address: string): string => address.slice(address.lastIndexOf("@") + 1).toLowerCase();

const simulatorDomain = "simulator.amazonses.com";

/** The scenario of a mailbox simulator address (`bounce+label@…` → `bounce`); undefined for any other address. */
export function findSimulatorScenario(address: string): string | undefined {
  if (domainOf(address) !== simulatorDomain) return undefined;
  return address.slice(0, address.lastIndexOf("@")).split("+")[0]?.toLowerCase();
}

/** Ours, not AWS's: a mail to this address is delayed first, and delivered then. Labels work as in the simulator. */
export const delayedAddress = "delay@laptop.example";

export const isDelayedAddress = (address: string): boolean =>
  address.toLowerCase().replace(/\+[^@]*(?=@)/, "") === delayedAddress;
