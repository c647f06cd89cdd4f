// A stored template and a recipient's data → the subject and the bodies of a mail, or what is wrong with either.
import { subjectFault } from "../../shared/contract/api/mail-fields.ts";
import { AppError, type ErrorDetail } from "../../shared/contract/error.ts";
import {
  MissingVariable,
  parseTemplate,
  pathInData,
  renderTemplate,
  TemplateTooLarge,
  type Template,
} from "../../shared/domain/template.ts";
import type { StoredTemplate } from "../../shared/store/templates.ts";
import { invalidInput } from "../runtime/input.ts";

export interface RenderedMail {
  subject: string;
  html?: string;
  text?: string;
}

interface ParsedTemplate {
  subject: Template;
  html: Template | undefined;
  text: Template | undefined;
}

const parsed = new WeakMap<StoredTemplate, ParsedTemplate>();

/**
 * @param path where the data stand in the request: `data`; what is wrong with them is named below it (`data.name`)
 * @throws AppError `invalid_request` naming everything that is missing, `too_large`
 */
export function renderMail(
  template: StoredTemplate,
  data: Readonly<Record<string, unknown>>,
  path: string,
): RenderedMail {
  const { subject, html, text } = parseStored(template);
  const wrong = new Map<string, ErrorDetail>();
  const render = (part: Template, escape: "html" | "none"): string => {
    try {
      return renderTemplate(part, data, { escape });
    } catch (error) {
      if (error instanceof TemplateTooLarge) throw tooLarge(template, error, path);
      if (!(error instanceof MissingVariable)) throw error;
      for (const problem of error.problems)
        wrong.set(problem.path, { path: pathInData(path, problem.path), message: problem.message });
      return "";
    }
  };
  const mail: RenderedMail = { subject: render(subject, "none") };
  if (html) mail.html = render(html, "html");
  if (text) mail.text = render(text, "none");
  if (wrong.size > 0) throw invalidInput([...wrong.values()]);
  const fault = subjectFault(mail.subject);
  if (fault !== undefined) throw invalidInput([{ path, message: fault }]);
  return mail;
}

/** What was accepted when the template was saved is accepted here: the parser is the same. */
function parseStored(template: StoredTemplate): ParsedTemplate {
  const known = parsed.get(template);
  if (known) return known;
  const { subject, html, text } = template;
  const fresh = {
    subject: parseTemplate(subject),
    html: html === undefined ? undefined : parseTemplate(html),
    text: text === undefined ? undefined : parseTemplate(text),
  };
  parsed.set(template, fresh);
  return fresh;
}

function tooLarge({ templateId }: StoredTemplate, cause: TemplateTooLarge, path: string): AppError {
  return new AppError("too_large", `The template ${templateId} with these data ${cause.message}.`, {
    details: [{ path, message: "is too much for the template" }],
    cause,
  });
}
