// A template's versions, the newest first. An older one can be looked at, and saved again as the newest.
import { createAsync } from "@solidjs/router";
import { For } from "solid-js";
import { listFurtherVersions, listTemplateVersions } from "../../lib/templates-api.ts";
import { showFullTime, showTime } from "../../lib/time.ts";
import { Button } from "../form.tsx";
import { createPages, MorePages } from "../pages.tsx";

export function TemplateVersions(props: { templateId: string; shown: number; onChoose: (version: number) => void }) {
  const first = createAsync(() => listTemplateVersions(props.templateId));
  const pages = createPages(first, (cursor) => listFurtherVersions(props.templateId, cursor));

  return (
    <section aria-labelledby="versions" class="space-y-3 rounded-xl border border-line bg-surface p-5">
      <h2 id="versions" class="font-semibold">
        Versions
      </h2>
      <ul class="divide-y divide-line" aria-label="Versions">
        <For each={pages.items()}>
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
      <MorePages pages={pages} />
    </section>
  );
}
