import { A } from "@solidjs/router";
import { buttonClass } from "../../../components/form.tsx";
import { Page } from "../../../components/page.tsx";
import { Loaded } from "../../../components/states.tsx";
import { TemplateList } from "../../../components/templates/template-list.tsx";
import { listTemplates } from "../../../lib/templates-api.ts";

export default function Templates() {
  return (
    <Page
      title="Templates"
      actions={
        <A class={buttonClass()} href="/templates/new">
          New template
        </A>
      }
    >
      <Loaded queries={[listTemplates.key]}>
        <TemplateList />
      </Loaded>
    </Page>
  );
}
