// The reading routes over a ledger that holds a little of everything, with the real projector.
import { exportRecipientMessages } from "../../lambdas/events/export-messages.ts";
import { exportEvents } from "../../lambdas/events/export.ts";
import { getMessage, getRecipient, listEvents } from "../../lambdas/events/operations.ts";
import { getStats } from "../../lambdas/events/stats.ts";
import { createCursors } from "../../lambdas/runtime/cursor.ts";
import { httpHandler } from "../../lambdas/runtime/http.ts";
import type { Actor } from "../../shared/contract/actor.ts";
import { nowMs, startProjectedLedger, tenantId } from "./projected-ledger.ts";
import { parseEvents, sesEvent, sesJson } from "./ses-events.ts";

/** Of the tenant whose events these are. */
export const alpha: Actor = { tenantId, kind: "key", id: "key_alpha" };
export const groupMessageId = "group-message";

/** Of one message to two recipients: who opened it cannot be told. */
const group = { "mail.messageId": groupMessageId, "mail.destination": ["a@example.com", "b@example.com"] };

/** Older than the default range. */
const oldBounce = {
  "mail.messageId": "old-message",
  "mail.timestamp": "2026-09-01T08:00:00.000Z",
  "bounce.timestamp": "2026-09-01T08:00:01.000Z",
  "mail.destination": ["old@example.com"],
  "bounce.bouncedRecipients": [
    { emailAddress: "old@example.com", action: "failed", status: "5.1.1", diagnosticCode: "smtp; 550 5.1.1 unknown" },
  ],
};

export async function startEventsApi() {
  const started = await startProjectedLedger();
  const time = { nowMs };
  const deps = {
    ledger: started.ledger,
    cursors: createCursors(async () => "a secret of the test"),
    clock: () => time.nowMs,
  };
  await started.store([
    ...(["send", "delivery", "open", "click"] as const).map((type) => sesEvent(type)),
    sesEvent("click", { "click.timestamp": "2026-11-23T08:20:00.000Z" }),
    ...parseEvents(sesJson("send", group)),
    ...parseEvents(sesJson("open", group)),
    sesEvent("bounce", oldBounce),
  ]);
  return {
    handler: httpHandler({
      "GET /events": listEvents(deps),
      "GET /events/export": exportEvents(deps),
      "GET /messages/{messageId}": getMessage(deps),
      "GET /recipients/{address}": getRecipient(deps),
      "GET /recipients/{address}/messages/export": exportRecipientMessages(deps, {
        pageSize: 2,
        maxBytes: 100,
        maxMs: 1000,
      }),
      "GET /stats": getStats(deps),
    }),
    time,
    store: started.store,
    stop: started.stop,
  };
}

export type EventsApi = Awaited<ReturnType<typeof startEventsApi>>;
