import { useSearchParams } from "@solidjs/router";
import { Show } from "solid-js";
import { controlClass } from "../../components/form.tsx";
import { Icon } from "../../components/icon.tsx";
import { Page } from "../../components/page.tsx";
import { Loaded } from "../../components/states.tsx";
import { SuppressionList } from "../../components/suppressions/suppression-list.tsx";
import { oneOf } from "../../lib/address-bar.ts";
import { listSuppressions } from "../../lib/api.ts";

export default function Suppressions() {
  const [parameters, setParameters] = useSearchParams();
  const address = () => oneOf(parameters["address"]);
  const search = (text: string) => setParameters({ address: text.trim() || undefined });
  return (
    <Page title="Suppressions">
      <form class="relative sm:max-w-xs" role="search" onSubmit={(event) => event.preventDefault()}>
        <Icon name="search" class="pointer-events-none absolute top-2.5 left-3 size-4 text-muted" />
        <input
          class={`${controlClass} pl-9`}
          type="search"
          name="address"
          autocomplete="off"
          aria-label="Address"
          placeholder="Look an address up"
          value={address() ?? ""}
          onChange={(event) => search(event.currentTarget.value)}
          onInput={(event) => event.currentTarget.value === "" && search("")}
        />
      </form>
      <Show when={address() ?? "all"} keyed>
        <Loaded queries={[listSuppressions.key]}>
          <SuppressionList address={address()} />
        </Loaded>
      </Show>
    </Page>
  );
}
