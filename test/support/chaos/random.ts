// Chance that can be repeated: a seed makes the same numbers on every machine.

export interface Random {
  /** In [0, 1). */
  next: () => number;
  chance: (probability: number) => boolean;
  /** Both ends included. */
  integer: (min: number, max: number) => number;
  pick: <Value>(values: readonly Value[]) => Value;
  /** A copy in another order. */
  shuffled: <Value>(values: readonly Value[]) => Value[];
  hex: (digits: number) => string;
}

/** The generator "mulberry32": 32 bits of state, good enough to shuffle and to roll dice. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const integer = (min: number, max: number): number => min + Math.floor(next() * (max - min + 1));
  return {
    next,
    integer,
    chance: (probability) => next() < probability,
    pick: <Value>(values: readonly Value[]) => values[integer(0, values.length - 1)] as Value,
    shuffled: (values) => {
      const order = [...values];
      for (let last = order.length - 1; last > 0; last -= 1) {
        const other = integer(0, last);
        [order[last], order[other]] = [order[other]!, order[last]!];
      }
      return order;
    },
    hex: (digits) => Array.from({ length: digits }, () => integer(0, 15).toString(16)).join(""),
  };
}
