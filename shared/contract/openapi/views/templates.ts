// What the template routes answer.
import * as v from "valibot";
import type {
  TemplatePage,
  TemplatePreview,
  TemplateVariableView,
  TemplateVersionPage,
  TemplateView,
} from "../../api/templates.ts";
import { unsubscribe } from "../../api/unsubscribe.ts";
import { instant, pageOf, viewOf } from "../view.ts";

const version = v.pipe(v.number(), v.integer(), v.minValue(1));

const variable = viewOf<TemplateVariableView>()(v.object({ name: v.string(), optional: v.boolean() }));

export const templateView = viewOf<TemplateView>()(
  v.object({
    templateId: v.string(),
    version,
    name: v.string(),
    subject: v.string(),
    html: v.optional(v.string()),
    text: v.optional(v.string()),
    unsubscribe: v.optional(unsubscribe),
    variables: v.array(variable),
    createdAt: instant,
  }),
);

export const templatePage = viewOf<TemplatePage>()(
  pageOf(v.object({ templateId: v.string(), name: v.string(), version, createdAt: instant, updatedAt: instant })),
);

export const templateVersionPage = viewOf<TemplateVersionPage>()(
  pageOf(v.object({ version, name: v.string(), subject: v.string(), createdAt: instant, createdBy: v.string() })),
);

export const templatePreview = viewOf<TemplatePreview>()(
  v.object({
    subject: v.string(),
    html: v.optional(v.string()),
    text: v.optional(v.string()),
    variables: v.array(variable),
    problems: v.array(v.object({ path: v.string(), message: v.string() })),
  }),
);
