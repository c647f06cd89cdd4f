// The secrets of all accounts, with their versions, kept over restarts.
import { randomUUID } from "node:crypto";
import { AwsError } from "../protocol.ts";
import type { StateFolder } from "../state.ts";

/** One of the two is set. Binary is base64 text. */
export interface SecretValue {
  SecretString?: string;
  SecretBinary?: string;
}

export interface SecretVersion {
  id: string;
  value: SecretValue;
  createdAtMs: number;
}

export interface Secret {
  arn: string;
  name: string;
  accountId: string;
  region: string;
  description?: string;
  createdAtMs: number;
  /** How the template had its value made; a change of it makes a new value. */
  origin: string;
  /** The current one first, then the previous one. */
  versions: SecretVersion[];
}

export interface SecretStore {
  find: (arn: string) => Secret | undefined;
  /**
   * By name, or by ARN with or without its random suffix.
   * @throws AwsError `ResourceNotFoundException`, also for another account's
   */
  get: (accountId: string, region: string, secretId: string) => Secret;
  list: (accountId: string, region: string) => Secret[];
  save: (secret: Secret) => void;
  remove: (arn: string) => void;
  /**
   * Adds the value as the current version, and gives that.
   * @throws AwsError `ResourceExistsException` where the version has another value already
   */
  putValue: (secret: Secret, value: SecretValue, versionId?: string) => SecretVersion;
}

const stateName = "secrets";

const suffix = /-[A-Za-z0-9]{6}$/;

const isCalled = ({ arn, name }: Secret, secretId: string) =>
  secretId === name || secretId === arn || secretId === arn.replace(suffix, "");

export function createSecretStore({ state, clock }: { state: StateFolder; clock: () => number }): SecretStore {
  const secrets = new Map((state.read<Secret[]>(stateName) ?? []).map((secret) => [secret.arn, secret]));
  const changed = () => state.save(stateName, () => [...secrets.values()]);

  return {
    find: (arn) => secrets.get(arn),
    get: (accountId, region, secretId) => {
      for (const secret of secrets.values())
        if (secret.accountId === accountId && secret.region === region && isCalled(secret, secretId)) return secret;
      throw new AwsError("ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
    },
    list: (accountId, region) =>
      [...secrets.values()].filter((secret) => secret.accountId === accountId && secret.region === region),
    save: (secret) => {
      secrets.set(secret.arn, secret);
      changed();
    },
    remove: (arn) => {
      secrets.delete(arn);
      changed();
    },
    putValue: (secret, value, id = randomUUID()) => {
      const existing = secret.versions.find((version) => version.id === id);
      if (existing) {
        if (JSON.stringify(existing.value) === JSON.stringify(value)) return existing;
        throw new AwsError("ResourceExistsException", "A resource with the ID you requested already exists.");
      }
      const version: SecretVersion = { id, value, createdAtMs: clock() };
      secret.versions = [version, ...secret.versions].slice(0, 2);
      changed();
      return version;
    },
  };
}
