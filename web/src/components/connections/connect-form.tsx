// Asks which AWS account and region; everything else about a connection is the server's to choose.
import { createAsync, useAction } from "@solidjs/router";
import { createSignal, createUniqueId, For } from "solid-js";
import type { ConnectionView } from "../../../../shared/contract/api/connections.ts";
import { createConnection } from "../../lib/api.ts";
import { getConfig } from "../../lib/config.ts";
import { messageOf } from "../../lib/http.ts";
import { Button, controlClass, Field, FormError } from "../form.tsx";
import { sesRegions } from "./regions.ts";

/** The deployment's own region is the likely one, and is offered wherever it is. */
function RegionField() {
  const config = createAsync(() => getConfig());
  const id = createUniqueId();
  const regions = () => {
    const home = config()?.region;
    return home === undefined || sesRegions.includes(home) ? sesRegions : [home, ...sesRegions];
  };
  return (
    <div class="space-y-1.5">
      <label for={id} class="block text-sm font-medium">
        Region
      </label>
      <select id={id} name="region" class={controlClass} required>
        <For each={regions()}>{(region) => <option selected={region === config()?.region}>{region}</option>}</For>
      </select>
    </div>
  );
}

export function ConnectForm(props: { onConnected: (connection: ConnectionView) => void }) {
  const create = useAction(createConnection);
  const [error, setError] = createSignal<string>();
  const [busy, setBusy] = createSignal(false);

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const { elements } = event.target as HTMLFormElement;
    const account = elements.namedItem("accountId") as HTMLInputElement;
    const region = elements.namedItem("region") as HTMLSelectElement;
    setBusy(true);
    setError(undefined);
    try {
      const connection = await create(account.value.trim(), region.value);
      account.value = "";
      props.onConnected(connection);
    } catch (failure) {
      setError(messageOf(failure));
    } finally {
      setBusy(false);
    }
  };

  return (
    <form
      aria-labelledby="connect"
      class="flex flex-col gap-4 rounded-xl border border-line bg-surface p-5"
      onSubmit={(event) => void submit(event)}
    >
      <div>
        <h2 id="connect" class="font-semibold">
          Connect an AWS account
        </h2>
        <p class="mt-1 text-sm text-muted">
          SESami gets a narrow role in the account and a copy of its SES events. It never stores an AWS key.
        </p>
      </div>
      <div class="grid items-end gap-4 sm:grid-cols-[1fr_1fr_auto]">
        <Field
          label="AWS account id"
          name="accountId"
          inputMode="numeric"
          pattern="\s*\d{12}\s*"
          title="The 12 digits of the account"
          placeholder="123456789012"
          autocomplete="off"
          required
        />
        <RegionField />
        <Button type="submit" disabled={busy()}>
          {busy() ? "One moment…" : "Connect"}
        </Button>
      </div>
      <FormError message={error()} />
    </form>
  );
}
