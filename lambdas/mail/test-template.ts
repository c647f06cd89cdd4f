// POST /templates/{templateId}/test: a mail from a template to those who look after it, sent as any mail is, and marked.
import * as v from "valibot";
import { authorize } from "../../shared/contract/actor.ts";
import { templateIdText, testTemplateRequest, testTag } from "../../shared/contract/api/templates.ts";
import type { Templates } from "../../shared/store/templates.ts";
import type { ApiRequest, ApiResponse, Route } from "../runtime/http.ts";
import { parseInput } from "../runtime/input.ts";
import type { MailBody } from "./resend/request.ts";
import { renderLinkedMail } from "./unsubscribe.ts";

export interface TestTemplateDeps {
  templates: Pick<Templates, "getTemplate">;
  /** POST /mail. */
  sendMail: Route<ApiRequest>;
}

const templatePath = v.object({ templateId: templateIdText });

/** Before the subject, so that nobody takes it for the real mail. */
const mark = "[Test] ";

export const testTemplate =
  ({ templates, sendMail }: TestTemplateDeps) =>
  async (request: ApiRequest): Promise<ApiResponse> => {
    const { templateId } = parseInput(templatePath, request.pathParameters, "path");
    const { data, version, ...addressing } = parseInput(testTemplateRequest, request.body, "body");
    const tenantId = authorize(request.actor, "templates:read");
    const template = await templates.getTemplate(tenantId, templateId, version);
    const { unsubscribe } = template;
    const { subject, html, text } = renderLinkedMail(template, data, {
      canLeave: unsubscribe !== undefined,
      path: "data",
    });
    const body: MailBody = {
      ...addressing,
      subject: `${mark}${subject}`,
      ...(html === undefined ? {} : { html }),
      ...(text === undefined ? {} : { text }),
      ...(unsubscribe === undefined ? {} : { unsubscribe }),
      tags: { [testTag]: templateId },
    };
    return sendMail({ ...request, body });
  };
