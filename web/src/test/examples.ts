// Views as the API answers them, to be varied by tests.
import type { EventView, OutcomeView } from "../../../shared/contract/api/events.ts";

export const eventExample = (change: Partial<EventView> = {}): EventView => ({
  eventId: "event-1",
  type: "send",
  messageId: "message-1",
  recipient: "ada@customer.example",
  attribution: "exact",
  occurredAt: "2026-11-23T08:00:00.000Z",
  subject: "Your order",
  ...change,
});

export const outcomeExample = (change: Partial<OutcomeView> = {}): OutcomeView => ({
  recipient: "ada@customer.example",
  status: "delivered",
  opens: { total: 0 },
  clicks: { total: 0 },
  links: [],
  automaticReply: false,
  events: [],
  ...change,
});
