import { createAsync } from "@solidjs/router";
import { For, Show } from "solid-js";
import { OperationCard } from "../../components/api/operation-card.tsx";
import { buttonClass } from "../../components/form.tsx";
import { Icon } from "../../components/icon.tsx";
import { Page } from "../../components/page.tsx";
import { Loaded } from "../../components/states.tsx";
import { getApiDescription } from "../../lib/api.ts";
import { groupOperations } from "../../lib/api-description.ts";

function Operations() {
  const document = createAsync(() => getApiDescription());
  return (
    <Show when={document()}>
      {(found) => {
        const apiUrl = () => found().servers[0]?.url ?? "";
        return (
          <>
            <div class="flex flex-wrap items-center justify-between gap-3">
              <p class="text-sm text-muted">
                JSON over HTTPS at <code class="font-mono text-[13px]">{apiUrl()}</code>
              </p>
              <a class={buttonClass("plain")} href={`${apiUrl()}/openapi.json`} target="_blank" rel="noreferrer">
                OpenAPI document <Icon name="external" />
              </a>
            </div>
            <For each={groupOperations(found())}>
              {(group) => (
                <section aria-label={group.name} class="space-y-3">
                  <div>
                    <h2 class="font-semibold">{group.name}</h2>
                    <p class="text-sm text-muted">{group.description.replaceAll("`", "")}</p>
                  </div>
                  <ul
                    class="divide-y divide-line rounded-xl border border-line bg-surface"
                    aria-label={`${group.name}, operations`}
                  >
                    <For each={group.operations}>
                      {(operation) => <OperationCard operation={operation} document={found()} apiUrl={apiUrl()} />}
                    </For>
                  </ul>
                </section>
              )}
            </For>
          </>
        );
      }}
    </Show>
  );
}

export default function Api() {
  return (
    <Page title="API">
      <Loaded queries={[getApiDescription.key]}>
        <Operations />
      </Loaded>
    </Page>
  );
}
