// Mail templates in the language of Handlebars: parsing, rendering, and which names one uses. Nothing is ever evaluated as
// code; rendering reaches own members of the data alone and is bounded in steps and in size.
import { run, type RenderOptions } from "./template-run.ts";
import type { Template } from "./template-nodes.ts";
import { parseSyntax } from "./template-syntax.ts";

export type { Template } from "./template-nodes.ts";
export { MissingVariable, TemplateSyntaxError, TemplateTooLarge, type DataProblem } from "./template-errors.ts";

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
export const renderTemplate = (
  template: Template,
  data: Readonly<Record<string, unknown>>,
  options: RenderOptions,
): string => run(template, data, options);
