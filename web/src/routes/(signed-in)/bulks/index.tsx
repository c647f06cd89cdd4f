import { A } from "@solidjs/router";
import { BulkList } from "../../../components/bulks/bulk-list.tsx";
import { buttonClass } from "../../../components/form.tsx";
import { Page } from "../../../components/page.tsx";
import { Loaded } from "../../../components/states.tsx";
import { listConnections } from "../../../lib/api.ts";
import { listBulks } from "../../../lib/bulks-api.ts";

export default function Bulks() {
  return (
    <Page
      title="Bulk mail"
      actions={
        <A class={buttonClass()} href="/bulks/new">
          New bulk
        </A>
      }
    >
      <Loaded queries={[listBulks.key, listConnections.key]}>
        <BulkList />
      </Loaded>
    </Page>
  );
}
