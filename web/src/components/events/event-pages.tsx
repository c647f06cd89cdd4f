// The event list: page one refreshes itself, further pages are loaded on demand and stay.
import { createAsync } from "@solidjs/router";
import { createComputed, createSignal, Show } from "solid-js";
import { type EventFilter, listEvents, listFurtherEvents } from "../../lib/api.ts";
import { type EventListView, withFirstPage, withFurtherPage } from "../../lib/event-view.ts";
import { messageOf } from "../../lib/http.ts";
import { pollWhileVisible } from "../../lib/poll.ts";
import { showFullTime } from "../../lib/time.ts";
import { Button, FormError } from "../form.tsx";
import { toPeriodFilter } from "../period-picker.tsx";
import { Empty, Freshness } from "../states.tsx";
import type { FilterValues } from "./event-filters.tsx";
import { EventExport } from "./event-export.tsx";
import { EventList } from "./event-list.tsx";

const refreshMs = 3000;

/** The API's filter: what is not set is left out, so equal filters are one cache entry. */
const filterOf = ({ period, from, to, ...value }: FilterValues): EventFilter => ({
  ...Object.fromEntries(Object.entries(value).filter(([, text]) => Boolean(text))),
  ...toPeriodFilter({ period, from, to }),
});

export function EventPages(props: { filter: FilterValues }) {
  const filter = () => filterOf(props.filter);
  const filterKey = () => JSON.stringify(filter());
  const first = createAsync(async () => {
    const key = filterKey();
    return { key, page: await listEvents(filter()) };
  });
  const failure = pollWhileVisible(() => listEvents.refresh(filter()), refreshMs);
  const [view, setView] = createSignal<EventListView>();
  const [isLoading, setIsLoading] = createSignal(false);
  const [loadFailure, setLoadFailure] = createSignal<string>();

  createComputed(() => {
    // Not `first()`: the choice of a filter shows at once, the events follow.
    const arrived = first.latest;
    if (arrived) setView((before) => withFirstPage(before, arrived.key, arrived.page));
  });
  const isOfOtherFilter = () => view()?.filterKey !== filterKey();

  const loadMore = async () => {
    const asked = view();
    if (asked?.cursor === undefined) return;
    setIsLoading(true);
    setLoadFailure(undefined);
    try {
      const page = await listFurtherEvents(filter(), asked.cursor);
      setView((now) => (now?.filterKey === asked.filterKey ? withFurtherPage(now, asked, page) : now));
    } catch (error) {
      setLoadFailure(messageOf(error));
    } finally {
      setIsLoading(false);
    }
  };

  return (
    <Show when={view()}>
      {(shown) => (
        <section class="space-y-3" aria-label="Event list" aria-busy={isLoading() || isOfOtherFilter()}>
          <div class="overflow-hidden rounded-xl border border-line bg-surface">
            <div class="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 py-2 pr-3 pl-5">
              <div class="flex min-w-0 items-center gap-4">
                <h2 class="shrink-0 text-sm font-semibold">Newest first</h2>
                <Freshness failure={failure()} />
              </div>
              <EventExport filter={filter()} />
            </div>
            <div class={`border-t border-line transition-opacity ${isOfOtherFilter() ? "opacity-50 delay-150" : ""}`}>
              <Show
                when={shown().events.length > 0}
                fallback={
                  <Empty title="No events here" isInset>
                    Nothing happened in this period that fits these filters. Events appear within seconds after they
                    happen.
                  </Empty>
                }
              >
                <EventList events={shown().events} />
              </Show>
            </div>
          </div>
          <Show when={shown().searchedTo}>
            {(searchedTo) => <p class="text-sm text-muted">Searched back to {showFullTime(searchedTo())}.</p>}
          </Show>
          <FormError message={loadFailure()} />
          <Show when={shown().cursor}>
            <Button look="plain" disabled={isLoading() || isOfOtherFilter()} onClick={() => void loadMore()}>
              {isLoading() ? "Loading…" : shown().searchedTo ? "Search further back" : "Load more"}
            </Button>
          </Show>
        </section>
      )}
    </Show>
  );
}
