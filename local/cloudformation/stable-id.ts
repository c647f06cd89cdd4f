// Ids of created resources: as long as AWS's random ones, yet the same at every start, so that kept state stays valid.
import { createHash } from "node:crypto";

const hashOf = (name: string) => createHash("sha256").update(name).digest("hex");

/** Lower-case letters and digits; 10 of them for the ids of API Gateway. */
export const stableId = (name: string, length: number): string =>
  BigInt(`0x${hashOf(name)}`)
    .toString(36)
    .padStart(length, "0")
    .slice(-length);

/** A version 4 UUID by its form. */
export const stableUuid = (name: string): string =>
  hashOf(name).replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, "$1-$2-4$3-8$4-$5");
