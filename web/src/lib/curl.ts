// The ready command for a first mail.

/** For a POSIX shell; sender and recipient are to be replaced. */
export const curlExample = (apiUrl: string, key: string): string =>
  [
    `curl ${apiUrl}/mail \\`,
    `  -H "Authorization: Bearer ${key}" -H "Content-Type: application/json" \\`,
    `  -d '{"from":"hello@shop.example","to":"success@simulator.amazonses.com","subject":"Hello","html":"<p>Hello</p>"}'`,
  ].join("\n");
