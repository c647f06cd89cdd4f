// What the routes of a tenant's own things answer: keys, settings, suppressions, a recipient's rights; and the configuration.
import * as v from "valibot";
import type { ApiKeyView, CreatedApiKey } from "../../api/api-keys.ts";
import type { DashboardConfig } from "../../api/config.ts";
import { erasureWindows, type ErasureView } from "../../api/recipient-rights.ts";
import type { SettingsView } from "../../api/settings.ts";
import { suppressionReasons, type AddedSuppressions, type SuppressionPage } from "../../api/suppressions.ts";
import { instant, pageOf, total, viewOf } from "../view.ts";

const apiKey = { keyId: v.string(), name: v.string(), lastFour: v.string(), createdAt: instant };

export const apiKeyList = v.object({ items: v.array(viewOf<ApiKeyView>()(v.object(apiKey))) });

export const createdApiKey = viewOf<CreatedApiKey>()(v.object({ ...apiKey, key: v.string() }));

export const settingsView = viewOf<SettingsView>()(
  v.object({
    retentionDays: total,
    contentDays: total,
    retentionChange: v.optional(
      v.object({
        changedAt: instant,
        state: v.picklist(["waiting", "running", "done"]),
        lookedAtDaysAfter: v.optional(v.string()),
        looked: total,
        rewritten: total,
        finishedAt: v.optional(instant),
      }),
    ),
  }),
);

const suppression = {
  reason: v.picklist(suppressionReasons),
  list: v.optional(v.string()),
  since: instant,
  evidence: v.optional(v.object({ messageId: v.string(), eventId: v.string() })),
  possible: v.optional(v.boolean()),
};

const suppressedAddress = v.object({ ...suppression, address: v.string(), reasons: v.array(v.object(suppression)) });

export const suppressionPage = viewOf<SuppressionPage>()(pageOf(suppressedAddress));

export const addedSuppressions = viewOf<AddedSuppressions>()(v.object({ items: v.array(suppressedAddress) }));

const erasure = {
  erasedAt: instant,
  state: v.picklist(["running", "done"]),
  finishedAt: v.optional(instant),
  messages: total,
  copiesKeptDays: v.object({
    eventArchive: v.literal(erasureWindows.eventArchive),
    tableBackups: v.literal(erasureWindows.tableBackups),
    sentMailRecords: v.literal(erasureWindows.sentMailRecords),
    deadLetterQueues: v.literal(erasureWindows.deadLetterQueues),
  }),
};

export const erasureView = viewOf<ErasureView>()(v.object({ ...erasure, address: v.string() }));

/** Outcomes and events as they are stored (shared/domain/outcome.ts): a hand-over, no shape to build on. */
export const recipientExport = v.object({
  address: v.string(),
  exportedAt: instant,
  outcomes: v.array(v.looseObject({ messageId: v.string(), recipient: v.string(), sentAt: instant })),
  furtherEvents: v.array(v.looseObject({ messageId: v.string(), recipient: v.string(), sentAt: instant })),
  sentMail: v.array(
    v.object({
      mailId: v.string(),
      createdAt: instant,
      expiresAt: instant,
      result: v.optional(v.looseObject({ recipient: v.string(), status: v.string() })),
    }),
  ),
  bulks: v.array(
    v.object({
      bulkId: v.string(),
      from: v.string(),
      subject: v.string(),
      createdAt: instant,
      scheduledAt: v.optional(instant),
      expiresAt: instant,
      data: v.optional(v.record(v.string(), v.unknown())),
      result: v.looseObject({ status: v.string() }),
    }),
  ),
  contents: v.array(
    v.object({
      messageId: v.string(),
      subject: v.string(),
      html: v.optional(v.string()),
      text: v.optional(v.string()),
      expiresAt: instant,
    }),
  ),
  withoutContents: v.optional(v.literal(true)),
  suppressions: v.optional(v.array(v.object(suppression))),
  erasure: v.optional(v.object(erasure)),
  cursor: v.optional(v.string()),
});

export const dashboardConfig = viewOf<DashboardConfig>()(
  v.object({
    region: v.string(),
    userPoolId: v.string(),
    userPoolClientId: v.string(),
    userPoolEndpoint: v.optional(v.string()),
    apiUrl: v.string(),
    inboxUrl: v.optional(v.string()),
  }),
);
