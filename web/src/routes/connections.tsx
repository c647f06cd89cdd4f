import { createAsyncStore } from "@solidjs/router";
import { For, Show } from "solid-js";
import { ConnectForm } from "../components/connections/connect-form.tsx";
import { ConnectionCard } from "../components/connections/connection-card.tsx";
import { Layout } from "../components/layout.tsx";
import { Empty } from "../components/states.tsx";
import { listConnections } from "../lib/api.ts";

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
    <Layout title="Connections">
      <ConnectionList />
      <ConnectForm />
    </Layout>
  );
}
