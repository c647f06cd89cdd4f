// Secrets of Secrets Manager.
import { GetSecretValueCommand, type SecretsManagerClient } from "@aws-sdk/client-secrets-manager";

/** The secret's text as it is now. */
export async function readSecret(client: SecretsManagerClient, secretArn: string): Promise<string> {
  const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: secretArn }));
  if (!SecretString) throw new Error("The secret is empty.");
  return SecretString;
}

/** A function that answers the secret's text, read once in a process's life; a failure to read it is tried again at the next call. */
export function createSecretReader(client: SecretsManagerClient, secretArn: string): () => Promise<string> {
  let reading: Promise<string> | undefined;
  return () =>
    (reading ??= readSecret(client, secretArn).catch((error: unknown) => {
      reading = undefined;
      throw error;
    }));
}
