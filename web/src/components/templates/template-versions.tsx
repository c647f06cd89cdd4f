// A template's versions, the newest first. An older one can be looked at, and saved again as the newest.
import { createAsync } from "@solidjs/router";
import { createSignal, For, Show } from "solid-js";
import type { TemplateVersionPage } from "../../../../shared/contract/api/templates.ts";
import { messageOf } from "../../lib/http.ts";
import { listFurtherVersions, listTemplateVersions } from "../../lib/templates-api.ts";
import { showFullTime, showTime } from "../../lib/time.ts";
import { Button, FormError } from "../form.tsx";

export function TemplateVersions(props: { templateId: string; shown: number; onChoose: (version: number) => void }) {
  const first = createAsync(() => listTemplateVersions(props.templateId));
  const [further, setFurther] = createSignal<TemplateVersionPage[]>([]);
  const [error, setError] = createSignal<string>();
  const items = () => [...(first()?.items ?? []), ...further().flatMap((page) => page.items)];
  const cursor = () => (further().at(-1) ?? first())?.cursor;

  const loadMore = async () => {
    const from = cursor();
    if (from === undefined) return;
    setError(undefined);
    try {
      const page = await listFurtherVersions(props.templateId, from);
      setFurther([...further(), page]);
    } catch (failure) {
      setError(messageOf(failure));
    }
  };

  return (
    <section aria-labelledby="versions" class="space-y-3 rounded-xl border border-line bg-surface p-5">
      <h2 id="versions" class="font-semibold">
        Versions
      </h2>
      <ul class="divide-y divide-line" aria-label="Versions">
        <For each={items()}>
          {(item) => (
            <li class="flex items-center justify-between gap-3 py-2 text-sm">
              <span class="min-w-0">
                <span class="font-medium tabular-nums">{item.version}</span>{" "}
                <time class="text-muted" dateTime={item.createdAt} title={showFullTime(item.createdAt)}>
                  {showTime(item.createdAt, Date.now())}
                </time>
                <span class="block truncate text-muted">{item.subject}</span>
              </span>
              <Button
                look="plain"
                disabled={item.version === props.shown}
                aria-label={`Show version ${item.version}`}
                onClick={() => props.onChoose(item.version)}
              >
                {item.version === props.shown ? "Shown" : "Show"}
              </Button>
            </li>
          )}
        </For>
      </ul>
      <FormError message={error()} />
      <Show when={cursor()}>
        <Button look="plain" onClick={() => void loadMore()}>
          Load more
        </Button>
      </Show>
    </section>
  );
}
