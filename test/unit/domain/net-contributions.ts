// What two lists of contributions come to when one takes the other's place.
import type { Contribution } from "../../../shared/domain/contribution.ts";

/** One entry per bucket, counter and dimension, without zeros: those of `next` first. */
export function netOf({ previous, next }: Record<"previous" | "next", readonly Contribution[]>): Contribution[] {
  const net = new Map<string, Contribution>();
  for (const part of [...next, ...previous.map((one) => ({ ...one, value: -one.value }))]) {
    const key = `${part.bucket} ${part.counter} ${part.dimension ?? ""}`;
    net.set(key, { ...part, value: part.value + (net.get(key)?.value ?? 0) });
  }
  return [...net.values()].filter(({ value }) => value !== 0);
}
