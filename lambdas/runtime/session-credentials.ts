// Sessions of customers' roles, remembered as the deployment has chosen: for every function that sends or ends them.
import type { STSClient } from "@aws-sdk/client-sts";
import { createConnectionCredentials, type ConnectionCredentials } from "../../shared/aws/connection-credentials.ts";
import { createCredentialTiers } from "../../shared/aws/credential-tiers.ts";
import type { AwsEnv } from "../../shared/aws/settings.ts";
import type { CredentialCacheEnv } from "../../shared/contract/env.ts";
import { count, log } from "./log.ts";

/** @param opensEarly for a function that is there to send: the cache is opened with the process */
export const createSessionCredentials = (
  env: AwsEnv & CredentialCacheEnv,
  { sts, opensEarly = false }: { sts: STSClient; opensEarly?: boolean },
): ConnectionCredentials =>
  createConnectionCredentials({
    sts,
    tiers: createCredentialTiers(env, {
      opensEarly,
      onFault: (reason) => {
        log.warn("The credential cache did not answer, so STS is asked.", { reason });
        count("credentialCacheFault");
      },
    }),
  });
