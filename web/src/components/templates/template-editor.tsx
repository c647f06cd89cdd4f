// One template, new or stored: its content, what it becomes, its versions, and a test of it.
import { useAction } from "@solidjs/router";
import { createEffect, createSignal, on, Show } from "solid-js";
import type { TemplateView } from "../../../../shared/contract/api/templates.ts";
import { messageOf } from "../../lib/http.ts";
import { getTemplate, saveTemplate } from "../../lib/templates-api.ts";
import { Button, FormError } from "../form.tsx";
import { emptyDraft, TemplateForm, toContent, type Draft } from "./template-form.tsx";
import { TemplatePreview } from "./template-preview.tsx";
import { TemplateTest } from "./template-test.tsx";
import { TemplateVersions } from "./template-versions.tsx";

const toDraft = ({ name, subject, html = "", text = "", unsubscribe }: TemplateView): Draft => ({
  name,
  subject,
  html,
  text,
  unsubscribe,
});

interface TemplateEditorProps {
  /** The newest version; a new template has none. */
  newest?: TemplateView;
  onSaved: (template: TemplateView) => void;
}

export function TemplateEditor(props: TemplateEditorProps) {
  const save = useAction(saveTemplate);
  const [draft, setDraft] = createSignal<Draft>(props.newest ? toDraft(props.newest) : emptyDraft);
  const [shownVersion, setShownVersion] = createSignal(props.newest?.version ?? 0);
  const [data, setData] = createSignal("");
  const [error, setError] = createSignal<string>();
  const [said, setSaid] = createSignal<string>();
  const [busy, setBusy] = createSignal(false);
  createEffect(on(draft, () => setSaid(undefined), { defer: true }));

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      const saved = await save(toContent(draft()), props.newest);
      setShownVersion(saved.version);
      setSaid(saved.version === props.newest?.version ? "Nothing has changed." : `Saved as version ${saved.version}.`);
      props.onSaved(saved);
    } catch (failure) {
      setError(messageOf(failure));
    } finally {
      setBusy(false);
    }
  };

  const choose = async (templateId: string, version: number) => {
    setError(undefined);
    try {
      setDraft(toDraft(await getTemplate(templateId, version)));
      setShownVersion(version);
    } catch (failure) {
      setError(messageOf(failure));
    }
  };

  return (
    <div class="grid items-start gap-6 xl:grid-cols-2">
      <form
        aria-label="Template"
        class="space-y-4 rounded-xl border border-line bg-surface p-5"
        onSubmit={(event) => void submit(event)}
      >
        <TemplateForm draft={draft()} onChange={setDraft} />
        <FormError message={error()} />
        <div class="flex flex-wrap items-center gap-3">
          <Button type="submit" disabled={busy()}>
            {props.newest ? "Save as a new version" : "Make the template"}
          </Button>
          <p role="status" class="text-sm text-muted empty:hidden">
            <Show when={said()}>{said()}</Show>
          </p>
        </div>
      </form>
      <div class="space-y-6">
        <TemplatePreview draft={draft()} data={data()} onData={setData} />
        <Show when={props.newest}>
          {(newest) => (
            <>
              <TemplateTest templateId={newest().templateId} version={newest().version} data={data()} />
              <TemplateVersions
                templateId={newest().templateId}
                shown={shownVersion()}
                onChoose={(version) => void choose(newest().templateId, version)}
              />
            </>
          )}
        </Show>
      </div>
    </div>
  );
}
