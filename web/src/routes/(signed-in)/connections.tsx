import { createAsyncStore } from "@solidjs/router";
import { For, Show } from "solid-js";
import { ConnectForm } from "../../components/connections/connect-form.tsx";
import { cardId, ConnectionCard } from "../../components/connections/connection-card.tsx";
import { Page } from "../../components/page.tsx";
import { Empty, Loaded } from "../../components/states.tsx";
import { listConnections } from "../../lib/api.ts";

function ConnectionList() {
  const connections = createAsyncStore(() => listConnections(), { reconcile: { key: "connectionId" } });
  return (
    <Show
      when={connections()?.items.length}
      fallback={
        <Empty title="No account is connected yet">Connect one below to see its events and to send through it.</Empty>
      }
    >
      <div class="space-y-4">
        <For each={connections()?.items}>{(connection) => <ConnectionCard connection={connection} />}</For>
      </div>
    </Show>
  );
}

export default function Connections() {
  return (
    <Page title="Connections">
      <Loaded queries={[listConnections.key]}>
        <ConnectionList />
        <ConnectForm onConnected={({ connectionId }) => document.getElementById(cardId(connectionId))?.focus()} />
      </Loaded>
    </Page>
  );
}
