// In words what a schema cannot say of its members.
import type * as v from "valibot";
import { bulkTriesDays, maxBulkRecipients, maxPreviewProblems } from "../api/bulk.ts";
import { idempotencyHours, maxMailBytes, maxRecipients } from "../api/mail.ts";
import { maxAheadDays, minAheadSeconds } from "../api/schedule.ts";
import { maxAddedSuppressions } from "../api/suppressions.ts";
import { maxTemplateBytes } from "../api/templates.ts";
import type { SchemaName, schemas } from "./schemas.ts";

/** A sentence about a member. */
export type FieldText = string;

type FieldTexts = {
  [Name in SchemaName]?: v.InferInput<(typeof schemas)[Name]> extends infer Input
    ? Partial<Record<Extract<keyof Input, string>, FieldText>>
    : never;
};

const cursor = "From the answer before, with the same filters.";
const period = {
  period: "Instead of `from` and `to`: up to now.",
  tz: "Whose days are meant, by IANA name (`Europe/Berlin`). Default: UTC.",
};
const eventFilters = {
  ...period,
  from: "Inclusive: a day or an instant. Default: 30 days before `to`.",
  to: "A day (inclusive) or an instant (exclusive). Default: now.",
  status: "One or several, separated by commas.",
  recipient: "An address, in any spelling.",
  messageId: "SES's id of a message.",
  tag: "A tag of yours, written `name:value`.",
  verdict: "Who caused an open or click: one or several, separated by commas.",
  q: "Text in the subject, in capitals or not.",
  cursor,
};

const template = {
  name: "Tells you what the mail is.",
  subject: "In the language of Handlebars, as are `html` and `text`.",
  html: `What is filled in is escaped. Subject, HTML and text together: at most ${maxTemplateBytes} bytes.`,
  text: "Default: made from what the HTML becomes. An empty text leaves the plain part out.",
  unsubscribe: "For mail from this template that does not say otherwise.",
};

const scheduledAt = `When it is to be sent, to about a minute: at least ${minAheadSeconds} seconds and at most ${maxAheadDays} days ahead. Default: now.`;

