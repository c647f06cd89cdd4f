// Bulks as the API answers them, to be varied by tests.
import type { BulkView } from "../../../shared/contract/api/bulk.ts";

const nobody = { waiting: 0, sending: 0, sent: 0, suppressed: 0, invalid: 0, failed: 0, unknown: 0, cancelled: 0 };

export const bulkExample = ({
  counts,
  ...change
}: Partial<Omit<BulkView, "counts">> & { counts?: Partial<BulkView["counts"]> } = {}): BulkView => ({
  id: "blk_1",
  name: "Autumn news",
  status: "sending",
  from: "Shop <hello@shop.example>",
  subject: "Hello {{name}}",
  connection: "con_1",
  createdAt: "2026-11-20T08:00:00.000Z",
  total: 1000,
  counts: { ...nobody, ...(counts ?? { sent: 250, suppressed: 3, waiting: 740, sending: 7 }) },
  ...change,
});

export const connectionsRoute = {
  "GET /connections": () => ({
    body: { items: [{ connectionId: "con_1", accountId: "222222222222", region: "us-east-1", state: "verified" }] },
  }),
};
