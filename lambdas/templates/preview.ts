// What a mail from a template would be, as far as the data go. Nothing is sent.
import { authorize } from "../../shared/contract/actor.ts";
import { subjectFault } from "../../shared/contract/api/mail-fields.ts";
import {
  previewContentRequest,
  previewTemplateRequest,
  type TemplateContentRequest,
  type TemplatePreview,
} from "../../shared/contract/api/templates.ts";
import { sampleUnsubscribeUrl, unsubscribeVariable } from "../../shared/contract/api/unsubscribe.ts";
import { AppError } from "../../shared/contract/error.ts";
import { htmlToText } from "../../shared/domain/html-text.ts";
import {
  pathInData,
  previewTemplate as previewPart,
  TemplateTooLarge,
  variablesOf,
  type DataProblem,
  type Template,
} from "../../shared/domain/template.ts";
import type { Templates } from "../../shared/store/templates.ts";
import { ok, type ApiRequest, type ApiResponse } from "../runtime/http.ts";
import { parseInput } from "../runtime/input.ts";
import { parseContent, partsOf } from "./content.ts";
import { templatePath } from "./operations.ts";

/** Of a template that is stored. */
export const previewTemplate =
  ({ templates }: { templates: Pick<Templates, "getTemplate"> }) =>
  async ({ actor, body, pathParameters }: ApiRequest): Promise<ApiResponse> => {
    const { templateId } = parseInput(templatePath, pathParameters, "path");
    const { data, version } = parseInput(previewTemplateRequest, body, "body");
    const tenantId = authorize(actor, "templates:read");
    return ok(preview(await templates.getTemplate(tenantId, templateId, version), data));
  };

/** Of one that is still being written. */
export const previewContent =
  () =>
  async ({ actor, body }: ApiRequest): Promise<ApiResponse> => {
    const { data, ...content } = parseInput(previewContentRequest, body, "body");
    authorize(actor, "templates:read");
    return ok(preview(content, data));
  };

type Content = Pick<TemplateContentRequest, "subject" | "html" | "text" | "unsubscribe">;

function preview(content: Content, given: Record<string, unknown>): TemplatePreview {
  const parsed = parseContent(content);
  const data = content.unsubscribe ? { [unsubscribeVariable]: sampleUnsubscribeUrl, ...given } : given;
  const problems = new Map<string, DataProblem>();
  const render = (part: Template, escape: "html" | "none"): string => {
    try {
      const { text, problems: found } = previewPart(part, data, { escape });
      for (const { path, message } of found) problems.set(path, { path: pathInData("data", path), message });
      return text;
    } catch (error) {
      if (!(error instanceof TemplateTooLarge)) throw error;
      throw new AppError("too_large", `The template with these data ${error.message}.`, { cause: error });
    }
  };
  const subject = render(parsed.subject, "none");
  const fault = subjectFault(subject);
  if (fault !== undefined) problems.set("subject of the mail", { path: "data", message: fault });
  const html = parsed.html && render(parsed.html, "html");
  const text = parsed.text ? render(parsed.text, "none") : html !== undefined ? htmlToText(html) : undefined;
  return {
    subject,
    ...(html === undefined ? {} : { html }),
    ...(text === undefined ? {} : { text }),
    variables: variablesOf(partsOf(parsed)),
    problems: [...problems.values()],
  };
}
