// What the routes of the `resend` client take as a list, and answer.
import * as v from "valibot";
import {
  emailRequest,
  lastEvents,
  maxEmailsPerBatch,
  resendErrorNames,
  type ChangedEmail,
  type EmailView,
  type ResendError,
  type SentBatch,
  type SentEmail,
} from "../../api/resend.ts";
import { instant, total, viewOf } from "../view.ts";

/** As it is sent; the route itself reads one e-mail after the other (emailBatchRequest). */
export const emailBatch = v.pipe(v.array(emailRequest), v.minLength(1), v.maxLength(maxEmailsPerBatch));

export const sentEmail = viewOf<SentEmail>()(v.object({ id: v.string() }));

export const changedEmail = viewOf<ChangedEmail>()(v.object({ object: v.literal("email"), id: v.string() }));

export const sentBatch = viewOf<SentBatch>()(
  v.object({
    data: v.array(sentEmail),
    errors: v.optional(v.array(v.object({ index: total, message: v.string() }))),
  }),
);

export const emailView = viewOf<EmailView>()(
  v.object({
    object: v.literal("email"),
    id: v.string(),
    created_at: instant,
    to: v.array(v.string()),
    last_event: v.picklist(lastEvents),
    message_id: v.string(),
    from: v.string(),
    subject: v.string(),
    html: v.null(),
    text: v.null(),
    cc: v.null(),
    bcc: v.null(),
    reply_to: v.null(),
    scheduled_at: v.nullable(instant),
  }),
);

export const resendError = viewOf<ResendError>()(
  v.object({ statusCode: v.number(), name: v.picklist(resendErrorNames), message: v.string() }),
);
