// The DynamoDB client of the stores. Which tables and items there are: shared/store.
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { clientSettings, type AwsEnv } from "./settings.ts";

/** A document client that leaves out undefined members, as the stores' items have optional ones. */
export const createDocumentClient = (env: AwsEnv): DynamoDBDocumentClient =>
  DynamoDBDocumentClient.from(new DynamoDBClient(clientSettings(env, { timeoutMs: 3000, maxAttempts: 5 })), {
    marshallOptions: { removeUndefinedValues: true },
  });
