// Asks for the name of a new key.
import { useAction } from "@solidjs/router";
import { createSignal } from "solid-js";
import type { CreatedApiKey } from "../../../../shared/contract/api/api-keys.ts";
import { createApiKey } from "../../lib/api.ts";
import { messageOf } from "../../lib/http.ts";
import { Button, Field, FormError } from "../form.tsx";

export function CreateKeyForm(props: { onCreated: (created: CreatedApiKey) => void }) {
  const create = useAction(createApiKey);
  const [error, setError] = createSignal<string>();
  const [busy, setBusy] = createSignal(false);

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    setBusy(true);
    setError(undefined);
    try {
      props.onCreated(await create((form.elements.namedItem("name") as HTMLInputElement).value));
      form.reset();
    } catch (failure) {
      setError(messageOf(failure));
    } finally {
      setBusy(false);
    }
  };

  return (
    <form
      class="flex flex-col gap-4 rounded-xl border border-line bg-surface p-5"
      onSubmit={(event) => void submit(event)}
    >
      <div class="flex flex-wrap items-end gap-3">
        <div class="min-w-56 flex-1">
          <Field
            label="Name of the key"
            name="name"
            maxLength={80}
            placeholder="Shop, production"
            autocomplete="off"
            required
          />
        </div>
        <Button type="submit" disabled={busy()}>
          {busy() ? "One moment…" : "Make a key"}
        </Button>
      </div>
      <FormError message={error()} />
    </form>
  );
}
