import { createAsync, useAction } from "@solidjs/router";
import { createSignal, For, Show } from "solid-js";
import type { CreatedApiKey } from "../../../shared/contract/api/api-keys.ts";
import { ConfirmDialog } from "../components/confirm-dialog.tsx";
import { Copyable } from "../components/copy.tsx";
import { Button, Field, FormError } from "../components/form.tsx";
import { Layout } from "../components/layout.tsx";
import { Empty } from "../components/states.tsx";
import { createApiKey, listApiKeys, revokeApiKey } from "../lib/api.ts";
import { getConfig } from "../lib/config.ts";
import { curlExample } from "../lib/curl.ts";
import { showFullTime, showTime } from "../lib/time.ts";

function NewKey(props: { created: CreatedApiKey }) {
  const config = createAsync(() => getConfig());
  return (
    <section aria-labelledby="new-key" class="space-y-3 rounded-2xl border border-line bg-good-soft p-5">
      <h2 id="new-key" class="font-semibold">
        Your key “{props.created.name}”
      </h2>
      <p class="text-sm">Copy it now: it is shown this once, and only its hash is kept.</p>
      <Copyable name="API key" text={props.created.key} />
      <p class="text-sm">Send a mail with it, from an address that your SES has verified:</p>
      <Copyable name="curl command" text={curlExample(config()?.apiUrl ?? "", props.created.key)} />
    </section>
  );
}

function CreateForm(props: { onCreated: (created: CreatedApiKey) => void }) {
  const create = useAction(createApiKey);
  const [error, setError] = createSignal<string>();

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    setError(undefined);
    try {
      props.onCreated(await create((form.elements.namedItem("name") as HTMLInputElement).value));
      form.reset();
    } catch (failure) {
      setError(failure instanceof Error ? failure.message : String(failure));
    }
  };

  return (
    <form class="space-y-4 rounded-2xl border border-line bg-surface p-5" onSubmit={(event) => void submit(event)}>
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
        <Button type="submit">Make a key</Button>
      </div>
      <FormError message={error()} />
    </form>
  );
}

function KeyList() {
  const keys = createAsync(() => listApiKeys());
  const revoke = useAction(revokeApiKey);
  return (
    <Show
      when={keys()?.items.length}
      fallback={<Empty title="No keys yet">An app sends mail and reads events with a key of its own.</Empty>}
    >
      <ul class="divide-y divide-line rounded-2xl border border-line bg-surface" aria-label="API keys">
        <For each={keys()?.items}>
          {(key) => (
            <li class="flex flex-wrap items-center justify-between gap-3 px-5 py-3">
              <div class="min-w-0">
                <p class="truncate font-medium">{key.name}</p>
                <p class="text-sm text-muted tabular-nums">
                  sk_…{key.lastFour} · made{" "}
                  <span title={showFullTime(key.createdAt)}>{showTime(key.createdAt, Date.now())}</span>
                </p>
              </div>
              <ConfirmDialog
                trigger="Revoke"
                title={`Revoke “${key.name}”?`}
                confirm="Revoke"
                onConfirm={() => revoke(key.keyId)}
              >
                <p>Apps that use it are refused within a minute. This cannot be undone.</p>
              </ConfirmDialog>
            </li>
          )}
        </For>
      </ul>
    </Show>
  );
}

export default function ApiKeys() {
  const [created, setCreated] = createSignal<CreatedApiKey>();
  return (
    <Layout title="API keys">
      <CreateForm onCreated={setCreated} />
      <Show when={created()}>{(key) => <NewKey created={key()} />}</Show>
      <KeyList />
    </Layout>
  );
}
