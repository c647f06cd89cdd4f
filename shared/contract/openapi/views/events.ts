// What GET /events, GET /messages/{messageId} and GET /recipients/{address} answer.
import * as v from "valibot";
import { eventTypes } from "../../../domain/event.ts";
import type { Network } from "../../../domain/network.ts";
import { outcomeStatuses } from "../../../domain/outcome.ts";
import { verdicts, type EventPage, type EventView, type MessageView } from "../../api/events.ts";
import type { RecipientPage } from "../../api/recipients.ts";
import { instant, pageOf, total, viewOf } from "../view.ts";

const networkOwners = [
  "apple",
  "exchangeOnline",
  "google",
  "mailFilter",
  "yahoo",
] as const satisfies readonly Network[];

const tags = v.record(v.string(), v.array(v.string()));

const bounce = v.optional(
  v.object({
    type: v.string(),
    subType: v.string(),
    diagnosticCode: v.optional(v.string()),
    status: v.optional(v.string()),
  }),
);

const complaint = v.optional(v.object({ feedbackType: v.optional(v.string()), subType: v.optional(v.string()) }));

export const eventView = viewOf<EventView>()(
  v.object({
    eventId: v.string(),
    type: v.picklist(eventTypes),
    messageId: v.string(),
    recipient: v.nullable(v.string()),
    attribution: v.picklist(["exact", "ambiguous"]),
    occurredAt: instant,
    from: v.optional(v.string()),
    subject: v.optional(v.string()),
    tags: v.optional(tags),
    link: v.optional(v.string()),
    userAgent: v.optional(v.string()),
    network: v.optional(v.object({ range: v.optional(v.string()), owner: v.optional(v.picklist(networkOwners)) })),
    verdict: v.optional(v.picklist(verdicts)),
    verdictReason: v.optional(v.string()),
    bounce,
    complaint,
    reason: v.optional(v.string()),
  }),
);

export const eventPage = viewOf<EventPage>()(
  v.object({ ...pageOf(eventView).entries, searchedTo: v.optional(instant) }),
);

const tally = { total, firstAt: v.optional(instant), lastAt: v.optional(instant) };
const engagement = v.object({ ...tally, byPersons: v.optional(v.object(tally)) });

const outcome = {
  status: v.picklist(outcomeStatuses),
  opens: engagement,
  clicks: engagement,
  links: v.array(v.object({ ...tally, url: v.string(), byPersons: v.optional(total) })),
  bounce,
  complaint,
  automaticReply: v.boolean(),
};

export const messageView = viewOf<MessageView>()(
  v.object({
    messageId: v.string(),
    sentAt: instant,
    from: v.optional(v.string()),
    subject: v.optional(v.string()),
    tags,
    configurationSet: v.optional(v.string()),
    recipients: v.array(
      v.object({ ...outcome, recipient: v.string(), events: v.array(eventView), furtherEvents: v.optional(total) }),
    ),
    ambiguous: v.array(eventView),
    furtherAmbiguous: v.optional(total),
  }),
);

export const recipientPage = viewOf<RecipientPage>()(
  v.object({
    ...pageOf(
      v.object({
        ...outcome,
        messageId: v.string(),
        sentAt: instant,
        from: v.optional(v.string()),
        subject: v.optional(v.string()),
        tags: v.optional(tags),
        configurationSet: v.optional(v.string()),
        eventCount: total,
      }),
    ).entries,
    recipient: v.string(),
  }),
);
