// Queries and actions of templates. The others: api.ts.
import { action, query } from "@solidjs/router";
import type { SendMailResponse } from "../../../shared/contract/api/mail-result.ts";
import type {
  TemplateContentRequest,
  TemplatePage,
  TemplatePreview,
  TemplateVersionPage,
  TemplateView,
} from "../../../shared/contract/api/templates.ts";
import { request, withQuery } from "./http.ts";

const templatePath = (templateId: string): string => `/templates/${encodeURIComponent(templateId)}`;

const readTemplates = (cursor?: string): Promise<TemplatePage> =>
  request<TemplatePage>("GET", withQuery("/templates", { cursor }));

export const listTemplates = query(() => readTemplates(), "templates");

/** Not cached, as with events. */
export const listFurtherTemplates = (cursor: string): Promise<TemplatePage> => readTemplates(cursor);

/** The newest version, unless another one is named. */
export const getTemplate = query(
  (templateId: string, version?: number) =>
    request<TemplateView>("GET", withQuery(templatePath(templateId), { version: version?.toString() })),
  "template",
);

const readVersions = (templateId: string, cursor?: string): Promise<TemplateVersionPage> =>
  request<TemplateVersionPage>("GET", withQuery(`${templatePath(templateId)}/versions`, { cursor }));

export const listTemplateVersions = query((templateId: string) => readVersions(templateId), "template-versions");

/** Not cached, as with events. */
export const listFurtherVersions = (templateId: string, cursor: string): Promise<TemplateVersionPage> =>
  readVersions(templateId, cursor);

/** A new template; or the next version of one, unless it has been changed since `newest`. */
export const saveTemplate = action(
  (content: TemplateContentRequest, newest: TemplateView | undefined) =>
    newest
      ? request<TemplateView>("PUT", templatePath(newest.templateId), { ...content, ifVersion: newest.version })
      : request<TemplateView>("POST", "/templates", content),
  "save-template",
);

export const deleteTemplate = action(
  (templateId: string) => request<void>("DELETE", templatePath(templateId)),
  "delete-template",
);

/** Not cached: it is asked for with every pause in writing. */
export const previewTemplate = (
  draft: Omit<TemplateContentRequest, "name"> & { data: Record<string, unknown> },
): Promise<TemplatePreview> => request<TemplatePreview>("POST", "/templates/preview", draft);

export const testTemplate = action(
  (templateId: string, test: { from: string; to: string; version: number; data: Record<string, unknown> }) =>
    request<SendMailResponse>("POST", `${templatePath(templateId)}/test`, test),
  "test-template",
);
