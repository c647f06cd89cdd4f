// A tenant's settings in the Directory table, and how far the work is that a change of them began.
//
//   settings   TENANT#<tenantId> / SETTINGS     absent until something is set
import { GetCommand, UpdateCommand, type DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { AppError } from "../contract/error.ts";
import { defaultRetentionDays, expiredUntil } from "../domain/retention.ts";
import { isConditionFailed } from "./condition.ts";
import type { Item } from "./dynamo-batch.ts";
import { orUnavailable } from "./dynamo-retry.ts";
import type { Keeping } from "./keeping.ts";
import type { ExpiryRewritePlace } from "./ledger/rewrite-expiries.ts";

/** The rewriting of expiries that a change of the retention began. */
export interface RetentionRewrite {
  /** One more with each step that is done. */
  step: number;
  /** Where the next step begins; absent before the first. */
  place?: ExpiryRewritePlace;
  /** List rows that were looked at, and items that got another expiry. */
  looked: number;
  rewritten: number;
  /** ISO 8601 UTC. */
  finishedAt?: string;
}

export interface RetentionChange {
  /** 1 for the tenant's first: work for an older one stops. */
  number: number;
  /** ISO 8601 UTC. */
  changedAt: string;
  rewrite: RetentionRewrite;
}

export interface TenantSettings extends Keeping {
  change?: RetentionChange;
}

export type Settings = ReturnType<typeof createSettings>;

export const settingsKey = (tenantId: string) => ({ pk: `TENANT#${tenantId}`, sk: "SETTINGS" });

const parseSettings = (item: Item = {}): TenantSettings => {
  const { retentionDays = defaultRetentionDays, forgottenUntil, hasErasures = false, change } = item;
  return {
    retentionDays: retentionDays as number,
    hasErasures: hasErasures as boolean,
    ...(forgottenUntil === undefined ? {} : { forgottenUntil: forgottenUntil as string }),
    ...(change === undefined ? {} : { change: change as RetentionChange }),
  };
};

const laterOf = (a: string, b = ""): string => (a > b ? a : b);

export function createSettings({ client, tableName }: { client: DynamoDBDocumentClient; tableName: string }) {
  /**
   * A consistent read: what was set a moment ago holds.
   * @throws AppError `unavailable`
   */
  async function getSettings(tenantId: string): Promise<TenantSettings> {
    const { Item } = await orUnavailable(
      client.send(new GetCommand({ TableName: tableName, Key: settingsKey(tenantId), ConsistentRead: true })),
    );
    return parseSettings(Item);
  }

  /**
   * Sets another retention, and that nothing has been rewritten for it yet.
   * @param before what the settings were when the caller looked
   * @throws AppError `conflict` when somebody changed it in between; `unavailable`
   */
  async function changeRetention(
    tenantId: string,
    before: TenantSettings,
    { retentionDays, nowMs }: { retentionDays: number; nowMs: number },
  ): Promise<TenantSettings> {
    const change: RetentionChange = {
      number: nextChangeNumber(before),
      changedAt: new Date(nowMs).toISOString(),
      rewrite: { step: 0, looked: 0, rewritten: 0 },
    };
    const forgottenUntil = laterOf(expiredUntil(nowMs, before.retentionDays), before.forgottenUntil);
    try {
      await orUnavailable(
        client.send(
          new UpdateCommand({
            TableName: tableName,
            Key: settingsKey(tenantId),
            UpdateExpression: "SET retentionDays = :days, forgottenUntil = :forgotten, #change = :change",
            ConditionExpression: before.change ? "#change.#number = :before" : "attribute_not_exists(#change)",
            ExpressionAttributeNames: { "#change": "change", ...(before.change ? { "#number": "number" } : {}) },
            ExpressionAttributeValues: {
              ":days": retentionDays,
              ":forgotten": forgottenUntil,
              ":change": change,
              ...(before.change ? { ":before": before.change.number } : {}),
            },
          }),
        ),
      );
    } catch (error) {
      if (!isConditionFailed(error)) throw error;
      throw new AppError("conflict", "Somebody else changed the settings at the same moment: look at them again.", {
        cause: error,
      });
    }
    return { ...before, retentionDays, forgottenUntil, change };
  }

  /**
   * Says how far the rewriting for a change is. False when the change is not the tenant's last any more, or somebody else
   * did this step.
   * @throws AppError `unavailable`
   */
  async function moveRewrite(
    tenantId: string,
    { number, step }: { number: number; step: number },
    rewrite: RetentionRewrite,
  ): Promise<boolean> {
    try {
      await orUnavailable(
        client.send(
          new UpdateCommand({
            TableName: tableName,
            Key: settingsKey(tenantId),
            UpdateExpression: "SET #change.rewrite = :rewrite",
            ConditionExpression: "#change.#number = :number AND #change.rewrite.step = :step",
            ExpressionAttributeNames: { "#change": "change", "#number": "number" },
            ExpressionAttributeValues: { ":rewrite": rewrite, ":number": number, ":step": step },
          }),
        ),
      );
      return true;
    } catch (error) {
      if (isConditionFailed(error)) return false;
      throw error;
    }
  }

  return { getSettings, changeRetention, moveRewrite };
}

export const nextChangeNumber = ({ change }: Pick<TenantSettings, "change">): number => (change?.number ?? 0) + 1;
