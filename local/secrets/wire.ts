// Secrets Manager on the wire, JSON 1.1.
import * as v from "valibot";
import { parseBody, parseInput } from "../json-input.ts";
import { AwsError, jsonReply, targetOperation, unsupported, type AwsCall, type AwsService } from "../protocol.ts";
import type { Secret, SecretStore, SecretValue, SecretVersion } from "./secret-store.ts";

const stages = ["AWSCURRENT", "AWSPREVIOUS"] as const;

const getSecretValueInput = v.strictObject({
  SecretId: v.string(),
  VersionId: v.optional(v.string()),
  VersionStage: v.optional(v.string()),
});

const describeSecretInput = v.strictObject({ SecretId: v.string() });

/** By the beginnings of descriptions alone, all on one page. */
const listSecretsInput = v.strictObject({
  Filters: v.optional(v.array(v.strictObject({ Key: v.literal("description"), Values: v.array(v.string()) }))),
  MaxResults: v.optional(v.number()),
});

/** A stage other than AWSCURRENT is for rotation, which there is none of here. */
const putSecretValueInput = v.strictObject({
  SecretId: v.string(),
  ClientRequestToken: v.optional(v.pipe(v.string(), v.minLength(32), v.maxLength(64))),
  SecretString: v.optional(v.string()),
  SecretBinary: v.optional(v.string()),
  VersionStages: v.optional(v.tuple([v.literal("AWSCURRENT")])),
});

const stagesOf = ({ versions }: Secret, version: SecretVersion) =>
  stages.filter((_, index) => versions[index] === version);

function getVersion(secret: Secret, { VersionId: id, VersionStage: stage }: v.InferOutput<typeof getSecretValueInput>) {
  const wanted = stage ?? (id === undefined ? "AWSCURRENT" : undefined);
  const version = secret.versions.find(
    (candidate) =>
      (id === undefined || candidate.id === id) &&
      (wanted === undefined || stagesOf(secret, candidate).some((name) => name === wanted)),
  );
  if (version) return version;
  throw new AwsError(
    "ResourceNotFoundException",
    `Secrets Manager can't find the specified secret value for ${wanted === undefined ? `VersionId: ${id}` : `staging label: ${wanted}`}`,
  );
}

function toValue({ SecretString, SecretBinary }: SecretValue): SecretValue {
  if ((SecretString === undefined) === (SecretBinary === undefined))
    throw new AwsError("InvalidRequestException", "You must provide either SecretString or SecretBinary, not both.");
  return SecretString === undefined ? { SecretBinary } : { SecretString };
}

const seconds = (ms: number) => ms / 1000;

const matches = ({ description = "" }: Secret, { Filters = [] }: v.InferOutput<typeof listSecretsInput>): boolean =>
  Filters.every(({ Values }) => Values.some((value) => description.toLowerCase().startsWith(value.toLowerCase())));

const summaryOf = (secret: Secret) => ({
  ARN: secret.arn,
  Name: secret.name,
  ...(secret.description !== undefined && { Description: secret.description }),
  CreatedDate: seconds(secret.createdAtMs),
  LastChangedDate: seconds(secret.versions[0]?.createdAtMs ?? secret.createdAtMs),
});

export function createSecretWire(store: SecretStore): AwsService {
  const callerOf = ({ caller }: AwsCall) => {
    if (caller) return caller;
    throw new AwsError("MissingAuthenticationToken", "Request is missing Authentication Token", { status: 403 });
  };
  const getSecret = (call: AwsCall, secretId: string): Secret =>
    store.get(callerOf(call).accountId, call.region, secretId);

  const operations: Record<string, (call: AwsCall, name: { what: string; code: string }) => unknown> = {
    GetSecretValue: (call, name) => {
      const input = parseInput(getSecretValueInput, parseBody(call), name);
      const secret = getSecret(call, input.SecretId);
      const version = getVersion(secret, input);
      return {
        ARN: secret.arn,
        Name: secret.name,
        VersionId: version.id,
        ...version.value,
        VersionStages: stagesOf(secret, version),
        CreatedDate: seconds(version.createdAtMs),
      };
    },
    DescribeSecret: (call, name) => {
      const secret = getSecret(call, parseInput(describeSecretInput, parseBody(call), name).SecretId);
      return {
        ...summaryOf(secret),
        RotationEnabled: false,
        VersionIdsToStages: Object.fromEntries(
          secret.versions.map((version) => [version.id, stagesOf(secret, version)]),
        ),
      };
    },
    ListSecrets: (call, name) => {
      const input = parseInput(listSecretsInput, parseBody(call), name);
      const found = store.list(callerOf(call).accountId, call.region).filter((secret) => matches(secret, input));
      return { SecretList: found.map(summaryOf) };
    },
    PutSecretValue: (call, name) => {
      const input = parseInput(putSecretValueInput, parseBody(call), name);
      const secret = getSecret(call, input.SecretId);
      const version = store.putValue(secret, toValue(input), input.ClientRequestToken);
      return { ARN: secret.arn, Name: secret.name, VersionId: version.id, VersionStages: stagesOf(secret, version) };
    },
  };

  return async (call) => {
    const what = targetOperation(call);
    const operation = operations[what];
    if (!operation) throw unsupported(`secretsmanager:${what}`);
    return jsonReply(operation(call, { what, code: "InvalidParameterException" }), "1.1");
  };
}
