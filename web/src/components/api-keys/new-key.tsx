// A key, the only time that it is seen, with a command that uses it.
import { createAsync } from "@solidjs/router";
import { onMount, Suspense } from "solid-js";
import type { CreatedApiKey } from "../../../../shared/contract/api/api-keys.ts";
import { getConfig } from "../../lib/config.ts";
import { curlExample } from "../../lib/curl.ts";
import { Copyable } from "../copy.tsx";
import { Icon } from "../icon.tsx";

export function NewKey(props: { created: CreatedApiKey }) {
  let heading!: HTMLHeadingElement;
  const config = createAsync(() => getConfig());
  onMount(() => heading.focus());
  return (
    <section aria-labelledby="new-key" class="space-y-4 rounded-xl border border-line bg-surface p-5">
      <div>
        <h2 ref={heading} id="new-key" tabIndex={-1} class="flex items-center gap-2 font-semibold outline-none">
          <span class="grid size-6 shrink-0 place-items-center rounded-full bg-good-soft text-good">
            <Icon name="check" />
          </span>
          <span class="min-w-0 break-words">Your key “{props.created.name}”</span>
        </h2>
        <p class="mt-1 text-sm text-muted">Copy it now: it is shown this once, and only its hash is kept.</p>
      </div>
      <Copyable name="API key" text={props.created.key} />
      <div class="space-y-2">
        <p class="text-sm text-muted">Send a mail with it, from an address that your SES has verified:</p>
        {/* Waits by itself: else the whole page goes away for a moment, and is scrolled to its beginning when it is back. */}
        <Suspense>
          <Copyable name="curl command" text={curlExample(config()?.apiUrl ?? "", props.created.key)} />
        </Suspense>
      </div>
    </section>
  );
}
