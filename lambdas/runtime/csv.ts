// CSV by RFC 4180, safe to open in a spreadsheet.

/**
 * What spreadsheets take for a formula: these at the beginning, also in their full-width forms, and control characters
 * that they cut off first (OWASP, "CSV Injection").
 */
const formulaStart = /^[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/;

function field(text: string): string {
  const safe = formulaStart.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** One line with its end. */
export const csvLine = (fields: readonly string[]): string => `${fields.map(field).join(",")}\r\n`;
