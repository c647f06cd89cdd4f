// Lists that come page by page: the first page by itself, the others when somebody asks for more.
import { createSignal, Show } from "solid-js";
import { messageOf } from "../lib/http.ts";
import { Button, FormError } from "./form.tsx";

interface Page {
  items: readonly unknown[];
  cursor?: string;
}

export interface Pages<Item> {
  /** Of all pages that are there, in their order. */
  items: () => Item[];
  /** Of the next page, if there is one. */
  cursor: () => string | undefined;
  loadMore: () => Promise<void>;
  isLoading: () => boolean;
  /** Why the last page asked for did not come. */
  failure: () => string | undefined;
  /** Leaves the first page alone: the others are asked for anew. */
  forgetFurther: () => void;
}

/** @param first a page that is read, and read again, by whoever calls this; undefined while it comes */
export function createPages<Given extends Page>(
  first: () => Given | undefined,
  readFurther: (cursor: string) => Promise<Given>,
): Pages<Given["items"][number]> {
  const [further, setFurther] = createSignal<readonly Given[]>([]);
  const [isLoading, setIsLoading] = createSignal(false);
  const [failure, setFailure] = createSignal<string>();
  const cursor = () => (further().at(-1) ?? first())?.cursor;

  return {
    items: () => [...(first()?.items ?? []), ...further().flatMap((page) => page.items)],
    cursor,
    isLoading,
    failure,
    forgetFurther: () => setFurther([]),
    loadMore: async () => {
      const from = cursor();
      if (from === undefined) return;
      setIsLoading(true);
      setFailure(undefined);
      try {
        const page = await readFurther(from);
        setFurther((pages) => [...pages, page]);
      } catch (error) {
        setFailure(messageOf(error));
      } finally {
        setIsLoading(false);
      }
    },
  };
}

/** What stands below such a list: the way to the next page, and why it did not come. */
export function MorePages(props: { pages: Pages<unknown>; label?: string }) {
  return (
    <>
      <FormError message={props.pages.failure()} />
      <Show when={props.pages.cursor()}>
        <Button look="plain" disabled={props.pages.isLoading()} onClick={() => void props.pages.loadMore()}>
          {props.pages.isLoading() ? "Loading…" : (props.label ?? "Load more")}
        </Button>
      </Show>
    </>
  );
}
