// Asks which AWS account and region; everything else about a connection is the server's to choose.
import { useAction } from "@solidjs/router";
import { createSignal, createUniqueId, For } from "solid-js";
import { createConnection } from "../../lib/api.ts";
import { Button, Field, FormError } from "../form.tsx";

/** Regions with Amazon SES (AWS General Reference, Amazon SES endpoints and quotas). */
const regions = [
  "us-east-1",
  "us-east-2",
  "us-west-1",
  "us-west-2",
  "ca-central-1",
  "sa-east-1",
  "eu-west-1",
  "eu-west-2",
  "eu-west-3",
  "eu-central-1",
  "eu-central-2",
  "eu-north-1",
  "eu-south-1",
  "ap-south-1",
  "ap-south-2",
  "ap-northeast-1",
  "ap-northeast-2",
  "ap-northeast-3",
  "ap-southeast-1",
  "ap-southeast-2",
  "ap-southeast-3",
  "ap-southeast-5",
  "il-central-1",
  "me-south-1",
  "me-central-1",
  "af-south-1",
  "ca-west-1",
];

export function ConnectForm() {
  const create = useAction(createConnection);
  const [error, setError] = createSignal<string>();
  const [busy, setBusy] = createSignal(false);
  const regionId = createUniqueId();

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const value = (name: string) =>
      (form.elements.namedItem(name) as HTMLInputElement | HTMLSelectElement).value.trim();
    setBusy(true);
    setError(undefined);
    try {
      await create(value("accountId"), value("region"));
      form.reset();
    } catch (failure) {
      setError(failure instanceof Error ? failure.message : String(failure));
    } finally {
      setBusy(false);
    }
  };

  return (
    <form
      aria-labelledby="connect"
      class="space-y-4 rounded-2xl border border-line bg-surface p-5"
      onSubmit={(event) => void submit(event)}
    >
      <h2 id="connect" class="font-semibold">
        Connect an AWS account
      </h2>
      <p class="max-w-prose text-sm text-muted">
        SESami gets a narrow role in the account and a copy of its SES events. It never stores an AWS key.
      </p>
      <div class="grid gap-4 sm:grid-cols-2">
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
        <div class="space-y-1.5">
          <label for={regionId} class="block text-sm font-medium">
            Region
          </label>
          <select
            id={regionId}
            name="region"
            class="w-full rounded-lg border border-line bg-surface px-3 py-2"
            required
          >
            <For each={regions}>{(region) => <option>{region}</option>}</For>
          </select>
        </div>
      </div>
      <FormError message={error()} />
      <Button type="submit" disabled={busy()}>
        {busy() ? "One moment…" : "Connect"}
      </Button>
    </form>
  );
}
