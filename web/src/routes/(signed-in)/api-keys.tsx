import { createAsync, useAction } from "@solidjs/router";
import { createSignal, For, Show } from "solid-js";
import type { ApiKeyView, CreatedApiKey } from "../../../../shared/contract/api/api-keys.ts";
import { CreateKeyForm } from "../../components/api-keys/create-key-form.tsx";
import { NewKey } from "../../components/api-keys/new-key.tsx";
import { ConfirmDialog } from "../../components/confirm-dialog.tsx";
import { Page } from "../../components/page.tsx";
import { Empty, Loaded } from "../../components/states.tsx";
import { listApiKeys, revokeApiKey } from "../../lib/api.ts";
import { showFullTime, showTime } from "../../lib/time.ts";

function KeyItem(props: { item: ApiKeyView; onRevoked: (keyId: string) => void }) {
  const revoke = useAction(revokeApiKey);
  const revokeThis = async () => {
    const { keyId } = props.item;
    await revoke(keyId);
    props.onRevoked(keyId);
  };
  return (
    <li class="flex flex-wrap items-center justify-between gap-3 px-5 py-3.5">
      <div class="min-w-0">
        <p class="text-sm font-medium break-words">{props.item.name}</p>
        <p class="text-sm text-muted tabular-nums">
          <span class="font-mono text-[13px]">sk_…{props.item.lastFour}</span> · made{" "}
          <time dateTime={props.item.createdAt} title={showFullTime(props.item.createdAt)}>
            {showTime(props.item.createdAt, Date.now())}
          </time>
        </p>
      </div>
      <ConfirmDialog trigger="Revoke" title={`Revoke “${props.item.name}”?`} confirm="Revoke" onConfirm={revokeThis}>
        <p>Apps that use it are refused within a minute. This cannot be undone.</p>
      </ConfirmDialog>
    </li>
  );
}

function KeyList(props: { onRevoked: (keyId: string) => void }) {
  const keys = createAsync(() => listApiKeys());
  return (
    <Show
      when={keys()?.items.length}
      fallback={<Empty title="No keys yet">An app sends mail and reads events with a key of its own.</Empty>}
    >
      <ul class="divide-y divide-line rounded-xl border border-line bg-surface" aria-label="API keys">
        <For each={keys()?.items}>{(key) => <KeyItem item={key} onRevoked={props.onRevoked} />}</For>
      </ul>
    </Show>
  );
}

export default function ApiKeys() {
  const [created, setCreated] = createSignal<CreatedApiKey>();
  /** A key that no longer works is not offered to be copied. */
  const forget = (keyId: string) => setCreated((shown) => (shown?.keyId === keyId ? undefined : shown));
  return (
    <Page title="API keys">
      <CreateKeyForm onCreated={setCreated} />
      <Show when={created()} keyed>
        {(key) => <NewKey created={key} />}
      </Show>
      <Loaded queries={[listApiKeys.key]}>
        <KeyList onRevoked={forget} />
      </Loaded>
    </Page>
  );
}
