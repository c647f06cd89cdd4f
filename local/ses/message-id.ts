// Ids in the form that SES gives messages and feedback.

/** First digits of an id, by region, as seen in real ones. */
const regionDigits: Record<string, string> = {
  "us-east-1": "0100",
  "us-west-2": "0101",
  "eu-west-1": "0102",
  "eu-central-1": "0107",
  "ca-central-1": "010d",
};

/** `<16 hex>-<uuid>-000000`; the 5th to 16th digits are the time in ms, as in real ones. */
export const sesId = (region: string, atMs: number, uuid: string): string =>
  `${regionDigits[region] ?? "01ff"}${atMs.toString(16).padStart(12, "0")}-${uuid}-000000`;
