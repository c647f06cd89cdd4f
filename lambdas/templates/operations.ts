// Templates made, changed by new versions, read, deleted. What they become with data: preview.ts.
import * as v from "valibot";
import { authorize } from "../../shared/contract/actor.ts";
import {
  changeTemplateRequest,
  createTemplateRequest,
  listTemplatesQuery,
  templateIdText,
  templateQuery,
  templatesPerPage,
  versionsPerPage,
  type TemplatePage,
  type TemplateVersionPage,
  type TemplateView,
} from "../../shared/contract/api/templates.ts";
import { variablesOf } from "../../shared/domain/template.ts";
import type { StoredTemplate, TemplatePosition, Templates } from "../../shared/store/templates.ts";
import type { Cursors, CursorScope } from "../runtime/cursor.ts";
import { created, noContent, ok, type ApiRequest, type ApiResponse } from "../runtime/http.ts";
import { parseInput } from "../runtime/input.ts";
import { parseContent, partsOf, toContent } from "./content.ts";

export interface TemplatesDeps {
  templates: Templates;
  cursors: Cursors;
  clock: () => number;
  newTemplateId: () => string;
}

export const templatePath = v.object({ templateId: templateIdText });

export const createTemplate =
  ({ templates, clock, newTemplateId }: TemplatesDeps) =>
  async ({ actor, body }: ApiRequest): Promise<ApiResponse> => {
    const request = parseInput(createTemplateRequest, body, "body");
    parseContent(request);
    const tenantId = authorize(actor, "templates:write");
    const change = { content: toContent(request), atIso: new Date(clock()).toISOString(), by: actor.id };
    return created(toTemplateView(await templates.createTemplate(tenantId, newTemplateId(), change)));
  };

export const changeTemplate =
  ({ templates, clock }: TemplatesDeps) =>
  async ({ actor, body, pathParameters }: ApiRequest): Promise<ApiResponse> => {
    const { templateId } = parseInput(templatePath, pathParameters, "path");
    const { ifVersion, ...request } = parseInput(changeTemplateRequest, body, "body");
    parseContent(request);
    const tenantId = authorize(actor, "templates:write");
    const change = { content: toContent(request), atIso: new Date(clock()).toISOString(), by: actor.id };
    return ok(toTemplateView(await templates.changeTemplate(tenantId, templateId, change, ifVersion)));
  };

export const getTemplate =
  ({ templates }: Pick<TemplatesDeps, "templates">) =>
  async ({ actor, query, pathParameters }: ApiRequest): Promise<ApiResponse> => {
    const { templateId } = parseInput(templatePath, pathParameters, "path");
    const { version } = parseInput(templateQuery, query, "query");
    const tenantId = authorize(actor, "templates:read");
    return ok(toTemplateView(await templates.getTemplate(tenantId, templateId, version)));
  };

export const deleteTemplate =
  ({ templates }: Pick<TemplatesDeps, "templates">) =>
  async ({ actor, pathParameters }: ApiRequest): Promise<ApiResponse> => {
    const { templateId } = parseInput(templatePath, pathParameters, "path");
    const tenantId = authorize(actor, "templates:delete");
    await templates.deleteTemplate(tenantId, templateId);
    return noContent();
  };

export const listTemplates =
  ({ templates, cursors }: Pick<TemplatesDeps, "templates" | "cursors">) =>
  async ({ actor, query }: ApiRequest): Promise<ApiResponse> => {
    const { cursor } = parseInput(listTemplatesQuery, query, "query");
    const tenantId = authorize(actor, "templates:read");
    const scope: CursorScope = { list: "templates", tenantId, filter: null };
    const position = await openPosition(cursors, cursor, scope);
    const page = await templates.listTemplates(tenantId, { limit: templatesPerPage, position });
    return ok({
      items: page.items,
      ...(page.position ? { cursor: await cursors.seal(page.position, scope) } : {}),
    } satisfies TemplatePage);
  };

export const listTemplateVersions =
  ({ templates, cursors }: Pick<TemplatesDeps, "templates" | "cursors">) =>
  async ({ actor, query, pathParameters }: ApiRequest): Promise<ApiResponse> => {
    const { templateId } = parseInput(templatePath, pathParameters, "path");
    const { cursor } = parseInput(listTemplatesQuery, query, "query");
    const tenantId = authorize(actor, "templates:read");
    const scope: CursorScope = { list: "template versions", tenantId, filter: templateId };
    const position = await openPosition(cursors, cursor, scope);
    const page = await templates.listVersions(tenantId, templateId, { limit: versionsPerPage, position });
    return ok({
      items: page.items.map(({ version, name, subject, createdAt, createdBy }) => ({
        version,
        name,
        subject,
        createdAt,
        createdBy,
      })),
      ...(page.position ? { cursor: await cursors.seal(page.position, scope) } : {}),
    } satisfies TemplateVersionPage);
  };

const openPosition = async (cursors: Cursors, cursor: string | undefined, scope: CursorScope) =>
  cursor === undefined ? undefined : ((await cursors.open(cursor, scope)) as TemplatePosition);

const toTemplateView = ({ createdBy: _createdBy, ...template }: StoredTemplate): TemplateView => ({
  ...template,
  variables: variablesOf(partsOf(parseContent(template))),
});
