// Tenants in the Directory table, and which tenant a user belongs to.
//
//   tenant   TENANT#<tenantId> / TENANT
//   user     USER#<sub> / USER
import { GetCommand, TransactWriteCommand, type DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { untilWon } from "./condition.ts";

export type Tenants = ReturnType<typeof createTenants>;

export function createTenants({ client, tableName }: { client: DynamoDBDocumentClient; tableName: string }) {
  /** The tenant of a user, by the `sub` that their user pool gave them and never changes. */
  async function findTenantOfUser(userId: string): Promise<string | undefined> {
    const { Item } = await client.send(
      new GetCommand({ TableName: tableName, Key: { pk: `USER#${userId}`, sk: "USER" }, ConsistentRead: true }),
    );
    return Item?.["tenantId"] as string | undefined;
  }

  /**
   * The tenant of a user, who gets the given new one if they have none. Two calls at once agree on one tenant.
   * @param newTenant used only when the user has no tenant
   */
  const ensureTenantOfUser = (userId: string, newTenant: { tenantId: string; createdAt: string }): Promise<string> =>
    untilWon(async () => {
      const known = await findTenantOfUser(userId);
      if (known !== undefined) return known;
      const { tenantId } = newTenant;
      const put = (item: Record<string, string>) => ({
        Put: { TableName: tableName, Item: item, ConditionExpression: "attribute_not_exists(pk)" },
      });
      await client.send(
        new TransactWriteCommand({
          TransactItems: [
            put({ pk: `USER#${userId}`, sk: "USER", userId, ...newTenant }),
            put({ pk: `TENANT#${tenantId}`, sk: "TENANT", ownerId: userId, ...newTenant }),
          ],
        }),
      );
      return tenantId;
    });

  return { findTenantOfUser, ensureTenantOfUser };
}
