// Entry of the template routes but the one that sends (lambdas/mail): wiring only.
import { createSecretsClient } from "../../shared/aws/clients.ts";
import { createDocumentClient } from "../../shared/aws/dynamodb.ts";
import { createSecretReader } from "../../shared/aws/secret.ts";
import { createTemplates } from "../../shared/store/templates.ts";
import { createCursors } from "../runtime/cursor.ts";
import { parseEnv } from "../runtime/env.ts";
import { httpHandler } from "../runtime/http.ts";
import { timedId } from "../runtime/random-id.ts";
import { limitRequests } from "../runtime/request-limits.ts";
import {
  changeTemplate,
  createTemplate,
  deleteTemplate,
  getTemplate,
  listTemplates,
  listTemplateVersions,
  type TemplatesDeps,
} from "./operations.ts";
import { previewContent, previewTemplate } from "./preview.ts";

const env = parseEnv("templates");

const directory = { client: createDocumentClient(env), tableName: env.DIRECTORY_TABLE };

const deps: TemplatesDeps = {
  templates: createTemplates(directory),
  cursors: createCursors(createSecretReader(createSecretsClient(env), env.CURSOR_SECRET_ARN)),
  clock: Date.now,
  newTemplateId: () => timedId("tpl", Date.now()),
};

export const handler = httpHandler(
  limitRequests(
    {
      "GET /templates": listTemplates(deps),
      "POST /templates": createTemplate(deps),
      "POST /templates/preview": previewContent(),
      "GET /templates/{templateId}": getTemplate(deps),
      "PUT /templates/{templateId}": changeTemplate(deps),
      "DELETE /templates/{templateId}": deleteTemplate(deps),
      "GET /templates/{templateId}/versions": listTemplateVersions(deps),
      "POST /templates/{templateId}/preview": previewTemplate(deps),
    },
    { ...directory, kind: "templates" },
  ),
);
