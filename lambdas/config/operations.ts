// What a browser must know before anyone signs in. Public: nothing here may be secret.
import type { DashboardConfig } from "../../shared/contract/api/config.ts";
import type { FunctionEnv } from "../../shared/contract/env.ts";
import { ok, type ApiResponse, type PublicRequest } from "../runtime/http.ts";

export const getConfig =
  (env: FunctionEnv<"config">) =>
  async ({ baseUrl }: Pick<PublicRequest, "baseUrl">): Promise<ApiResponse> =>
    ok({
      region: env.AWS_REGION,
      userPoolId: env.USER_POOL_ID,
      userPoolClientId: env.USER_POOL_CLIENT_ID,
      ...(env.USER_POOL_ENDPOINT ? { userPoolEndpoint: env.USER_POOL_ENDPOINT } : {}),
      apiUrl: baseUrl,
      ...(env.INBOX_URL ? { inboxUrl: env.INBOX_URL } : {}),
    } satisfies DashboardConfig);
