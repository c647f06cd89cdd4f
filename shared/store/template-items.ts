// The items that templates are kept as.
//
//   template   TENANT#<tenantId> / TEMPLATE#<templateId>             its name, and which version is the newest
//   version    TEMPLATE#<tenantId>#<templateId> / VERSION#000001     never changed once written
import type { Item } from "./dynamo-batch.ts";

/** What may be put in front of people: a version of a template, and with it the template. */
export interface StoredTemplate {
  templateId: string;
  /** From 1. */
  version: number;
  name: string;
  subject: string;
  html?: string;
  text?: string;
  /** Whether mail from it can be unsubscribed from, and from which list. */
  unsubscribe?: true | { list: string };
  /** Of this version, ISO 8601 UTC. */
  createdAt: string;
  /** The user or key that made this version. */
  createdBy: string;
}

/** What a caller decides about a version. */
export type TemplateContent = Pick<StoredTemplate, "name" | "subject" | "html" | "text" | "unsubscribe">;

export interface TemplateHead {
  templateId: string;
  name: string;
  /** The newest. */
  version: number;
  /** Of the first version and of the newest, ISO 8601 UTC. */
  createdAt: string;
  updatedAt: string;
}

export const headKey = (tenantId: string, templateId: string) => ({
  pk: `TENANT#${tenantId}`,
  sk: `TEMPLATE#${templateId}`,
});

export const versionsPartition = (tenantId: string, templateId: string): string => `TEMPLATE#${tenantId}#${templateId}`;

export const versionKey = (tenantId: string, templateId: string, version: number) => ({
  pk: versionsPartition(tenantId, templateId),
  sk: `VERSION#${String(version).padStart(6, "0")}`,
});

export const toHead = ({ templateId, name, version, createdAt, updatedAt }: Item): TemplateHead =>
  ({ templateId, name, version, createdAt, updatedAt }) as TemplateHead;

export function toTemplate({ pk: _pk, sk: _sk, ...template }: Item): StoredTemplate {
  return template as unknown as StoredTemplate;
}

/** What a caller changes a template to. */
export interface TemplateChange {
  content: TemplateContent;
  atIso: string;
  /** The user or key. */
  by: string;
}

export const versionOf = (
  templateId: string,
  version: number,
  { content, atIso, by }: TemplateChange,
): StoredTemplate => ({
  ...content,
  templateId,
  version,
  createdAt: atIso,
  createdBy: by,
});

export const isSameContent = (
  template: StoredTemplate,
  { name, subject, html, text, unsubscribe }: TemplateContent,
): boolean =>
  template.name === name &&
  template.subject === subject &&
  template.html === html &&
  template.text === text &&
  JSON.stringify(template.unsubscribe) === JSON.stringify(unsubscribe);
