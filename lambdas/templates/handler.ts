// Entry of the template routes but the one that sends (lambdas/mail): wiring only.
import { createSecretsClient } from "../../shared/aws/clients.ts";
import { createDocumentClient } from "../../shared/aws/dynamodb.ts";
import { createSecretReader } from "../../shared/aws/secret.ts";
import { requestLimits } from "../../shared/contract/rate-limit.ts";
import { createRequestCounts } from "../../shared/store/request-counts.ts";
import { createTemplates } from "../../shared/store/templates.ts";
import { createCursors } from "../runtime/cursor.ts";
import { parseEnv } from "../runtime/env.ts";
import { httpHandler } from "../runtime/http.ts";
import { timedId } from "../runtime/random-id.ts";
import { createRateLimit } from "../runtime/rate-limit.ts";
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

const limitRate = createRateLimit({
  counts: createRequestCounts(directory),
  limits: requestLimits.templates,
  counted: "templates",
  clock: Date.now,
});

const deps: TemplatesDeps = {
  templates: createTemplates(directory),
  cursors: createCursors(createSecretReader(createSecretsClient(env), env.CURSOR_SECRET_ARN)),
  clock: Date.now,
  newTemplateId: () => timedId("tpl", Date.now()),
};

export const handler = httpHandler(
  limitRate({
    "GET /templates": listTemplates(deps),
    "POST /templates": createTemplate(deps),
    "POST /templates/preview": previewContent(),
    "GET /templates/{templateId}": getTemplate(deps),
    "PUT /templates/{templateId}": changeTemplate(deps),
    "DELETE /templates/{templateId}": deleteTemplate(deps),
    "GET /templates/{templateId}/versions": listTemplateVersions(deps),
    "POST /templates/{templateId}/preview": previewTemplate(deps),
  }),
);
