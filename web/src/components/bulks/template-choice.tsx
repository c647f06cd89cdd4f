// The template that a bulk is made from: which, of which version, and what its recipients must bring.
import { A, createAsync } from "@solidjs/router";
import { createMemo, For, Show, Suspense } from "solid-js";
import type { unsubscribeVariable } from "../../../../shared/contract/api/unsubscribe.ts";
import type { BulkPartProps } from "../../lib/bulk-draft.ts";
import { getTemplate, listTemplates, listTemplateVersions } from "../../lib/templates-api.ts";
import { SelectField } from "../form.tsx";

/** Everyone has a link of their own, and no column. Its type holds it to the contract, whose schemas stay out of the browser. */
const unsubscribeName: typeof unsubscribeVariable = "unsubscribeUrl";

/** @param props.templateId never changes, so that nothing is asked anew with every letter that is written elsewhere */
function Versions(props: BulkPartProps & { templateId: string }) {
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

/** So that whoever makes the CSV knows which columns it needs. */
function Names(props: { templateId: string; version: string }) {
  const template = createAsync(() =>
    getTemplate(props.templateId, props.version === "" ? undefined : Number(props.version)),
  );
  const names = (isOptional: boolean) =>
    template()
      ?.variables.filter(({ name, optional }) => optional === isOptional && name !== unsubscribeName)
      .map(({ name }) => name)
      .join(", ");
  return (
    <p class="text-sm wrap-anywhere text-muted empty:hidden">
      <Show when={names(false)}>
        {(needed) => (
          <>
            Needs <code class="text-ink">{needed()}</code>
            {names(true) ? "; " : "."}
          </>
        )}
      </Show>
      <Show when={names(true)}>
        {(optional) => (
          <>
            may have <code class="text-ink">{optional()}</code>.
          </>
        )}
      </Show>
    </p>
  );
}

export function TemplateChoice(props: BulkPartProps) {
  const templates = createAsync(() => listTemplates());
  /** Of many the one that is asked for may be on a further page. */
  const isListed = () => templates()?.items.some(({ templateId }) => templateId === props.draft.templateId);
  /** The same until another one is chosen. */
  const named = createMemo(
    () => {
      const { templateId, version } = props.draft;
      return templateId === "" ? undefined : { templateId, version };
    },
    undefined,
    { equals: (one, other) => one?.templateId === other?.templateId && one?.version === other?.version },
  );
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
      <Show when={named()} keyed>
        {({ templateId, version }) => (
          <Suspense>
            <Names templateId={templateId} version={version} />
          </Suspense>
        )}
      </Show>
    </Show>
  );
}
