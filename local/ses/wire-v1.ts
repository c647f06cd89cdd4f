// SES v1 over the wire: query parameters in, XML out. Sending itself is accept.ts.
import { randomUUID } from "node:crypto";
import { AwsError, escapeXml, unsupported, xmlReply, type AwsCall, type AwsReply, type Caller } from "../protocol.ts";
import type { Accept } from "./accept.ts";
import type { Accounts, EmailTemplate, SesAccount } from "./accounts.ts";
import { composeMail } from "./compose.ts";
import { identityType } from "./identities.ts";
import type { MessageTag } from "./message-tags.ts";
import { sentLast24Hours } from "./quota.ts";
import { assertRenderable, parseTemplateData, renderTemplate } from "./templates.ts";

export interface WireDeps {
  accounts: Accounts;
  accept: Accept;
  clock: () => number;
  /** Awaited before an operation; what it throws is answered. */
  faults?: (operation: string) => Promise<void> | void;
}

interface Request {
  caller: Caller;
  region: string;
  account: SesAccount;
  form: URLSearchParams;
}

/** Answers what stands inside the operation's result element. */
type Operation = (request: Request) => Promise<string> | string;

/** SES's default; a mail may be raised to 40 MB in the v2 API only. */
const sizeLimitBytes = 10 * 1024 * 1024;

const element = (name: string, value: string | number): string => `<${name}>${escapeXml(String(value))}</${name}>`;

function listMembers(form: URLSearchParams, prefix: string): string[] {
  const values: string[] = [];
  for (let index = 1; ; index += 1) {
    const value = form.get(`${prefix}.member.${index}`);
    if (value === null) return values;
    values.push(value);
  }
}

function listTags(form: URLSearchParams): MessageTag[] {
  const tags: MessageTag[] = [];
  for (let index = 1; form.has(`Tags.member.${index}.Name`); index += 1)
    tags.push({
      Name: form.get(`Tags.member.${index}.Name`) ?? "",
      Value: form.get(`Tags.member.${index}.Value`) ?? "",
    });
  return tags;
}

function getParameter(form: URLSearchParams, name: string): string {
  const value = form.get(name);
  if (value === null) throw new AwsError("ValidationError", `Missing required parameter ${name}.`);
  return value;
}

const optional = (form: URLSearchParams, name: string): string | undefined => form.get(name) ?? undefined;

function assertOwnIdentities(form: URLSearchParams): void {
  for (const name of ["SourceArn", "FromArn", "ReturnPathArn"])
    if (form.has(name)) throw unsupported(`sending for another account (${name}) in SES`);
}

/** What every sending operation takes alike. */
const sendingOptions = (form: URLSearchParams) => {
  const configurationSet = optional(form, "ConfigurationSetName");
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

function createOperations({ accounts, accept, clock }: WireDeps): Record<string, Operation> {
  const send = async (request: Request, content: { subject?: string; html?: string; text?: string }, more = {}) => {
    const { form } = request;
    assertOwnIdentities(form);
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
      assertOwnIdentities(form);
      const raw = Buffer.from(getParameter(form, "RawMessage.Data"), "base64");
      const source = optional(form, "Source");
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

    GetSendQuota: ({ account: { quota } }) =>
      element("Max24HourSend", quota.max24Hours) +
      element("MaxSendRate", quota.maxSendRate) +
      element("SentLast24Hours", sentLast24Hours(quota, clock())),

    GetSendStatistics: ({ account: { quota } }) => {
      const points = quota.activity.map(
        (point) =>
          `<member>${element("Timestamp", new Date(point.quarterStartMs).toISOString())}` +
          `${element("DeliveryAttempts", point.attempts)}${element("Bounces", point.bounces)}` +
          `${element("Complaints", point.complaints)}${element("Rejects", point.rejects)}</member>`,
      );
      return `<SendDataPoints>${points.join("")}</SendDataPoints>`;
    },

    ListIdentities: ({ account, form }) => {
      const wanted = form.get("IdentityType");
      const names = [...account.identities.keys()].filter(
        (name) => wanted === null || (identityType(name) === "DOMAIN" ? "Domain" : "EmailAddress") === wanted,
      );
      return `<Identities>${names.map((name) => element("member", name)).join("")}</Identities>`;
    },

    VerifyEmailIdentity: ({ account, form }) => {
      const address = getParameter(form, "EmailAddress");
      if (!account.identities.has(address)) account.identities.set(address, {});
      accounts.changed();
      return "";
    },
  };
}

const namespace = "http://ses.amazonaws.com/doc/2010-12-01/";

/** @throws AwsError in v1's names. */
export function createWireV1(deps: WireDeps): (call: AwsCall, caller: Caller) => Promise<AwsReply> {
  const operations = createOperations(deps);
  return async (call, caller) => {
    const form = new URLSearchParams(call.body.toString("utf8"));
    const name = form.get("Action") ?? "";
    await deps.faults?.(name);
    const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
    if (!operation) throw unsupported(`the SES operation ${name}`);
    const account = deps.accounts.accountOf(caller.accountId, call.region);
    const result = await operation({ caller, region: call.region, account, form });
    return xmlReply(
      `<${name}Response xmlns="${namespace}"><${name}Result>${result}</${name}Result>` +
        `<ResponseMetadata>${element("RequestId", randomUUID())}</ResponseMetadata></${name}Response>`,
    );
  };
}
