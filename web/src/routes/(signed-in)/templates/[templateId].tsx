import { A, createAsync, revalidate, useAction, useNavigate, useParams } from "@solidjs/router";
import { Show } from "solid-js";
import { ConfirmDialog } from "../../../components/confirm-dialog.tsx";
import { buttonClass } from "../../../components/form.tsx";
import { Page } from "../../../components/page.tsx";
import { Loaded } from "../../../components/states.tsx";
import { TemplateEditor } from "../../../components/templates/template-editor.tsx";
import { deleteTemplate, getTemplate, listTemplateVersions } from "../../../lib/templates-api.ts";

function Deletion(props: { templateId: string; name: string }) {
  const remove = useAction(deleteTemplate);
  const navigate = useNavigate();
  return (
    <ConfirmDialog
      trigger="Delete…"
      title={`Delete “${props.name}”?`}
      confirm="Delete"
      onConfirm={async () => {
        await remove(props.templateId);
        navigate("/templates");
      }}
    >
      <p>All its versions go with it, and mail that names it is refused. This cannot be undone.</p>
    </ConfirmDialog>
  );
}

function StoredTemplate(props: { templateId: string }) {
  const template = createAsync(() => getTemplate(props.templateId));
  return (
    <Show when={template()}>
      {(newest) => (
        <>
          <div class="flex flex-wrap items-center justify-between gap-3">
            <p class="text-sm text-muted">
              <span class="font-mono text-[13px]">{newest().templateId}</span> · version {newest().version}
            </p>
            <div class="flex flex-wrap gap-2">
              <A class={buttonClass("plain")} href={`/bulks/new?template=${newest().templateId}`}>
                Send to many
              </A>
              <Deletion templateId={newest().templateId} name={newest().name} />
            </div>
          </div>
          <TemplateEditor
            newest={newest()}
            onSaved={() =>
              void revalidate([getTemplate.keyFor(props.templateId), listTemplateVersions.keyFor(props.templateId)])
            }
          />
        </>
      )}
    </Show>
  );
}

export default function Template() {
  const parameters = useParams<{ templateId: string }>();
  return (
    <Page title="Template">
      <Show when={parameters.templateId} keyed>
        {(templateId) => (
          <Loaded queries={[getTemplate.key]}>
            <StoredTemplate templateId={templateId} />
          </Loaded>
        )}
      </Show>
    </Page>
  );
}
