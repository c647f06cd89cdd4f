// What the address bar says, read forgivingly: people paste and shorten addresses.

/** A query parameter; the first, when it is given several times. */
export const oneOf = (value: string | string[] | undefined): string | undefined =>
  (Array.isArray(value) ? value[0] : value) || undefined;
