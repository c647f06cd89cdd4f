// What POST /mail and GET /mail/{mailId} answer.
import * as v from "valibot";
import { outcomeStatuses } from "../../../domain/outcome.ts";
import {
  recipientErrorCodes,
  type MailView,
  type RecipientResult,
  type RefusedMailResponse,
  type SendMailResponse,
} from "../../api/mail.ts";
import { instant, viewOf } from "../view.ts";
import { errorBody } from "./error.ts";

const recipient = v.string();

export const sentRecipient = { recipient, status: v.literal("sent"), messageId: v.string() };
const queued = { recipient, status: v.literal("queued") };
const scheduled = { recipient, status: v.literal("scheduled") };
export const suppressedRecipient = {
  recipient,
  status: v.literal("suppressed"),
  reason: v.string(),
  list: v.optional(v.string()),
  since: instant,
};
export const recipientTrouble = {
  recipient,
  status: v.picklist(["invalid", "failed", "unknown"]),
  code: v.picklist(recipientErrorCodes),
  message: v.string(),
  retryAfterSeconds: v.optional(v.number()),
};

export const recipientResult = viewOf<RecipientResult>()(
  v.union([
    v.object(sentRecipient),
    v.object(queued),
    v.object(scheduled),
    v.object(suppressedRecipient),
    v.object(recipientTrouble),
  ]),
);

const results = { id: v.string(), scheduledAt: v.optional(instant), recipients: v.array(recipientResult) };

export const sendMailResponse = viewOf<SendMailResponse>()(v.object(results));

export const refusedMailResponse = viewOf<RefusedMailResponse>()(v.object({ ...errorBody.entries, ...results }));

/** Recipients are told of once the request is known to be a good one. */
export const mailRefusal = v.union([refusedMailResponse, errorBody]);

const outcome = { outcome: v.optional(v.picklist(outcomeStatuses)) };
const unsent = { recipient, status: v.picklist(["sending", "cancelled"]) };

export const mailView = viewOf<MailView>()(
  v.object({
    id: v.string(),
    createdAt: instant,
    scheduledAt: v.optional(instant),
    recipients: v.array(
      v.union([
        v.object({ ...sentRecipient, ...outcome }),
        v.object({ ...suppressedRecipient, ...outcome }),
        v.object({ ...recipientTrouble, ...outcome }),
        v.object({ ...queued, ...outcome }),
        v.object({ ...scheduled, ...outcome }),
        v.object({ ...unsent, ...outcome }),
      ]),
    ),
  }),
);
