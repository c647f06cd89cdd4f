// Addresses that must not be mailed, page by page.
import { createAsync } from "@solidjs/router";
import { createSignal, For, Show } from "solid-js";
import type { SuppressionPage } from "../../../../shared/contract/api/suppressions.ts";
import {
  exportSuppressions,
  listFurtherSuppressions,
  listSuppressions,
  type SuppressionFilter,
} from "../../lib/api.ts";
import { messageOf } from "../../lib/http.ts";
import { FileExport } from "../file-export.tsx";
import { Button, FormError } from "../form.tsx";
import { Empty } from "../states.tsx";
import { SuppressionRow } from "./suppression-row.tsx";

const emptyTitle = ({ address, reason }: SuppressionFilter): string => {
  if (reason) return "Nobody is suppressed for this reason";
  return address ? "This address may be mailed" : "Nobody is suppressed";
};

export function SuppressionList(props: { filter: SuppressionFilter }) {
  const first = createAsync(() => listSuppressions(props.filter));
  const [further, setFurther] = createSignal<SuppressionPage[]>([]);
  const [isLoading, setIsLoading] = createSignal(false);
  const [failure, setFailure] = createSignal<string>();
  /** The file is of all, whatever is shown. */
  const isFiltered = () => Object.keys(props.filter).length > 0;
  const last = () => further().at(-1) ?? first();
  const items = () => [...(first()?.items ?? []), ...further().flatMap((page) => page.items)];

  const loadMore = async () => {
    const cursor = last()?.cursor;
    if (cursor === undefined) return;
    setIsLoading(true);
    setFailure(undefined);
    try {
      const page = await listFurtherSuppressions(props.filter, cursor);
      setFurther((pages) => [...pages, page]);
    } catch (error) {
      setFailure(messageOf(error));
    } finally {
      setIsLoading(false);
    }
  };

  return (
    <>
      <Show
        when={items().length > 0}
        fallback={
          <Show when={!last()?.cursor}>
            <Empty title={emptyTitle(props.filter)}>
              Hard bounces, complaints, people who unsubscribe and you yourself put an address here. SESami then refuses
              to mail it, by name.
            </Empty>
          </Show>
        }
      >
        <ul class="divide-y divide-line rounded-xl border border-line bg-surface" aria-label="Suppressed addresses">
          <For each={items()}>
            {(item) => (
              // The first page is read again by itself; the others are asked for anew.
              <SuppressionRow item={item} onRemoved={() => setFurther([])} />
            )}
          </For>
        </ul>
      </Show>
      <Show when={items().length > 0 && !isFiltered()}>
        <FileExport name="suppression-list" begin={() => exportSuppressions} />
      </Show>
      <FormError message={failure()} />
      <Show when={last()?.cursor}>
        <Button look="plain" disabled={isLoading()} onClick={() => void loadMore()}>
          {isLoading() ? "Loading…" : items().length > 0 ? "Load more" : "Look further"}
        </Button>
      </Show>
    </>
  );
}
