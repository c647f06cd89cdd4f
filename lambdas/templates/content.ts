// What a template may hold: everything that is wrong with it is said when it is saved, with its place.
import { maxTemplateBytes, type TemplateContentRequest } from "../../shared/contract/api/templates.ts";
import { linkInSubject } from "../../shared/contract/api/unsubscribe.ts";
import { AppError, type ErrorDetail } from "../../shared/contract/error.ts";
import { sizeBytesOf } from "../../shared/domain/clip.ts";
import { parseTemplate, TemplateSyntaxError, type Template } from "../../shared/domain/template.ts";
import type { TemplateContent } from "../../shared/store/templates.ts";
import { invalidInput } from "../runtime/input.ts";

export interface ParsedContent {
  subject: Template;
  html: Template | undefined;
  text: Template | undefined;
}

/** @throws AppError `too_large`; `invalid_request` naming line and column of the first fault of each part */
export function parseContent({
  subject,
  html,
  text,
}: Pick<TemplateContentRequest, "subject" | "html" | "text">): ParsedContent {
  if (sizeBytesOf(subject) + sizeBytesOf(html ?? "") + sizeBytesOf(text ?? "") > maxTemplateBytes)
    throw new AppError("too_large", `A template takes ${maxTemplateBytes} bytes of subject, HTML and text together.`, {
      details: [{ path: "html", message: "is too large: attach images or link to them" }],
    });
  const wrong: ErrorDetail[] = [];
  const parse = (source: string, path: string): Template => {
    try {
      return parseTemplate(source);
    } catch (error) {
      if (!(error instanceof TemplateSyntaxError)) throw error;
      wrong.push({ path, message: error.message });
      return parseTemplate("");
    }
  };
  const parsed = {
    subject: parse(subject, "subject"),
    html: html === undefined ? undefined : parse(html, "html"),
    text: text === undefined ? undefined : parse(text, "text"),
  };
  const fault = linkInSubject(subject);
  if (fault !== undefined) wrong.push({ path: "subject", message: fault });
  if (wrong.length > 0) throw invalidInput(wrong);
  return parsed;
}

export const partsOf = ({ subject, html, text }: ParsedContent): Template[] =>
  [subject, html, text].filter((part) => part !== undefined);

/** Without members that are not given. */
export function toContent({ name, subject, html, text, unsubscribe }: TemplateContentRequest): TemplateContent {
  return {
    name,
    subject,
    ...(html === undefined ? {} : { html }),
    ...(text === undefined ? {} : { text }),
    ...(unsubscribe === undefined ? {} : { unsubscribe }),
  };
}
