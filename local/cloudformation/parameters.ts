// The values of a template's parameters: what was given, else the default, checked against the declared constraints.
import { unsupported } from "../protocol.ts";
import type { TemplateParameter } from "./template.ts";

/** A list for the list types. */
export type ParameterValue = string | string[];

const listTypes = new Set(["CommaDelimitedList", "List<Number>", "List<String>"]);
const plainTypes = new Set(["String", "Number", "AWS::SSM::Parameter::Name", ...listTypes]);
const storedType = /^AWS::SSM::Parameter::Value<(.+)>$/;

function fault(parameter: TemplateParameter, value: string): string | undefined {
  const { AllowedValues, AllowedPattern, MinLength, MaxLength, MinValue, MaxValue } = parameter;
  if (parameter.Type === "Number" && (value.trim() === "" || Number.isNaN(Number(value)))) return "must be a number";
  if (AllowedValues && !AllowedValues.map(String).includes(value))
    return `must be one of ${AllowedValues.map(String).join(", ")}`;
  if (AllowedPattern !== undefined && !new RegExp(`^(?:${AllowedPattern})$`).test(value))
    return `must match pattern ${AllowedPattern}`;
  if (MinLength !== undefined && value.length < Number(MinLength)) return `must have at least ${MinLength} characters`;
  if (MaxLength !== undefined && value.length > Number(MaxLength)) return `must have at most ${MaxLength} characters`;
  if (MinValue !== undefined && Number(value) < Number(MinValue)) return `must be at least ${MinValue}`;
  if (MaxValue !== undefined && Number(value) > Number(MaxValue)) return `must be at most ${MaxValue}`;
  return undefined;
}

const split = (value: string) => (value === "" ? [] : value.split(",").map((part) => part.trim()));

/**
 * @param findStored reads a parameter of Systems Manager
 * @throws when a value lacks, is unknown to the template, or breaks a constraint; values stay out of messages (NoEcho)
 */
export function parameterValues(
  declared: Record<string, TemplateParameter>,
  given: Record<string, string>,
  findStored: (name: string) => string | undefined,
): Record<string, ParameterValue> {
  const unknown = Object.keys(given).filter((name) => !(name in declared));
  if (unknown.length > 0) throw new Error(`Parameters [${unknown.join(", ")}] do not exist in the template.`);
  const missing = Object.keys(declared).filter((name) => (given[name] ?? declared[name]?.Default) === undefined);
  if (missing.length > 0) throw new Error(`Parameters [${missing.join(", ")}] must have values.`);

  return Object.fromEntries(
    Object.entries(declared).map(([name, parameter]): [string, ParameterValue] => {
      const value = String(given[name] ?? parameter.Default);
      const wrong = fault(parameter, value);
      if (wrong !== undefined) throw new Error(`Parameter ${name} ${parameter.ConstraintDescription ?? wrong}.`);

      const storedAs = storedType.exec(parameter.Type)?.[1];
      const type = storedAs ?? parameter.Type;
      if (!plainTypes.has(type)) throw unsupported(`the parameter type ${parameter.Type}`);
      const actual = storedAs === undefined ? value : findStored(value);
      if (actual === undefined) throw new Error(`Parameter ${name}: Systems Manager has no parameter of that name.`);
      return [name, listTypes.has(type) ? split(actual) : actual];
    }),
  );
}
