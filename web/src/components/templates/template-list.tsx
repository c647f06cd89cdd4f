// All templates, the newest first, page by page.
import { A, createAsync } from "@solidjs/router";
import { For, Show } from "solid-js";
import { listFurtherTemplates, listTemplates } from "../../lib/templates-api.ts";
import { showFullTime, showTime } from "../../lib/time.ts";
import { createPages, MorePages } from "../pages.tsx";
import { Empty } from "../states.tsx";

export function TemplateList() {
  const first = createAsync(() => listTemplates());
  const pages = createPages(first, listFurtherTemplates);

  return (
    <Show
      when={pages.items().length > 0}
      fallback={<Empty title="No templates yet">A template is written once and filled in for each recipient.</Empty>}
    >
      <ul class="divide-y divide-line rounded-xl border border-line bg-surface" aria-label="Templates">
        <For each={pages.items()}>
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
      <MorePages pages={pages} />
    </Show>
  );
}
