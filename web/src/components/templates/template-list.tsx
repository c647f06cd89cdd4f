// All templates, the newest first, page by page.
import { A, createAsync } from "@solidjs/router";
import { createSignal, For, Show } from "solid-js";
import type { TemplatePage } from "../../../../shared/contract/api/templates.ts";
import { messageOf } from "../../lib/http.ts";
import { listFurtherTemplates, listTemplates } from "../../lib/templates-api.ts";
import { showFullTime, showTime } from "../../lib/time.ts";
import { Button, FormError } from "../form.tsx";
import { Empty } from "../states.tsx";

export function TemplateList() {
  const first = createAsync(() => listTemplates());
  const [further, setFurther] = createSignal<TemplatePage[]>([]);
  const [error, setError] = createSignal<string>();
  const items = () => [...(first()?.items ?? []), ...further().flatMap((page) => page.items)];
  const cursor = () => (further().at(-1) ?? first())?.cursor;

  const loadMore = async () => {
    const from = cursor();
    if (from === undefined) return;
    setError(undefined);
    try {
      const page = await listFurtherTemplates(from);
      setFurther([...further(), page]);
    } catch (failure) {
      setError(messageOf(failure));
    }
  };

  return (
    <Show
      when={items().length > 0}
      fallback={<Empty title="No templates yet">A template is written once and filled in for each recipient.</Empty>}
    >
      <ul class="divide-y divide-line rounded-xl border border-line bg-surface" aria-label="Templates">
        <For each={items()}>
          {(item) => (
            <li class="flex flex-wrap items-center justify-between gap-x-6 gap-y-1 px-5 py-3.5 text-sm">
              <div class="min-w-0">
                <A class="font-medium wrap-anywhere hover:underline" href={`/templates/${item.templateId}`}>
                  {item.name}
                </A>
                <p class="font-mono text-[13px] text-muted">{item.templateId}</p>
              </div>
              <p class="text-muted tabular-nums">
                Version {item.version} ·{" "}
                <time dateTime={item.updatedAt} title={showFullTime(item.updatedAt)}>
                  {showTime(item.updatedAt, Date.now())}
                </time>
              </p>
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
    </Show>
  );
}
