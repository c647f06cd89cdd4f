import { useSearchParams } from "@solidjs/router";
import { Show } from "solid-js";
import { Page } from "../../components/page.tsx";
import { SearchField } from "../../components/search-field.tsx";
import { Loaded } from "../../components/states.tsx";
import { SuppressionList } from "../../components/suppressions/suppression-list.tsx";
import { oneOf } from "../../lib/address-bar.ts";
import { listSuppressions } from "../../lib/api.ts";

export default function Suppressions() {
  const [parameters, setParameters] = useSearchParams();
  const address = () => oneOf(parameters["address"]);
  return (
    <Page title="Suppressions">
      <search>
        <SearchField
          class="sm:max-w-xs"
          name="address"
          label="Address"
          placeholder="Look an address up"
          value={address()}
          onSearch={(text) => setParameters({ address: text })}
        />
      </search>
      <Show when={address() ?? "all"} keyed>
        <Loaded queries={[listSuppressions.key]}>
          <SuppressionList address={address()} />
        </Loaded>
      </Show>
    </Page>
  );
}
