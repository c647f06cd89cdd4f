// The environment that a function sees: its template's variables and what Lambda's runtime adds. Nothing of the host's.
// Source: Lambda developer guide, "Defined runtime environment variables".
import { devNull } from "node:os";
import type { FunctionDefinition } from "./function-definition.ts";

export interface RoleCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
  expiresAtMs: number;
}

/** What functions need of the laptop's IAM and STS. */
export interface FunctionIdentity {
  /** Credentials that a function works with. Throws when its trust policy does not admit the service. */
  credentialsForService: (roleArn: string, servicePrincipal: string) => RoleCredentials | Promise<RoleCredentials>;
}

export const functionEnvironment = (
  definition: FunctionDefinition,
  run: { credentials: RoleCredentials; endpointUrl: string; logStreamName: string },
): Record<string, string> => ({
  AWS_ENDPOINT_URL: run.endpointUrl,
  // The SDK would look for the developer's own ~/.aws, which a function in AWS does not have.
  AWS_CONFIG_FILE: devNull,
  AWS_SHARED_CREDENTIALS_FILE: devNull,
  ...definition.environment,
  AWS_REGION: definition.region,
  AWS_DEFAULT_REGION: definition.region,
  AWS_EXECUTION_ENV: `AWS_Lambda_${definition.runtime}`,
  AWS_LAMBDA_FUNCTION_NAME: definition.name,
  AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(definition.memoryMb),
  AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
  AWS_LAMBDA_LOG_GROUP_NAME: definition.logGroupName,
  AWS_LAMBDA_LOG_STREAM_NAME: run.logStreamName,
  AWS_ACCESS_KEY_ID: run.credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: run.credentials.secretAccessKey,
  AWS_SESSION_TOKEN: run.credentials.sessionToken,
  _HANDLER: definition.handler,
  LAMBDA_TASK_ROOT: definition.folder,
  TZ: ":UTC",
});
