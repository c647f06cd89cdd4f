// Templates: what a caller asks for and is answered. The language: shared/domain/template.ts.
import * as v from "valibot";
import { connectionIdText } from "./connections.ts";
import { address, addresses, maxHeaderLength, oneLine, valuesByName } from "./mail-fields.ts";
import { unsubscribe, type Unsubscribe } from "./unsubscribe.ts";

/** Of subject, HTML and text together, UTF-8: a version is one item of at most 400 KB (DynamoDB quotas). */
export const maxTemplateBytes = 300_000;

export const templatesPerPage = 100;
export const versionsPerPage = 20;

export const templateIdText = v.pipe(v.string(), v.regex(/^tpl_[a-z0-9]{1,40}$/, "must be a template's id like tpl_…"));

const versionMessage = "must be a version's number, from 1";
export const versionNumber = v.pipe(v.number(versionMessage), v.integer(versionMessage), v.minValue(1, versionMessage));
const versionText = v.pipe(v.string(), v.regex(/^[1-9]\d{0,5}$/, versionMessage), v.transform(Number));

/** How a mail names the template that it is made from. */
export const namedTemplate = v.union(
  [templateIdText, v.strictObject({ id: templateIdText, version: v.optional(versionNumber) })],
  "must be a template's id like tpl_…, or { id, version }",
);

/** Values by their names; what a template makes of them. */
export const templateData = valuesByName(v.string(), v.unknown());

const content = {
  /** Handlebars, one line. */
  subject: v.pipe(
    v.string(),
    v.nonEmpty("must not be empty"),
    v.maxLength(maxHeaderLength, `must be at most ${maxHeaderLength} characters`),
    oneLine,
  ),
  /** Handlebars; values are escaped. */
  html: v.optional(v.string()),
  /** Handlebars. Default: made from what the HTML becomes. An empty text leaves the plain part out. */
  text: v.optional(v.string()),
  /** For mail from this template that does not say otherwise. */
  unsubscribe: v.optional(unsubscribe),
};

const bodyMissing = "needs html or text";

const name = v.pipe(
  v.string(),
  v.trim(),
  v.nonEmpty("needs a name that tells you what the mail is"),
  v.maxLength(80, "must be at most 80 characters"),
);

export const createTemplateRequest = v.pipe(
  v.strictObject({ name, ...content }),
  v.check(({ html, text }) => html !== undefined || text !== undefined, bodyMissing),
);

export const changeTemplateRequest = v.pipe(
  v.strictObject({
    name,
    ...content,
    /** The newest version that the caller knows: if there is a newer one, the change is refused. */
    ifVersion: v.optional(versionNumber),
  }),
  v.check(({ html, text }) => html !== undefined || text !== undefined, bodyMissing),
);

export const templateQuery = v.strictObject({ version: v.optional(versionText) });
export const listTemplatesQuery = v.strictObject({ cursor: v.optional(v.pipe(v.string(), v.maxLength(2000))) });

export const previewTemplateRequest = v.strictObject({
  data: v.optional(templateData, {}),
  version: v.optional(versionNumber),
});

export const previewContentRequest = v.pipe(
  v.strictObject({ ...content, data: v.optional(templateData, {}) }),
  v.check(({ html, text }) => html !== undefined || text !== undefined, bodyMissing),
);

/** Whom a test goes to: some, not a list. */
export const maxTestRecipients = 5;

/** The message tag of a test, with the template's id: its events can be told from others'. */
export const testTag = "template-test";

export const testTemplateRequest = v.strictObject({
  from: address,
  to: v.pipe(
    addresses,
    v.minLength(1, "needs at least one recipient"),
    v.maxLength(maxTestRecipients, `takes at most ${maxTestRecipients} recipients`),
  ),
  data: v.optional(templateData, {}),
  version: v.optional(versionNumber),
  connection: v.optional(connectionIdText),
});

export type TemplateContentRequest = v.InferOutput<typeof createTemplateRequest>;

/** A name that a template uses. */
export interface TemplateVariableView {
  /** As in `customer.name`, and `items[].price` for what each of a list has. */
  name: string;
  /** May be missing from the data. */
  optional: boolean;
}

export interface TemplateView {
  templateId: string;
  version: number;
  name: string;
  subject: string;
  html?: string;
  text?: string;
  unsubscribe?: Unsubscribe;
  variables: TemplateVariableView[];
  /** When this version was made, ISO 8601 UTC. */
  createdAt: string;
}

export interface TemplateSummary {
  templateId: string;
  name: string;
  /** The newest. */
  version: number;
  createdAt: string;
  /** When the newest version was made. */
  updatedAt: string;
}

export interface TemplatePage {
  items: TemplateSummary[];
  cursor?: string;
}

export interface TemplateVersionView {
  version: number;
  name: string;
  subject: string;
  createdAt: string;
  /** The user or the API key that made it. */
  createdBy: string;
}

export interface TemplateVersionPage {
  items: TemplateVersionView[];
  cursor?: string;
}

/** What the mail would be. Sending is refused as long as there are `problems`. */
export interface TemplatePreview {
  subject: string;
  html?: string;
  /** As it would be sent: made from the HTML where the template has none. */
  text?: string;
  variables: TemplateVariableView[];
  problems: { path: string; message: string }[];
}
