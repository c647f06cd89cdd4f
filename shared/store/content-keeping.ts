// Whether a tenant keeps the content of its mail, for how long, and the key that it is sealed with: part of the settings
// item (settings.ts).
import { GetCommand, UpdateCommand, type DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { defaultRetentionDays } from "../domain/retention.ts";
import { newContentKey } from "./content-sealing.ts";
import type { Item } from "./dynamo-batch.ts";
import { orUnavailable } from "./dynamo-retry.ts";
import { settingsKey } from "./settings.ts";

export interface ContentKeeping {
  /** From the sending on; never longer than the message itself is kept. */
  days: number;
  /** AES-256, in base64: a secret. */
  key: string;
}

export type ContentKeepings = ReturnType<typeof createContentKeepings>;

const toKeeping = ({ contentDays, contentKey, retentionDays = defaultRetentionDays }: Item = {}):
  | ContentKeeping
  | undefined =>
  contentDays === undefined || contentKey === undefined
    ? undefined
    : { days: Math.min(contentDays as number, retentionDays as number), key: contentKey as string };

export function createContentKeepings({ client, tableName }: { client: DynamoDBDocumentClient; tableName: string }) {
  const readSettings = async (tenantId: string): Promise<Item | undefined> =>
    (
      await orUnavailable(
        client.send(new GetCommand({ TableName: tableName, Key: settingsKey(tenantId), ConsistentRead: true })),
      )
    ).Item;

  /**
   * Undefined while the tenant keeps none.
   * @throws AppError `unavailable`
   */
  const findContentKeeping = async (tenantId: string): Promise<ContentKeeping | undefined> =>
    toKeeping(await readSettings(tenantId));

  /** As it was set, even where the retention is shorter; 0 for none. @throws AppError `unavailable` */
  const getContentDays = async (tenantId: string): Promise<number> =>
    ((await readSettings(tenantId))?.["contentDays"] as number | undefined) ?? 0;

  /**
   * With 0 the key is destroyed: what was kept cannot be read by anybody from then on, also not when content is kept again.
   * @throws AppError `unavailable`
   */
  async function setContentDays(tenantId: string, days: number): Promise<void> {
    const change =
      days === 0
        ? { UpdateExpression: "REMOVE contentDays, contentKey" }
        : {
            UpdateExpression: "SET contentDays = :days, contentKey = if_not_exists(contentKey, :key)",
            ExpressionAttributeValues: { ":days": days, ":key": newContentKey() },
          };
    await orUnavailable(
      client.send(new UpdateCommand({ TableName: tableName, Key: settingsKey(tenantId), ...change })),
    );
  }

  return { findContentKeeping, getContentDays, setContentDays };
}
