import { A, createAsync, useNavigate, useSearchParams } from "@solidjs/router";
import { Show } from "solid-js";
import { BulkEditor } from "../../../components/bulks/bulk-editor.tsx";
import { buttonClass } from "../../../components/form.tsx";
import { Page } from "../../../components/page.tsx";
import { Empty, Loaded } from "../../../components/states.tsx";
import { oneOf } from "../../../lib/address-bar.ts";
import { listConnections } from "../../../lib/api.ts";
import { type BulkDraft, emptyBulk } from "../../../lib/bulk-draft.ts";
import { listTemplates } from "../../../lib/templates-api.ts";

function Editor() {
  const navigate = useNavigate();
  const [parameters] = useSearchParams();
  const connections = createAsync(() => listConnections());
  const templates = createAsync(() => listTemplates());
  const begin = (): BulkDraft => {
    const templateId = oneOf(parameters["template"]) ?? "";
    const hasTemplates = templateId !== "" || (templates()?.items.length ?? 0) > 0;
    return { ...emptyBulk, templateId, content: hasTemplates ? "template" : "own" };
  };
  return (
    <Show when={connections() && templates()}>
      <Show
        when={connections()?.items.length}
        fallback={
          <Empty title="Connect your AWS account first">
            <p>The mail goes out through your own SES.</p>
            <A class={`${buttonClass()} mt-4`} href="/connections">
              Connections
            </A>
          </Empty>
        }
      >
        <BulkEditor begin={begin()} onSent={({ id }) => navigate(`/bulks/${id}`)} />
      </Show>
    </Show>
  );
}

export default function NewBulk() {
  return (
    <Page title="New bulk">
      <Loaded queries={[listConnections.key, listTemplates.key]}>
        <Editor />
      </Loaded>
    </Page>
  );
}
