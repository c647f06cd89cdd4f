// Random passwords by the rules of Secrets Manager's GetRandomPassword and CloudFormation's GenerateSecretString.
import { randomInt } from "node:crypto";
import { AwsError } from "../protocol.ts";

export interface PasswordRules {
  ExcludeCharacters?: string | undefined;
  ExcludeLowercase?: boolean | undefined;
  ExcludeNumbers?: boolean | undefined;
  ExcludePunctuation?: boolean | undefined;
  ExcludeUppercase?: boolean | undefined;
  IncludeSpace?: boolean | undefined;
  /** 32 by default, 4,096 at most. */
  PasswordLength?: number | undefined;
  /** True by default: at least one character of each kind that is not excluded. */
  RequireEachIncludedType?: boolean | undefined;
}

const lowercase = "abcdefghijklmnopqrstuvwxyz";
const numbers = "0123456789";
/** The characters that the API reference lists for ExcludePunctuation. */
const punctuation = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

const defaultLength = 32;
const maxLength = 4096;

const pick = (characters: string) => characters.charAt(randomInt(characters.length));

function shuffle(characters: string[]): string {
  for (let last = characters.length - 1; last > 0; last -= 1) {
    const other = randomInt(last + 1);
    [characters[last], characters[other]] = [characters[other] ?? "", characters[last] ?? ""];
  }
  return characters.join("");
}

/** @throws AwsError `InvalidParameterException` where the rules leave no such password */
export function generatePassword(rules: PasswordRules): string {
  const { PasswordLength: length = defaultLength, RequireEachIncludedType: requiresEach = true } = rules;
  const excluded = new Set(rules.ExcludeCharacters);
  const kinds = [
    rules.ExcludeLowercase === true ? "" : lowercase,
    rules.ExcludeUppercase === true ? "" : lowercase.toUpperCase(),
    rules.ExcludeNumbers === true ? "" : numbers,
    rules.ExcludePunctuation === true ? "" : punctuation,
    rules.IncludeSpace === true ? " " : "",
  ]
    .map((kind) =>
      Array.from(kind)
        .filter((character) => !excluded.has(character))
        .join(""),
    )
    .filter((kind) => kind !== "");

  const required = requiresEach ? kinds.map(pick) : [];
  if (kinds.length === 0 || length < Math.max(1, required.length) || length > maxLength)
    throw new AwsError("InvalidParameterException", "The rules of the password leave none of this length.");
  const all = kinds.join("");
  return shuffle([...required, ...Array.from({ length: length - required.length }, () => pick(all))]);
}
