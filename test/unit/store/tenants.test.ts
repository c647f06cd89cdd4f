// Users and their tenants, over the laptop's DynamoDB and the real client.
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTenants, type Tenants } from "../../../shared/store/tenants.ts";
import { startDynamoDb, type LocalDynamoDb } from "../../support/dynamodb.ts";

let dynamodb: LocalDynamoDb;
let tenants: Tenants;

beforeAll(async () => {
  dynamodb = await startDynamoDb();
  tenants = createTenants({ client: dynamodb.client, tableName: await dynamodb.createDirectoryTable() });
});
afterAll(() => dynamodb.stop());

const createdAt = "2026-11-23T08:00:00.000Z";

test("a user keeps the tenant that they got first", async () => {
  const first = await tenants.ensureTenantOfUser("sub-ada", { tenantId: "ten_1", createdAt });
  const again = await tenants.ensureTenantOfUser("sub-ada", { tenantId: "ten_2", createdAt });

  expect([first, again]).toEqual(["ten_1", "ten_1"]);
  expect(await tenants.findTenantOfUser("sub-ada")).toBe("ten_1");
});

test("two triggers at once agree on one tenant", async () => {
  const answers = await Promise.all(
    ["ten_3", "ten_4", "ten_5"].map((tenantId) => tenants.ensureTenantOfUser("sub-eve", { tenantId, createdAt })),
  );

  expect(new Set(answers).size).toBe(1);
});

test("a user who never signed up has no tenant", async () => {
  expect(await tenants.findTenantOfUser("sub-nobody")).toBeUndefined();
});
