// Counts as people read them.

const whole = new Intl.NumberFormat();
const short = new Intl.NumberFormat(undefined, { notation: "compact", maximumFractionDigits: 1 });

export const showCount = (count: number): string => whole.format(count);

/** For tight places: `12,345`, but `123.5K`. */
export const showShortCount = (count: number): string => (count < 100_000 ? whole : short).format(count);

const share = new Intl.NumberFormat(undefined, { style: "percent", maximumFractionDigits: 1 });
/** Complaints matter from 0.1 % on. */
const smallShare = new Intl.NumberFormat(undefined, { style: "percent", maximumFractionDigits: 2 });

/** A share from 0 to 1 as `98.2%`; a dash where there is nothing to take a share of. */
export const showRate = (rate: number | null): string =>
  rate === null ? "–" : (rate < 0.01 ? smallShare : share).format(rate);

const megabytes = new Intl.NumberFormat(undefined, { style: "unit", unit: "megabyte", maximumFractionDigits: 1 });
const kilobytes = new Intl.NumberFormat(undefined, { style: "unit", unit: "kilobyte", maximumFractionDigits: 0 });

export const showSize = (bytes: number): string =>
  bytes < 1_000_000 ? kilobytes.format(bytes / 1000) : megabytes.format(bytes / 1_000_000);
