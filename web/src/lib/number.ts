// Counts as people read them.

const whole = new Intl.NumberFormat();
const short = new Intl.NumberFormat(undefined, { notation: "compact", maximumFractionDigits: 1 });

export const showCount = (count: number): string => whole.format(count);

/** For tight places: `12,345`, but `123.5K`. */
export const showShortCount = (count: number): string => (count < 100_000 ? whole : short).format(count);
