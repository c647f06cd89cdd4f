// SendEmail of the SES v2 API: raw or simple content. What the laptop cloud lacks (templates, tenants, …) is refused by name.
import { randomUUID } from "node:crypto";
import * as v from "valibot";
import { parseInput } from "../json-input.ts";
import { AwsError } from "../protocol.ts";
import { composeMail } from "./compose.ts";
import type { WireDeps } from "./v1-operation.ts";
import type { V2Operation } from "./v2-operation.ts";

const content = v.strictObject({ Data: v.string(), Charset: v.optional(v.string()) });
const addresses = v.optional(v.array(v.string()), []);

const sendEmailBody = v.strictObject({
  FromEmailAddress: v.optional(v.string()),
  Destination: v.optional(
    v.strictObject({ ToAddresses: addresses, CcAddresses: addresses, BccAddresses: addresses }),
    {},
  ),
  ReplyToAddresses: addresses,
  FeedbackForwardingEmailAddress: v.optional(v.string()),
  EmailTags: v.optional(v.array(v.strictObject({ Name: v.string(), Value: v.string() })), []),
  ConfigurationSetName: v.optional(v.string()),
  ListManagementOptions: v.optional(v.strictObject({ ContactListName: v.string(), TopicName: v.optional(v.string()) })),
  Content: v.strictObject({
    Raw: v.optional(v.strictObject({ Data: v.string() })),
    Simple: v.optional(
      v.strictObject({
        Subject: content,
        Body: v.strictObject({ Text: v.optional(content), Html: v.optional(content) }),
        Headers: v.optional(v.array(v.strictObject({ Name: v.string(), Value: v.string() })), []),
      }),
    ),
  }),
});
type SendEmailBody = v.InferOutput<typeof sendEmailBody>;

const sizeLimitBytes = 40 * 1024 * 1024;

const refuse = (message: string): AwsError => new AwsError("BadRequestException", message);

function rawOf({ Content, FromEmailAddress: from, Destination, ReplyToAddresses }: SendEmailBody): Buffer {
  if (Content.Raw) return Buffer.from(Content.Raw.Data, "base64");
  if (!Content.Simple) throw refuse("Content must be Raw or Simple.");
  if (from === undefined) throw refuse("Missing required parameter FromEmailAddress.");
  const { Subject, Body, Headers } = Content.Simple;
  return composeMail({
    from,
    to: Destination.ToAddresses,
    cc: Destination.CcAddresses,
    replyTo: ReplyToAddresses,
    subject: Subject.Data,
    ...(Body.Text && { text: Body.Text.Data }),
    ...(Body.Html && { html: Body.Html.Data }),
    headers: Headers.map(({ Name, Value }) => ({ name: Name, value: Value })),
    boundary: `----=_Part_${randomUUID()}`,
  });
}

function listManagementOf({ ContactListName, TopicName }: NonNullable<SendEmailBody["ListManagementOptions"]>) {
  return { contactListName: ContactListName, ...(TopicName !== undefined && { topicName: TopicName }) };
}

export const createSendOperation =
  ({ accept }: WireDeps): V2Operation =>
  async ({ caller, region, body: unchecked }) => {
    const body = parseInput(sendEmailBody, unchecked, { what: "SendEmail", code: "BadRequestException" });
    const { Destination, FromEmailAddress, ConfigurationSetName, ListManagementOptions } = body;
    const destinations = [...Destination.ToAddresses, ...Destination.CcAddresses, ...Destination.BccAddresses];
    const messageId = await accept(caller, region, {
      operation: "SendEmail",
      raw: rawOf(body),
      tags: body.EmailTags,
      sizeLimitBytes,
      ...(FromEmailAddress !== undefined && { source: FromEmailAddress }),
      ...(destinations.length > 0 && { destinations }),
      ...(ConfigurationSetName !== undefined && { configurationSet: ConfigurationSetName }),
      ...(ListManagementOptions && { listManagement: listManagementOf(ListManagementOptions) }),
    });
    return { MessageId: messageId };
  };
