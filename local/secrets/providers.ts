// AWS::SecretsManager::Secret. A secret that is there from an earlier run keeps its value, unless the template says anew
// what it is or how it is made.
import * as v from "valibot";
import type { ResourceProviders } from "../cloudformation/provider.ts";
import { stableId } from "../cloudformation/stable-id.ts";
import { parseInput, templateBoolean, templateNumber } from "../json-input.ts";
import { AwsError } from "../protocol.ts";
import { generatePassword } from "./password.ts";
import type { Secret, SecretStore } from "./secret-store.ts";

const generation = v.strictObject({
  ExcludeCharacters: v.optional(v.string()),
  ExcludeLowercase: v.optional(templateBoolean),
  ExcludeNumbers: v.optional(templateBoolean),
  ExcludePunctuation: v.optional(templateBoolean),
  ExcludeUppercase: v.optional(templateBoolean),
  IncludeSpace: v.optional(templateBoolean),
  PasswordLength: v.optional(templateNumber),
  RequireEachIncludedType: v.optional(templateBoolean),
  SecretStringTemplate: v.optional(v.string()),
  GenerateStringKey: v.optional(v.string()),
});

/** Encryption keys and tags have no meaning on a laptop. */
const properties = v.strictObject({
  Name: v.optional(v.string()),
  Description: v.optional(v.string()),
  SecretString: v.optional(v.string()),
  GenerateSecretString: v.optional(generation),
  KmsKeyId: v.optional(v.unknown()),
  Tags: v.optional(v.unknown()),
});

type Properties = v.InferOutput<typeof properties>;

const type = "AWS::SecretsManager::Secret";

const invalid = (message: string) => new AwsError("ValidationError", `${type}: ${message}`);

function parseTemplate(text: string): Record<string, unknown> {
  try {
    const template: unknown = JSON.parse(text);
    if (typeof template === "object" && template !== null) return { ...template };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw invalid("SecretStringTemplate is not a JSON object");
}

/** The password alone, or in a JSON template under a key. */
function newSecretString({ SecretString, GenerateSecretString: rules }: Properties): string {
  if (SecretString !== undefined && rules) throw invalid("SecretString and GenerateSecretString exclude each other");
  if (SecretString !== undefined) return SecretString;
  const { SecretStringTemplate: template, GenerateStringKey: key, ...passwordRules } = rules ?? {};
  if ((template === undefined) !== (key === undefined))
    throw invalid("SecretStringTemplate and GenerateStringKey go together");
  const password = generatePassword(passwordRules);
  return template === undefined || key === undefined
    ? password
    : JSON.stringify({ ...parseTemplate(template), [key]: password });
}

export function createSecretProviders(deps: { store: SecretStore; clock: () => number }): ResourceProviders {
  const { store, clock } = deps;
  return {
    [type]: {
      create: (unparsed, { accountId, region, generatedName }) => {
        const parsed = parseInput(properties, unparsed, { what: type, code: "ValidationError" });
        const name = parsed.Name ?? generatedName;
        const arn =
          `arn:aws:secretsmanager:${region}:${accountId}:secret:` +
          `${name}-${stableId(`${accountId} ${region} ${name}`, 6)}`;
        const origin = JSON.stringify([parsed.SecretString, parsed.GenerateSecretString]);
        const existing = store.find(arn);
        const secret: Secret = {
          arn,
          name,
          accountId,
          region,
          ...(parsed.Description !== undefined && { description: parsed.Description }),
          createdAtMs: existing?.createdAtMs ?? clock(),
          origin,
          versions: existing?.versions ?? [],
        };
        store.save(secret);
        if (existing?.origin !== origin) store.putValue(secret, { SecretString: newSecretString(parsed) });
        return { ref: arn, attributes: { Id: arn } };
      },
      delete: ({ ref }) => store.remove(ref),
    },
  };
}
