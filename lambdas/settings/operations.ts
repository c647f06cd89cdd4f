// A tenant's settings: how long what belongs to a message is kept.
import type { RewriteQueue } from "../../shared/aws/rewrite-queue.ts";
import { authorize } from "../../shared/contract/actor.ts";
import {
  changeSettingsRequest,
  type RetentionChangeView,
  type SettingsView,
} from "../../shared/contract/api/settings.ts";
import type { ContentKeepings } from "../../shared/store/content-keeping.ts";
import { retentionDelaySeconds } from "../../shared/contract/rewrite-job.ts";
import {
  nextChangeNumber,
  type RetentionChange,
  type Settings,
  type TenantSettings,
} from "../../shared/store/settings.ts";
import { ok, type ApiRequest, type ApiResponse } from "../runtime/http.ts";
import { parseInput } from "../runtime/input.ts";

export interface SettingsDeps {
  settings: Pick<Settings, "getSettings" | "changeRetention">;
  keepings: Pick<ContentKeepings, "getContentDays" | "setContentDays">;
  rewrites: RewriteQueue;
  clock: () => number;
}

export const getSettings =
  ({ settings, keepings }: Pick<SettingsDeps, "settings" | "keepings">) =>
  async (request: ApiRequest): Promise<ApiResponse> => {
    const tenantId = authorize(request.actor, "settings:read");
    return ok(await viewOf({ settings, keepings }, tenantId));
  };

/**
 * What the new retention hides is hidden by the time this answers. The work on what is stored is asked for before the
 * setting is written: work for a change that was never made does nothing, while a change without its work would stay half done.
 */
export const changeSettings =
  (deps: SettingsDeps) =>
  async (request: ApiRequest): Promise<ApiResponse> => {
    const { retentionDays, contentDays } = parseInput(changeSettingsRequest, request.body, "body");
    const tenantId = authorize(request.actor, "settings:write");
    if (retentionDays !== undefined) await changeRetention(deps, tenantId, retentionDays);
    if (contentDays !== undefined) await deps.keepings.setContentDays(tenantId, contentDays);
    return ok(await viewOf(deps, tenantId));
  };

async function changeRetention({ settings, rewrites, clock }: SettingsDeps, tenantId: string, retentionDays: number) {
  const before = await settings.getSettings(tenantId);
  if (before.retentionDays === retentionDays) return;
  const change = nextChangeNumber(before);
  await rewrites.send({ kind: "retention", tenantId, change, step: 0 }, { delaySeconds: retentionDelaySeconds });
  await settings.changeRetention(tenantId, before, { retentionDays, nowMs: clock() });
}

async function viewOf(
  { settings, keepings }: Pick<SettingsDeps, "settings" | "keepings">,
  tenantId: string,
): Promise<SettingsView> {
  const [current, contentDays] = await Promise.all([settings.getSettings(tenantId), keepings.getContentDays(tenantId)]);
  return toSettingsView(current, contentDays);
}

const toSettingsView = ({ retentionDays, change }: TenantSettings, contentDays: number): SettingsView => ({
  retentionDays,
  contentDays,
  ...(change ? { retentionChange: toChangeView(change) } : {}),
});

function toChangeView({ changedAt, rewrite }: RetentionChange): RetentionChangeView {
  const { step, place, looked, rewritten, finishedAt } = rewrite;
  const begun = step === 0 ? "waiting" : "running";
  return {
    changedAt,
    state: finishedAt === undefined ? begun : "done",
    ...(place && finishedAt === undefined ? { lookedAtDaysAfter: place.day } : {}),
    looked,
    rewritten,
    ...(finishedAt === undefined ? {} : { finishedAt }),
  };
}
