// What a newcomer does next: connect an account, make a key, send a mail. Gone once there is a connection that works.
import { A, createAsync } from "@solidjs/router";
import { For, Show } from "solid-js";
import { listApiKeys, listConnections } from "../lib/api.ts";

export function FirstSteps() {
  const connections = createAsync(() => listConnections());
  const keys = createAsync(() => listApiKeys());
  const isConnected = () =>
    connections()?.items.some(({ state }) => state === "verified" || state === "proven") ?? false;
  const hasKey = () => (keys()?.items.length ?? 0) > 0;
  const steps = () => [
    { name: "Connect your AWS account", href: "/connections", isDone: isConnected() },
    { name: "Make an API key and send a mail", href: "/api-keys", isDone: hasKey() },
  ];

  return (
    <Show when={connections() && keys() && !(isConnected() && hasKey())}>
      <section aria-labelledby="first-steps" class="rounded-2xl border border-line bg-accent-soft p-5">
        <h2 id="first-steps" class="font-semibold">
          First steps
        </h2>
        <ol class="mt-3 space-y-2">
          <For each={steps()}>
            {(step, index) => (
              <li class="flex items-center gap-3">
                <span
                  aria-hidden="true"
                  class="grid size-6 place-items-center rounded-full bg-surface text-sm font-semibold"
                >
                  {step.isDone ? "✓" : index() + 1}
                </span>
                <A
                  class={step.isDone ? "text-muted line-through" : "font-medium text-accent underline"}
                  href={step.href}
                >
                  {step.name}
                </A>
                <Show when={step.isDone}>
                  <span class="sr-only">done</span>
                </Show>
              </li>
            )}
          </For>
        </ol>
      </section>
    </Show>
  );
}
