// The form of a CloudFormation template, read from JSON. What its parts mean: parameters.ts, intrinsics.ts, engine.ts.
import { unsupported } from "../protocol.ts";

export interface TemplateParameter {
  Type: string;
  Default?: string | number;
  AllowedValues?: (string | number)[];
  AllowedPattern?: string;
  ConstraintDescription?: string;
  MinLength?: number | string;
  MaxLength?: number | string;
  MinValue?: number | string;
  MaxValue?: number | string;
  NoEcho?: boolean | string;
}

export interface TemplateResource {
  Type: string;
  Properties?: Record<string, unknown>;
  DependsOn?: string | string[];
  /** Name of a condition. */
  Condition?: string;
  Metadata?: Record<string, unknown>;
  DeletionPolicy?: string;
  UpdateReplacePolicy?: string;
}

export interface TemplateOutput {
  Value: unknown;
  Condition?: string;
  Export?: { Name: unknown };
}

export interface Template {
  Parameters: Record<string, TemplateParameter>;
  Mappings: Record<string, Record<string, Record<string, unknown>>>;
  Conditions: Record<string, unknown>;
  Resources: Record<string, TemplateResource>;
  Outputs: Record<string, TemplateOutput>;
}

/** What says nothing about what there will be. Rules check parameters; the CDK's ask for its bootstrap version. */
const withoutEffect = new Set(["AWSTemplateFormatVersion", "Description", "Metadata", "Rules"]);
const sections = ["Parameters", "Mappings", "Conditions", "Resources", "Outputs"];

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Takes the object or its JSON text. @throws for YAML and for a section that would change what is made */
export function parseTemplate(source: unknown): Template {
  const parsed: unknown = typeof source === "string" ? JSON.parse(source) : source;
  if (!isObject(parsed) || !isObject(parsed["Resources"])) throw new Error("A template is an object with Resources.");
  for (const section of Object.keys(parsed))
    if (!withoutEffect.has(section) && !sections.includes(section))
      throw unsupported(`the template section ${section}`);
  const template = Object.fromEntries(sections.map((name) => [name, parsed[name] ?? {}])) as unknown as Template;
  for (const [logicalId, resource] of Object.entries(template.Resources)) {
    if (typeof resource.Type !== "string") throw new Error(`The resource ${logicalId} has no Type.`);
    for (const name of [resource.DependsOn ?? []].flat())
      if (!(name in template.Resources))
        throw new Error(`The resource ${logicalId} depends on ${name}, which is not there.`);
  }
  return template;
}
