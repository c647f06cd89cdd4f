// What a browser holds the dashboard to, wherever it is served: it keeps the tokens of whoever is signed in, so nothing but
// its own scripts runs, and they talk to nobody but the API and the user pool.

/** @param origins that its scripts call, beside its own */
export const dashboardHeaders = (origins: readonly string[]): Record<string, string> => ({
  "content-security-policy": [
    "default-src 'none'",
    "script-src 'self'",
    // A mail that is looked at styles itself, and its frame inherits this. Styles can fetch nothing: see img-src and font-src.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src ${["'self'", ...origins].join(" ")}`,
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join("; "),
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "strict-origin-when-cross-origin",
});
