import { revalidate, useSearchParams } from "@solidjs/router";
import { Show } from "solid-js";
import { suppressionReasons } from "../../../../shared/contract/api/suppressions.ts";
import { Page } from "../../components/page.tsx";
import { SearchField } from "../../components/search-field.tsx";
import { Segmented } from "../../components/segmented.tsx";
import { Loaded } from "../../components/states.tsx";
import { AddSuppression } from "../../components/suppressions/add-suppression.tsx";
import { reasonWord } from "../../components/suppressions/reason-badge.tsx";
import { SuppressionList } from "../../components/suppressions/suppression-list.tsx";
import { oneOf, wordOf } from "../../lib/address-bar.ts";
import { listSuppressions, type SuppressionFilter } from "../../lib/api.ts";

const choices = [
  { value: "all", name: "All" },
  ...suppressionReasons.map((reason) => ({ value: reason, name: reasonWord(reason) })),
] as const;

export default function Suppressions() {
  const [parameters, setParameters] = useSearchParams();
  const reason = () => wordOf(parameters["reason"], suppressionReasons);
  const filter = (): SuppressionFilter => {
    const address = oneOf(parameters["address"]);
    return { ...(address === undefined ? {} : { address }), ...(reason() ? { reason: reason() } : {}) };
  };
  return (
    <Page title="Suppressions">
      <div class="flex flex-wrap items-center gap-3">
        <search class="grow sm:max-w-xs">
          <SearchField
            class="sm:max-w-xs"
            name="address"
            label="Address"
            placeholder="Look an address up"
            value={filter().address}
            onSearch={(text) => setParameters({ address: text })}
          />
        </search>
        <Segmented
          label="Reason"
          class="flex w-fit flex-wrap"
          choices={choices}
          chosen={reason() ?? "all"}
          onChoose={(chosen) => setParameters({ reason: chosen === "all" ? undefined : chosen })}
        />
        <span class="sm:ml-auto">
          <AddSuppression onAdded={() => void revalidate(listSuppressions.key)} />
        </span>
      </div>
      <Show when={JSON.stringify(filter())} keyed>
        <Loaded queries={[listSuppressions.key]}>
          <SuppressionList filter={filter()} />
        </Loaded>
      </Show>
    </Page>
  );
}
