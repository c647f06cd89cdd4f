// One secret of Secrets Manager, read once in a process's life.
import { GetSecretValueCommand, type SecretsManagerClient } from "@aws-sdk/client-secrets-manager";

/** A function that answers the secret's text; a failure to read it is tried again at the next call. */
export function createSecretReader(client: SecretsManagerClient, secretArn: string): () => Promise<string> {
  let reading: Promise<string> | undefined;
  const read = async () => {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: secretArn }));
    if (!SecretString) throw new Error("The secret is empty.");
    return SecretString;
  };
  return () =>
    (reading ??= read().catch((error: unknown) => {
      reading = undefined;
      throw error;
    }));
}
