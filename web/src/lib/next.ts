// Where to go after sign-in: a path of ours, never another site.

/** The sign-in page, and back to `here` from there. */
export const signInPath = (here: string): string =>
  here === "/" ? "/sign-in" : `/sign-in?next=${encodeURIComponent(here)}`;

/** `next` when it is a path of this site, else the start page. */
export function safeNext(next: string | undefined): string {
  const base = "https://dashboard.invalid";
  if (!next?.startsWith("/") || !URL.canParse(next, base)) return "/";
  const url = new URL(next, base);
  // Dots that cancel out can leave "//host", which is another site.
  const isOurs = url.origin === base && !url.pathname.startsWith("//");
  return isOurs ? `${url.pathname}${url.search}` : "/";
}
