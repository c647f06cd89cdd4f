// The event list page by page: the first refreshes itself, further ones are loaded on demand.
import { createAsyncStore, revalidate } from "@solidjs/router";
import { createEffect, createSignal, on, Show } from "solid-js";
import type { EventPage, EventView } from "../../../../shared/contract/api/events.ts";
import { listEvents } from "../../lib/api.ts";
import { pollWhileVisible } from "../../lib/poll.ts";
import { showFullTime } from "../../lib/time.ts";
import { Button } from "../form.tsx";
import { Empty, Skeleton } from "../states.tsx";
import type { FilterValues } from "./event-filters.tsx";
import { EventList } from "./event-list.tsx";

const refreshMs = 3000;

/** The API's filter: what is not set is left out, so equal filters are one cache entry. */
const filterOf = (value: FilterValues) => Object.fromEntries(Object.entries(value).filter(([, text]) => Boolean(text)));

const withoutRepeats = (events: EventView[]): EventView[] => {
  const byId = new Map(events.map((event) => [`${event.eventId} ${event.recipient}`, event]));
  return [...byId.values()];
};

export function EventPages(props: { filter: FilterValues }) {
  const first = createAsyncStore(() => listEvents(filterOf(props.filter)), { reconcile: { key: "eventId" } });
  const [further, setFurther] = createSignal<EventPage[]>([]);
  const [isLoading, setIsLoading] = createSignal(false);
  const [failure, setFailure] = createSignal<string>();

  createEffect(
    on(
      () => JSON.stringify(filterOf(props.filter)),
      () => setFurther([]),
      { defer: true },
    ),
  );
  pollWhileVisible(() => revalidate(listEvents.keyFor(filterOf(props.filter))), refreshMs);

  const last = () => further().at(-1) ?? first.latest;
  const events = () => withoutRepeats([...(first.latest?.items ?? []), ...further().flatMap(({ items }) => items)]);

  const loadMore = async () => {
    const cursor = last()?.cursor;
    if (cursor === undefined) return;
    setIsLoading(true);
    setFailure(undefined);
    try {
      const page = await listEvents({ ...filterOf(props.filter), cursor });
      setFurther((pages) => [...pages, page]);
    } catch (error) {
      setFailure(error instanceof Error ? error.message : String(error));
    } finally {
      setIsLoading(false);
    }
  };

  return (
    <section class="space-y-4" aria-label="Event list" aria-busy={isLoading()}>
      <Show when={first.latest ?? first()} fallback={<Skeleton rows={8} />}>
        <Show
          when={events().length > 0}
          fallback={
            <Empty title="No events here">
              Nothing happened in this period that fits these filters. Events appear within seconds after they happen.
            </Empty>
          }
        >
          <EventList events={events()} />
        </Show>
        <Show when={last()?.searchedTo}>
          {(searchedTo) => <p class="text-sm text-muted">Searched back to {showFullTime(searchedTo())}.</p>}
        </Show>
        <div role="alert">
          <Show when={failure()}>{(message) => <p class="text-sm text-bad">{message()}</p>}</Show>
        </div>
        <Show when={last()?.cursor}>
          <Button look="plain" disabled={isLoading()} onClick={() => void loadMore()}>
            {isLoading() ? "Loading…" : last()?.searchedTo ? "Search further back" : "Load more"}
          </Button>
        </Show>
      </Show>
    </section>
  );
}
