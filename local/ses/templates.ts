// E-mail templates of the v1 API and their rendering: `{{name}}` and `{{path.to.name}}`. Blocks, helpers and partials
// of Handlebars are refused when the template is made.
import { AwsError, unsupported } from "../protocol.ts";
import type { EmailTemplate } from "./accounts.ts";
import type { RenderingFailure } from "./message.ts";

const variable = /\{\{\{?\s*([\w.-]+)\s*\}?\}\}/g;

const partsOf = (template: EmailTemplate): string[] =>
  [template.SubjectPart, template.HtmlPart, template.TextPart].filter((part) => part !== undefined);

/** @throws AwsError `NotImplemented` for anything beyond variables. */
export function assertRenderable(template: EmailTemplate): void {
  for (const part of partsOf(template)) {
    const beyond = /\{\{[^}]*\}?\}\}/.exec(part.replaceAll(variable, ""));
    if (beyond) throw unsupported(`the template expression ${beyond[0]} of SES`);
  }
}

const lookUp = (data: unknown, path: string): unknown =>
  path
    .split(".")
    .reduce<unknown>(
      (value, key) =>
        typeof value === "object" && value !== null && Object.hasOwn(value, key)
          ? (value as Record<string, unknown>)[key]
          : undefined,
      data,
    );

/** @throws AwsError `InvalidParameterValue` where the data is not a JSON object. */
export function parseTemplateData(json: string): Record<string, unknown> {
  try {
    const data: unknown = JSON.parse(json);
    if (typeof data === "object" && data !== null && !Array.isArray(data)) return data as Record<string, unknown>;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new AwsError("InvalidParameterValue", "Template data must be a JSON object.");
}

export type Rendered = { subject: string; html?: string; text?: string } | { failure: RenderingFailure };

/** A variable that the data lacks is no error of the call: SES takes the mail, and its rendering fails after. */
export function renderTemplate(template: EmailTemplate, data: Record<string, unknown>): Rendered {
  const names = partsOf(template).flatMap((part) => [...part.matchAll(variable)].map((match) => match[1] ?? ""));
  const missing = names.find((name) => lookUp(data, name) === undefined);
  if (missing !== undefined)
    return {
      failure: {
        errorMessage: `Attribute '${missing}' is not present in the rendering data.`,
        templateName: template.TemplateName,
      },
    };
  const render = (part: string) =>
    part.replaceAll(variable, (_, name: string) => {
      const value = lookUp(data, name);
      return typeof value === "string" ? value : JSON.stringify(value);
    });
  return {
    subject: render(template.SubjectPart ?? ""),
    ...(template.HtmlPart !== undefined && { html: render(template.HtmlPart) }),
    ...(template.TextPart !== undefined && { text: render(template.TextPart) }),
  };
}
