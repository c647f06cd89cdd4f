// Where to go after sign-in: a path of ours, never another site.

/** `next` when it is a path of this site, else the start page. */
export function safeNext(next: string | undefined): string {
  const base = "https://dashboard.invalid";
  if (!next?.startsWith("/") || !URL.canParse(next, base)) return "/";
  const url = new URL(next, base);
  return url.origin === base ? `${url.pathname}${url.search}` : "/";
}
