// Mail templates in the language of Handlebars: parsing, rendering, and which names one uses. Nothing is ever evaluated as
// code; rendering reaches own members of the data alone and is bounded in steps and in size.
import { MissingVariable } from "./template-errors.ts";
import { run, type Rendered, type RenderOptions } from "./template-run.ts";
import type { Template } from "./template-nodes.ts";
import { parseSyntax } from "./template-syntax.ts";
import { findVariables, type TemplateVariable } from "./template-variables.ts";

export type { Template } from "./template-nodes.ts";
export {
  MissingVariable,
  pathInData,
  TemplateSyntaxError,
  TemplateTooLarge,
  type DataProblem,
} from "./template-errors.ts";
export type { TemplateVariable } from "./template-variables.ts";

/**
 * Variables, paths, `../`, `this`, `@` variables, if, unless, each, with, sections, lookup, `{{{raw}}}`, comments, white
 * space control, as in Handlebars 4 (https://handlebarsjs.com/guide/). No partials, decorators or helpers of one's own.
 * @throws TemplateSyntaxError with line and column
 */
export const parseTemplate = (source: string): Template => parseSyntax(source);

/**
 * What `if` and `unless` ask for may be missing, and what a block with an `{{else}}` goes over. Nothing else.
 * @throws MissingVariable naming every missing path; TemplateTooLarge
 */
export function renderTemplate(
  template: Template,
  data: Readonly<Record<string, unknown>>,
  options: RenderOptions,
): string {
  const { text, problems } = run(template, data, options);
  if (problems.length > 0) throw new MissingVariable(problems);
  return text;
}

/**
 * As far as the data go: what is missing is left empty, and told.
 * @throws TemplateTooLarge
 */
export const previewTemplate = (
  template: Template,
  data: Readonly<Record<string, unknown>>,
  options: RenderOptions,
): Rendered => run(template, data, options);

/** The names that templates use together, each once, in the order of their first use. */
export const variablesOf = (templates: readonly Template[]): TemplateVariable[] => findVariables(templates);
