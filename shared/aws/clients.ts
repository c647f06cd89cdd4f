// Clients of our own account's services, one small function each so that a bundle holds only what its function uses.
// The customer's SES is reached through connection-clients.ts, the tables through dynamodb.ts.
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { SchedulerClient } from "@aws-sdk/client-scheduler";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SQSClient } from "@aws-sdk/client-sqs";
import { STSClient } from "@aws-sdk/client-sts";
import { clientSettings, type AwsEnv } from "./settings.ts";

export const createEventBridgeClient = (env: AwsEnv): EventBridgeClient => new EventBridgeClient(clientSettings(env));

export const createQueueClient = (env: AwsEnv): SQSClient => new SQSClient(clientSettings(env));

/** Whoever schedules waits for it, and it is not needed (schedules.ts): at most some 4 s. */
export const createSchedulerClient = (env: AwsEnv): SchedulerClient =>
  new SchedulerClient(clientSettings(env, { timeoutMs: 2000, maxAttempts: 2 }));

export const createSecretsClient = (env: AwsEnv): SecretsManagerClient => new SecretsManagerClient(clientSettings(env));

/** The regional STS endpoint, signed with our function's own role. A send waits for it: at most some 6 s. */
export const createStsClient = (env: AwsEnv): STSClient =>
  new STSClient(clientSettings(env, { timeoutMs: 3000, maxAttempts: 2 }));