/** What the types and rules of a schema leave open. */
export const fieldTexts: FieldTexts = {
  SendMailRequest: {
    from: "One address, with or without a name, verified in your SES.",
    to: `One address or several; with \`cc\` and \`bcc\` at most ${maxRecipients}. Each recipient gets a message of their own, unless \`group\`.`,
    cc: "With `cc` or `bcc` the mail is one message for all.",
    bcc: "Named in no header.",
    replyTo: "One address or several.",
    html: `HTML, text and attachments together: at most ${maxMailBytes} bytes. Opens and clicks are tracked here.`,
    text: "Default: made from the HTML. An empty text leaves the plain part out.",
    template: "Brings subject, HTML and text: a template's id for its newest version, or with the version.",
    data: "What the template is filled in with.",
    headers: "Further headers, by name.",
    attachments: "Files, and images that the HTML shows.",
    tags: "Come back with every event.",
    configurationSet: "Default: the connection's own.",
    connection: "Default: your oldest connection that works.",
    group: "One message for all recipients, who see each other: opens and clicks then are nobody's in particular.",
    scheduledAt,
    unsubscribe:
      "For mail that people can leave: `true`, or the list that it belongs to. Each recipient gets the headers of one-click unsubscribe, and a link where the body has `{{unsubscribeUrl}}`. Who left is refused.",
  },
  Attachment: {
    name: "As the recipient's program shows and saves it.",
    content: "Base64, without line breaks.",
    type: "A media type. Default: by the name's extension.",
    contentId: "Shows the attachment in the HTML, where an image's source is `cid:` and this.",
  },
  SendBulkRequest: {
    subject: "With `{{name}}` where the recipient's data belong; so in `html` and `text`.",
    recipients: `At most ${maxBulkRecipients}: addresses, or objects with \`to\` and \`data\`.`,
    template:
      "A template's id, or `{ id, version }`: brings subject, HTML and text, of the version that is the newest now.",
    csv: "Instead of `recipients`: a header row that names a column `email`; the other columns are data.",
    data: "For everyone; a recipient's own go before.",
    scheduledAt,
    name: "For people. Default: the subject.",
    text: "Default: made from the HTML.",
    tags: "Come back with every event.",
    configurationSet: "Default: the connection's own.",
    connection: "Default: your oldest connection that works.",
    unsubscribe: "For mail that people can leave, as of `POST /mail`. Default: as the template says.",
  },
  ListBulksQuery: { cursor: "From the answer before." },
  ListBulkRecipientsQuery: { status: "Only these.", limit: "Default: 100.", cursor },
  Bulk: {
    counts: "How many recipients have each status.",
    waitingUntil: "Nothing is sent before then; then it goes on by itself.",
    waitingFor: `Why it waits: a code as recipients have it. After ${bulkTriesDays} days it is how it ends.`,
  },
  BulkPreview: {
    connection: "Through which it would go out.",
    recipients: "How many would be mailed, suppressed ones among them.",
    repeated: "So many were given again: each is mailed once.",
    invalid: "So many would get none.",
    problems: `Who they are and why, at most ${maxPreviewProblems}; \`line\` is of the CSV.`,
    first: "The mail of the first who would get one, with an example of a link to unsubscribe by.",
  },
  ListEventsQuery: { ...eventFilters, limit: "Default: 50." },
  ExportEventsQuery: { ...eventFilters, format: "The form of the file." },
  StatsQuery: {
    ...period,
    from: "A day, inclusive. Default: 13 days before `to`.",
    to: "A day, inclusive. Default: today.",
    split: "`configurationSet` or `tag:<name>`: counts for each value, too.",
  },
  RecipientQuery: { cursor, limit: "Default: 50." },
  ExportRecipientQuery: { cursor },
  ExportRecipientMessagesQuery: { cursor, format: "The form of the file." },
  ExportBulkRecipientsQuery: { cursor, status: "Only these.", format: "The form of the file." },
  ExportSuppressionsQuery: { cursor, format: "The form of the file." },
  ListSuppressionsQuery: {
    cursor,
    address: "Only this address.",
    reason: "Only those suppressed for this reason.",
    list: "Only those who left this list.",
  },
  AddSuppressionsRequest: {
    address: `One address or up to ${maxAddedSuppressions}.`,
    reason: "`unsubscribe` brings those who left elsewhere. Default: `manual`.",
    list: "Only with `unsubscribe`: the one list that they left. Default: everything that can be left.",
  },
  RemoveSuppressionQuery: {
    reason: "Only this reason; `unsubscribe` without `list` is that of everything. Default: all.",
    list: "Only that this list was left.",
  },
  VerifyConnectionQuery: { connection: "Default: the oldest that works, else the oldest." },
  CreateApiKeyRequest: { name: "Tells you where the key is used." },
  ChangeSettingsRequest: {
    retentionDays: "From the sending of a message to the expiry of all that belongs to it.",
    contentDays: "From the sending of a message to the end of its content. 0 keeps none, and destroys what was kept.",
  },
  Settings: { contentDays: "But never longer than the retention; 0 while none is kept." },
  MessageContent: { html: "As it was given to SES: without its pixel, and with the links as they were written." },
  CreateTemplateRequest: template,
  ChangeTemplateRequest: {
    ...template,
    ifVersion: "The newest version that you know: if there is a newer one, the change is refused.",
  },
  TemplateQuery: { version: "Default: the newest." },
  ListTemplatesQuery: { cursor },
  PreviewTemplateRequest: { data: "Values by their names.", version: "Default: the newest." },
  PreviewContentRequest: { data: "Values by their names." },
  TestTemplateRequest: {
    from: "One address, with or without a name, verified in your SES.",
    to: "Each gets a message of their own.",
    data: "Values by their names.",
    version: "Default: the newest.",
    connection: "Default: your oldest connection that works.",
  },
  Template: {
    version: "From 1; each change makes the next.",
    variables: "The names that it uses: `items[].price` is what each of a list has.",
    createdAt: "When this version was made.",
  },
  TemplatePreview: { problems: "What keeps a mail with these data from being sent." },
  EmailRequest: {
    to: "Several are in one message and see each other. For a message each: `POST /mail`.",
    tags: "Come back with every event.",
    attachments: "With their content: a `path` is refused.",
    scheduled_at: "A time with its zone; no phrase such as `in 1 hour`.",
  },
  RefusedMailResponse: { recipients: "Each says why." },
  SendMailResponse: {
    id: "For `GET /mail/{mailId}`.",
    recipients: "In the order of `to`, `cc`, `bcc`; an address given twice once.",
  },
  SentBatch: {
    data: "Those that were sent, in their order.",
    errors: "Those that were not, by their place in the request; absent when all were.",
  },
  CreatedApiKey: { key: "Shown this once." },
};

/** How long a key is remembered, in words. */
export const idempotencyText = `Up to 255 printable ASCII characters. The same key with the same body is answered the same for ${idempotencyHours} hours, and nothing is sent again.`;
