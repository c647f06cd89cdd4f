// The last few events, as they come in.
import { A, createAsync } from "@solidjs/router";
import { Show } from "solid-js";
import { listEvents } from "../../lib/api.ts";
import { pollWhileVisible } from "../../lib/poll.ts";
import { EventList } from "../events/event-list.tsx";
import { Empty, Freshness } from "../states.tsx";

const refreshMs = 3000;
const filter = { limit: "8" };

export function LatestEvents() {
  const page = createAsync(() => listEvents(filter));
  const failure = pollWhileVisible(() => listEvents.refresh(filter), refreshMs);
  return (
    <Show when={page()}>
      {(shown) => (
        <section aria-labelledby="latest" class="overflow-hidden rounded-xl border border-line bg-surface">
          <div class="flex items-center justify-between gap-4 px-5 py-3">
            <h2 id="latest" class="shrink-0 text-sm font-semibold">
              Latest events
            </h2>
            <span class="flex min-w-0 items-center gap-4">
              <Freshness failure={failure()} />
              <A class="text-sm font-medium whitespace-nowrap text-accent hover:underline" href="/events">
                All events
              </A>
            </span>
          </div>
          <div class="border-t border-line">
            <Show
              when={shown().items.length > 0}
              fallback={
                <Empty title="No events yet" isInset>
                  Events appear within seconds after they happen.
                </Empty>
              }
            >
              <EventList events={shown().items} />
            </Show>
          </div>
        </section>
      )}
    </Show>
  );
}
