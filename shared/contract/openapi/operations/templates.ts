// Templates: kept in versions, tried with data. Mail from one: POST /mail (operations/mail.ts).
import type { Operation } from "../operation.ts";

const pathFields = { templateId: "The template's id: `tpl_…`." };

const template = {
  name: "Order on its way",
  subject: "Order {{order.number}} is on its way",
  html: "<p>Dear {{name}},</p><ul>{{#each order.items}}<li>{{this}}</li>{{/each}}</ul>",
};

const data = { name: "Ada", order: { number: 7, items: ["Tea"] } };

export const templateOperations: readonly Operation[] = [
  {
    method: "GET",
    path: "/templates",
    operationId: "listTemplates",
    tag: "Templates",
    summary: "List templates",
    caller: "app",
    query: "ListTemplatesQuery",
    answers: { 200: { description: "Up to 100, the newest first.", schema: "TemplatePage" } },
    errors: ["invalid_request"],
  },
  {
    method: "POST",
    path: "/templates",
    operationId: "createTemplate",
    tag: "Templates",
    summary: "Make a template",
    caller: "app",
    body: { schema: "CreateTemplateRequest", example: template },
    answers: { 201: { description: "Its first version.", schema: "Template" } },
    errors: ["invalid_request", "too_large"],
  },
  {
    method: "POST",
    path: "/templates/preview",
    operationId: "previewContent",
    tag: "Templates",
    summary: "See what a template would become before it is saved",
    caller: "app",
    body: {
      schema: "PreviewContentRequest",
      example: { subject: template.subject, html: template.html, data },
    },
    answers: { 200: { description: "The mail, as far as the data go.", schema: "TemplatePreview" } },
    errors: ["invalid_request", "too_large"],
  },
  {
    method: "GET",
    path: "/templates/{templateId}",
    operationId: "getTemplate",
    tag: "Templates",
    summary: "See a template",
    caller: "app",
    pathFields,
    query: "TemplateQuery",
    answers: { 200: { description: "The newest version, or the one asked for.", schema: "Template" } },
    errors: ["invalid_request", "not_found"],
  },
  {
    method: "PUT",
    path: "/templates/{templateId}",
    operationId: "changeTemplate",
    tag: "Templates",
    summary: "Change a template",
    description:
      "Makes the next version; what says the same as the newest makes none. Older versions stay as they are.",
    caller: "app",
    pathFields,
    body: { schema: "ChangeTemplateRequest", example: { ...template, ifVersion: 1 } },
    answers: { 200: { description: "The newest version.", schema: "Template" } },
    errors: ["invalid_request", "not_found", "conflict", "too_large"],
  },
  {
    method: "DELETE",
    path: "/templates/{templateId}",
    operationId: "deleteTemplate",
    tag: "Templates",
    summary: "Delete a template with all its versions",
    caller: "person",
    pathFields,
    answers: { 204: { description: "Nothing can be sent from it any more." } },
    errors: ["invalid_request", "not_found"],
  },
  {
    method: "GET",
    path: "/templates/{templateId}/versions",
    operationId: "listTemplateVersions",
    tag: "Templates",
    summary: "List a template's versions",
    caller: "app",
    pathFields,
    query: "ListTemplatesQuery",
    answers: { 200: { description: "Up to 20, the newest first.", schema: "TemplateVersionPage" } },
    errors: ["invalid_request", "not_found"],
  },
  {
    method: "POST",
    path: "/templates/{templateId}/preview",
    operationId: "previewTemplate",
    tag: "Templates",
    summary: "See what a template becomes",
    caller: "app",
    pathFields,
    body: { schema: "PreviewTemplateRequest", example: { data } },
    answers: { 200: { description: "The mail, as far as the data go.", schema: "TemplatePreview" } },
    errors: ["invalid_request", "not_found", "too_large"],
  },
];
