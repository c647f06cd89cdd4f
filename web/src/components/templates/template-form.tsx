// The content of a template, to be written. What is wrong with it the API says when it is saved.
import { createUniqueId, type JSX, Show } from "solid-js";
import type { TemplateContentRequest } from "../../../../shared/contract/api/templates.ts";
import { Field } from "../form.tsx";

export type Draft = Required<Pick<TemplateContentRequest, "name" | "subject">> & {
  html: string;
  /** Empty: made from the HTML. */
  text: string;
  unsubscribe: TemplateContentRequest["unsubscribe"];
};

export const emptyDraft: Draft = { name: "", subject: "", html: "", text: "", unsubscribe: undefined };

/** As the API takes it: a part that is not written is left out. */
export const toContent = ({ name, subject, html, text, unsubscribe }: Draft): TemplateContentRequest => ({
  name,
  subject,
  ...(html === "" && text !== "" ? {} : { html }),
  ...(text === "" ? {} : { text }),
  ...(unsubscribe === undefined ? {} : { unsubscribe }),
});

const areaClass =
  "w-full min-w-0 rounded-lg border border-edge bg-surface px-3 py-2 font-mono text-base placeholder:text-muted sm:text-[13px]";

export function Area(props: {
  label: string;
  name: string;
  rows: number;
  value: string;
  hint?: JSX.Element;
  placeholder?: string;
  onInput: (value: string) => void;
}) {
  const id = createUniqueId();
  return (
    <div class="space-y-1.5">
      <label for={id} class="block text-sm font-medium">
        {props.label}
      </label>
      <textarea
        id={id}
        name={props.name}
        rows={props.rows}
        spellcheck={false}
        aria-describedby={props.hint ? `${id}-hint` : undefined}
        class={areaClass}
        placeholder={props.placeholder}
        value={props.value}
        onInput={(event) => props.onInput(event.currentTarget.value)}
      />
      <Show when={props.hint}>
        <p id={`${id}-hint`} class="text-sm text-muted">
          {props.hint}
        </p>
      </Show>
    </div>
  );
}

export function TemplateForm(props: { draft: Draft; onChange: (draft: Draft) => void }) {
  const change = (part: Partial<Draft>) => props.onChange({ ...props.draft, ...part });
  return (
    <div class="space-y-4">
      <Field
        label="Name"
        name="name"
        maxLength={80}
        required
        autocomplete="off"
        placeholder="Order on its way"
        value={props.draft.name}
        onInput={(event) => change({ name: event.currentTarget.value })}
      />
      <Field
        label="Subject"
        name="subject"
        required
        autocomplete="off"
        placeholder="Order {{order.number}} is on its way"
        value={props.draft.subject}
        onInput={(event) => change({ subject: event.currentTarget.value })}
      />
      <Area
        label="HTML"
        name="html"
        rows={14}
        placeholder="<p>Dear {{name}},</p>"
        value={props.draft.html}
        onInput={(html) => change({ html })}
        hint={
          <>
            In the language of{" "}
            <a class="underline" href="https://handlebarsjs.com/guide/" target="_blank" rel="noreferrer">
              Handlebars
            </a>
            : <code>{"{{name}}"}</code>, <code>{"{{#if}}"}</code>, <code>{"{{#each}}"}</code>. What is filled in is
            escaped.
          </>
        }
      />
      <Area
        label="Text"
        name="text"
        rows={5}
        value={props.draft.text}
        onInput={(text) => change({ text })}
        hint="For programs that show no HTML. Without one it is made from the HTML."
      />
    </div>
  );
}
