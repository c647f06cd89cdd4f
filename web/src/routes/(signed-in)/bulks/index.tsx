import { BulkList } from "../../../components/bulks/bulk-list.tsx";
import { Page } from "../../../components/page.tsx";
import { Loaded } from "../../../components/states.tsx";
import { listConnections } from "../../../lib/api.ts";
import { listBulks } from "../../../lib/bulks-api.ts";

export default function Bulks() {
  return (
    <Page title="Bulk mail">
      <Loaded queries={[listBulks.key, listConnections.key]}>
        <BulkList />
      </Loaded>
    </Page>
  );
}
