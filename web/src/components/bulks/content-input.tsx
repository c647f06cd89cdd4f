// What a bulk says: a template, of its newest or another version, or a mail that is written here.
import { A, createAsync } from "@solidjs/router";
import { For, Show, Suspense } from "solid-js";
import { listTemplates, listTemplateVersions } from "../../lib/api.ts";
import type { BulkDraft } from "../../lib/bulk-draft.ts";
import { Field, SelectField } from "../form.tsx";
import { Segmented } from "../segmented.tsx";
import { Skeleton } from "../states.tsx";
import { Area } from "../templates/template-form.tsx";

interface ContentInputProps {
  draft: BulkDraft;
  onChange: (change: Partial<BulkDraft>) => void;
}

const choices = [
  { value: "template", name: "A template" },
  { value: "own", name: "Written here" },
] as const;

/** @param props.templateId never changes, so that nothing is asked anew with every letter that is written elsewhere */
function Versions(props: ContentInputProps & { templateId: string }) {
  const versions = createAsync(() => listTemplateVersions(props.templateId));
  return (
    <SelectField
      label="Version"
      name="version"
      value={props.draft.version}
      onChange={(event) => props.onChange({ version: event.currentTarget.value })}
    >
      <option value="">The newest</option>
      <For each={versions()?.items}>
        {({ version, subject }) => (
          <option value={version} selected={String(version) === props.draft.version}>
            {version}: {subject}
          </option>
        )}
      </For>
    </SelectField>
  );
}

function TemplateChoice(props: ContentInputProps) {
  const templates = createAsync(() => listTemplates());
  /** Of many the one that is asked for may be on a further page. */
  const isListed = () => templates()?.items.some(({ templateId }) => templateId === props.draft.templateId);
  return (
    <Show
      when={templates()?.items.length !== 0 || props.draft.templateId !== ""}
      fallback={
        <p class="text-sm text-muted">
          There is no template yet.{" "}
          <A class="underline" href="/templates/new">
            Make one
          </A>
          , or write the mail here.
        </p>
      }
    >
      <div class="grid gap-4 sm:grid-cols-2">
        <SelectField
          label="Template"
          name="template"
          required
          onChange={(event) => props.onChange({ templateId: event.currentTarget.value, version: "" })}
        >
          <option value="" selected={props.draft.templateId === ""}>
            Choose…
          </option>
          <Show when={props.draft.templateId !== "" && !isListed()}>
            <option value={props.draft.templateId} selected>
              {props.draft.templateId}
            </option>
          </Show>
          <For each={templates()?.items}>
            {({ templateId, name }) => (
              <option value={templateId} selected={templateId === props.draft.templateId}>
                {name}
              </option>
            )}
          </For>
        </SelectField>
        <Show when={props.draft.templateId} keyed>
          {(templateId) => (
            <Suspense>
              <Versions templateId={templateId} draft={props.draft} onChange={props.onChange} />
            </Suspense>
          )}
        </Show>
      </div>
    </Show>
  );
}

function OwnContent(props: ContentInputProps) {
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

export function ContentInput(props: ContentInputProps) {
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
