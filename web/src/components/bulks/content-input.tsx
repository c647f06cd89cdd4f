// What a bulk says: a template, of its newest or another version, or a mail that is written here.
import { A } from "@solidjs/router";
import { Show, Suspense } from "solid-js";
import type { BulkPartProps } from "../../lib/bulk-draft.ts";
import { Field } from "../form.tsx";
import { Segmented } from "../segmented.tsx";
import { Skeleton } from "../states.tsx";
import { Area } from "../templates/template-form.tsx";
import { TemplateChoice } from "./template-choice.tsx";

const choices = [
  { value: "template", name: "A template" },
  { value: "own", name: "Written here" },
] as const;

function OwnContent(props: BulkPartProps) {
  return (
    <>
      <Field
        label="Subject"
        name="subject"
        required
        autocomplete="off"
        placeholder="{{name}}, the winter is here"
        value={props.draft.subject}
        onInput={(event) => props.onChange({ subject: event.currentTarget.value })}
      />
      <Area
        label="HTML"
        name="html"
        rows={10}
        placeholder="<p>Dear {{name}},</p>"
        value={props.draft.html}
        onInput={(html) => props.onChange({ html })}
        hint={
          <>
            In the language of <A href="/templates">templates</A>. What is filled in is escaped.
          </>
        }
      />
      <Area
        label="Text"
        name="text"
        rows={4}
        value={props.draft.text}
        onInput={(text) => props.onChange({ text })}
        hint="Without one it is made from the HTML."
      />
    </>
  );
}

export function ContentInput(props: BulkPartProps) {
  return (
    <fieldset class="space-y-4">
      <legend class="mb-2 text-sm font-medium">The mail</legend>
      <Segmented
        label="The mail"
        choices={choices}
        chosen={props.draft.content}
        onChoose={(content) => props.onChange({ content })}
      />
      <Show when={props.draft.content === "template"} fallback={<OwnContent {...props} />}>
        <Suspense fallback={<Skeleton rows={1} />}>
          <TemplateChoice {...props} />
        </Suspense>
      </Show>
    </fieldset>
  );
}
