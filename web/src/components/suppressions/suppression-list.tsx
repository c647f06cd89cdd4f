// Addresses that must not be mailed, page by page.
import { createAsync } from "@solidjs/router";
import { For, Show } from "solid-js";
import {
  exportSuppressions,
  listFurtherSuppressions,
  listSuppressions,
  type SuppressionFilter,
} from "../../lib/api.ts";
import { FileExport } from "../file-export.tsx";
import { createPages, MorePages } from "../pages.tsx";
import { Empty } from "../states.tsx";
import { SuppressionRow } from "./suppression-row.tsx";

const emptyTitle = ({ address, reason }: SuppressionFilter): string => {
  if (reason) return "Nobody is suppressed for this reason";
  return address ? "This address may be mailed" : "Nobody is suppressed";
};

export function SuppressionList(props: { filter: SuppressionFilter }) {
  const first = createAsync(() => listSuppressions(props.filter));
  const pages = createPages(first, (cursor) => listFurtherSuppressions(props.filter, cursor));
  /** The file is of all, whatever is shown. */
  const isFiltered = () => Object.keys(props.filter).length > 0;

  return (
    <>
      <Show
        when={pages.items().length > 0}
        fallback={
          <Show when={!pages.cursor()}>
            <Empty title={emptyTitle(props.filter)}>
              Hard bounces, complaints, people who unsubscribe and you yourself put an address here. SESami then refuses
              to mail it, by name.
            </Empty>
          </Show>
        }
      >
        <ul class="divide-y divide-line rounded-xl border border-line bg-surface" aria-label="Suppressed addresses">
          <For each={pages.items()}>
            {(item) => (
              // The first page is read again by itself; the others are asked for anew.
              <SuppressionRow item={item} onRemoved={() => pages.forgetFurther()} />
            )}
          </For>
        </ul>
      </Show>
      <Show when={pages.items().length > 0 && !isFiltered()}>
        <FileExport name="suppression-list" begin={() => exportSuppressions} />
      </Show>
      <MorePages pages={pages} label={pages.items().length > 0 ? "Load more" : "Look further"} />
    </>
  );
}
