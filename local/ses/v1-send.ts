// The sending operations of the SES v1 API, and its templates.
import { randomUUID } from "node:crypto";
import { AwsError, unsupported, type Caller } from "../protocol.ts";
import type { EmailTemplate } from "./accounts.ts";
import { composeMail } from "./compose.ts";
import { element, findParameter, getParameter, listMembers, listTags } from "./query-form.ts";
import { assertRenderable, parseTemplateData, renderTemplate } from "./templates.ts";
import type { V1Operation, V1Request, WireDeps } from "./v1-operation.ts";

/** SES's default; a mail may be larger in the v2 API only. */
const sizeLimitBytes = 10 * 1024 * 1024;

function assertOwnIdentities(caller: Caller, form: URLSearchParams): void {
  for (const name of ["SourceArn", "FromArn", "ReturnPathArn"]) {
    const arn = form.get(name);
    if (arn !== null && arn.split(":")[4] !== caller.accountId)
      throw unsupported(`sending for another account (${name}) in SES`);
  }
}

/** What every sending operation takes alike. */
const sendingOptions = (form: URLSearchParams) => {
  const configurationSet = findParameter(form, "ConfigurationSetName");
  return { tags: listTags(form), sizeLimitBytes, ...(configurationSet !== undefined && { configurationSet }) };
};

function destinationOf(form: URLSearchParams) {
  const [to = [], cc = [], bcc = []] = ["To", "Cc", "Bcc"].map((kind) =>
    listMembers(form, `Destination.${kind}Addresses`),
  );
  return { to, cc, bcc, all: [...to, ...cc, ...bcc] };
}

const parseTemplate = (form: URLSearchParams): EmailTemplate => {
  const template: EmailTemplate = { TemplateName: getParameter(form, "Template.TemplateName") };
  for (const part of ["SubjectPart", "HtmlPart", "TextPart"] as const) {
    const value = form.get(`Template.${part}`);
    if (value !== null) template[part] = value;
  }
  return template;
};

export function createV1SendOperations({ accounts, accept }: WireDeps): Record<string, V1Operation> {
  const send = async (request: V1Request, content: { subject?: string; html?: string; text?: string }, more = {}) => {
    const { form } = request;
    assertOwnIdentities(request.caller, form);
    const { to, cc, all } = destinationOf(form);
    const source = getParameter(form, "Source");
    const replyTo = listMembers(form, "ReplyToAddresses");
    const raw = composeMail({ from: source, to, cc, replyTo, ...content, boundary: `----=_Part_${randomUUID()}` });
    const messageId = await accept(request.caller, request.region, {
      operation: "SendEmail",
      raw,
      source,
      destinations: all,
      ...sendingOptions(form),
      ...more,
    });
    return element("MessageId", messageId);
  };

  return {
    SendRawEmail: async ({ caller, region, form }) => {
      assertOwnIdentities(caller, form);
      const raw = Buffer.from(getParameter(form, "RawMessage.Data"), "base64");
      const source = findParameter(form, "Source");
      const destinations = listMembers(form, "Destinations");
      const messageId = await accept(caller, region, {
        operation: "SendRawEmail",
        raw,
        ...(source !== undefined && { source }),
        ...(destinations.length > 0 && { destinations }),
        ...sendingOptions(form),
      });
      return element("MessageId", messageId);
    },

    SendEmail: (request) => {
      const html = request.form.get("Message.Body.Html.Data");
      const text = request.form.get("Message.Body.Text.Data");
      return send(request, {
        subject: getParameter(request.form, "Message.Subject.Data"),
        ...(html !== null && { html }),
        ...(text !== null && { text }),
      });
    },

    SendTemplatedEmail: (request) => {
      const name = getParameter(request.form, "Template");
      const template = request.account.templates.get(name);
      if (!template) throw new AwsError("TemplateDoesNotExist", `Template ${name} does not exist`);
      const rendered = renderTemplate(template, parseTemplateData(getParameter(request.form, "TemplateData")));
      const operation = "SendTemplatedEmail";
      return "failure" in rendered
        ? send(request, {}, { operation, renderingFailure: rendered.failure })
        : send(request, rendered, { operation });
    },

    CreateTemplate: ({ account, form }) => {
      const template = parseTemplate(form);
      assertRenderable(template);
      if (account.templates.has(template.TemplateName))
        throw new AwsError("AlreadyExists", `Template ${template.TemplateName} already exists.`);
      account.templates.set(template.TemplateName, template);
      accounts.changed();
      return "";
    },
  };
}
