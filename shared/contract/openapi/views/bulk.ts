// What the routes of bulks answer.
import * as v from "valibot";
import {
  bulkRecipientStatuses,
  bulkStatuses,
  type BulkPage,
  type BulkPreview,
  type BulkRecipientPage,
  type BulkRecipientView,
  type BulkView,
} from "../../api/bulk.ts";
import { recipientErrorCodes } from "../../api/mail-result.ts";
import { instant, pageOf, total, viewOf } from "../view.ts";
import { recipientTrouble, sentRecipient, suppressedRecipient } from "./mail.ts";

const counts = v.object(
  Object.fromEntries(bulkRecipientStatuses.map((status) => [status, total])) as Record<
    (typeof bulkRecipientStatuses)[number],
    typeof total
  >,
);

export const bulkView = viewOf<BulkView>()(
  v.object({
    id: v.string(),
    name: v.string(),
    status: v.picklist(bulkStatuses),
    from: v.string(),
    subject: v.string(),
    connection: v.string(),
    createdAt: instant,
    scheduledAt: v.optional(instant),
    finishedAt: v.optional(instant),
    total,
    counts,
    waitingUntil: v.optional(instant),
    waitingFor: v.optional(v.string()),
  }),
);

export const bulkPreview = viewOf<BulkPreview>()(
  v.object({
    connection: v.string(),
    recipients: total,
    repeated: total,
    invalid: total,
    problems: v.array(
      v.object({
        recipient: v.string(),
        line: v.optional(total),
        code: v.picklist(recipientErrorCodes),
        message: v.string(),
      }),
    ),
    first: v.optional(
      v.object({
        recipient: v.string(),
        subject: v.string(),
        html: v.optional(v.string()),
        text: v.optional(v.string()),
      }),
    ),
  }),
);

export const bulkPage = viewOf<BulkPage>()(pageOf(bulkView));

export const bulkRecipientView = viewOf<BulkRecipientView>()(
  v.union([
    v.object(sentRecipient),
    v.object(suppressedRecipient),
    v.object(recipientTrouble),
    v.object({ recipient: v.string(), status: v.picklist(["waiting", "sending", "cancelled"]) }),
  ]),
);

export const bulkRecipientPage = viewOf<BulkRecipientPage>()(pageOf(bulkRecipientView));
