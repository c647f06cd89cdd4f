// How many requests a caller may make: the window that they are counted in. How many: the environment of the function.

/** Windows begin at multiples of it since 1970. */
export const rateWindowSeconds = 10;
