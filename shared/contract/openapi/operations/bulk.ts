// Bulks: one mail filled in for many people.
import { filePages, type Operation } from "../operation.ts";
import { idempotencyText } from "../field-texts.ts";

const pathFields = { bulkId: "From the answer of `POST /mail/bulk`: `blk_…`. Told of for 30 days." };

const steer = (move: "pause" | "resume" | "cancel", summary: string, description: string): Operation => ({
  method: "POST",
  path: `/mail/bulk/{bulkId}/${move}`,
  operationId: `${move}Bulk`,
  tag: "Bulks",
  summary,
  caller: "app",
  pathFields,
  answers: { 200: { description, schema: "Bulk" } },
  errors: ["invalid_request", "not_found", "conflict"],
});

const example = {
  from: "Shop <hello@shop.example>",
  subject: "{{name}}, the winter is here",
  html: "<p>Dear {{name}}, see what is new.</p>",
  recipients: [
    { to: "ada@people.example", data: { name: "Ada" } },
    { to: "grace@people.example", data: { name: "Grace" } },
  ],
};

export const bulkOperations: readonly Operation[] = [
  {
    method: "POST",
    path: "/mail/bulk",
    operationId: "sendBulk",
    tag: "Bulks",
    summary: "Send a mail to thousands, filled in for each",
    description:
      "Answers at once; what is sent goes at the pace of your SES account, and waits where its quota is spent.",
    caller: "app",
    requestHeaders: {
      "Idempotency-Key": {
        description: idempotencyText,
        schema: { type: "string", maxLength: 255, pattern: "^[!-~]+$" },
      },
    },
    body: {
      schema: "SendBulkRequest",
      example,
    },
    answers: {
      202: {
        description: "It is in the line of its connection, or waits for its time.",
        schema: "Bulk",
        headers: { "Idempotent-Replayed": "`true` where an earlier request with the same key has made the bulk." },
      },
    },
    errors: ["invalid_request", "conflict", "too_large", "unprocessable", "not_found"],
  },
  {
    method: "POST",
    path: "/mail/bulk/preview",
    operationId: "previewBulk",
    tag: "Bulks",
    summary: "See what a bulk would be",
    description: "Takes what `POST /mail/bulk` takes, and sends nothing: whom it would go to, and the first mail.",
    caller: "app",
    body: { schema: "SendBulkRequest", example },
    answers: { 200: { description: "As if it were sent now.", schema: "BulkPreview" } },
    errors: ["invalid_request", "too_large", "not_found"],
  },
  {
    method: "GET",
    path: "/mail/bulk",
    operationId: "listBulks",
    tag: "Bulks",
    summary: "List bulks, newest first",
    caller: "app",
    query: "ListBulksQuery",
    answers: { 200: { description: "A page of them.", schema: "BulkPage" } },
    errors: ["invalid_request"],
  },
  {
    method: "GET",
    path: "/mail/bulk/{bulkId}",
    operationId: "getBulk",
    tag: "Bulks",
    summary: "See how far a bulk is",
    caller: "app",
    pathFields,
    answers: { 200: { description: "As of now.", schema: "Bulk" } },
    errors: ["invalid_request", "not_found"],
  },
  {
    method: "GET",
    path: "/mail/bulk/{bulkId}/recipients",
    operationId: "listBulkRecipients",
    tag: "Bulks",
    summary: "See what became of whom",
    description: "Also while it runs. A page may be short, or empty, and still have a cursor.",
    caller: "app",
    pathFields,
    query: "ListBulkRecipientsQuery",
    answers: { 200: { description: "In the order in which they were given.", schema: "BulkRecipientPage" } },
    errors: ["invalid_request", "not_found"],
  },
  {
    method: "GET",
    path: "/mail/bulk/{bulkId}/recipients/export",
    operationId: "exportBulkRecipients",
    tag: "Bulks",
    summary: "Export what became of whom as CSV or NDJSON",
    description: "A long file comes in several answers: one behind the other they are the file.",
    caller: "app",
    pathFields,
    query: "ExportBulkRecipientsQuery",
    answers: { 200: { description: "The file, or a part of it.", type: "text/csv", headers: filePages } },
    errors: ["invalid_request", "not_found"],
  },
  steer("pause", "Pause a bulk", "Within a second nobody else is begun."),
  steer("resume", "Let a paused bulk go on", "It is in its line again, where it was."),
  {
    method: "POST",
    path: "/mail/bulk/{bulkId}/reschedule",
    operationId: "rescheduleBulk",
    tag: "Bulks",
    summary: "Give a scheduled bulk another time",
    caller: "app",
    pathFields,
    body: { schema: "RescheduleRequest", example: { scheduledAt: "2026-11-24T08:00:00Z" } },
    answers: { 200: { description: "It waits for that time now.", schema: "Bulk" } },
    errors: ["invalid_request", "not_found", "conflict"],
  },
  steer("cancel", "Cancel what has not been sent", "Whoever was not begun is `cancelled`."),
];
