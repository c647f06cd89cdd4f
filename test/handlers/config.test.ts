// What a browser learns before anyone signs in.
import { expect, test } from "vitest";
import { getConfig } from "../../lambdas/config/operations.ts";
import { publicHttpHandler } from "../../lambdas/runtime/http.ts";
import type { DashboardConfig } from "../../shared/contract/api/config.ts";
import { call } from "../support/api-request.ts";

const env = { AWS_REGION: "us-east-1", USER_POOL_ID: "us-east-1_Pool", USER_POOL_CLIENT_ID: "client" };

test("in AWS the browser finds the user pool by its region", async () => {
  const handler = publicHttpHandler({ "GET /config": getConfig({ ...env, USER_POOL_ENDPOINT: "", INBOX_URL: "" }) });

  const answer = await call<DashboardConfig>(handler, "GET /config", { actor: null });

  expect(answer.status).toBe(200);
  expect(answer.body).toEqual({
    region: "us-east-1",
    userPoolId: "us-east-1_Pool",
    userPoolClientId: "client",
    apiUrl: "https://api.shop.example",
  });
});

test("on a laptop it is told where the user pool and the inbox are", async () => {
  const laptop = { USER_POOL_ENDPOINT: "http://127.0.0.1:4566", INBOX_URL: "http://127.0.0.1:4566/inbox" };
  const handler = publicHttpHandler({ "GET /config": getConfig({ ...env, ...laptop }) });

  const { body } = await call<DashboardConfig>(handler, "GET /config", {
    actor: null,
    headers: { host: "127.0.0.1:4567", "x-forwarded-proto": "http" },
  });

  expect(body).toMatchObject({
    userPoolEndpoint: "http://127.0.0.1:4566",
    inboxUrl: "http://127.0.0.1:4566/inbox",
    apiUrl: "http://127.0.0.1:4567",
  });
});
