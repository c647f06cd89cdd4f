// What happened, oldest first.
import { For } from "solid-js";
import type { EventView } from "../../../../shared/contract/api/events.ts";
import { statusOfEvent } from "../../lib/status.ts";
import { showFullTime, showTime } from "../../lib/time.ts";
import { StatusBadge } from "../badge.tsx";
import { EventDetail } from "./event-list.tsx";

export function Timeline(props: { events: EventView[]; label: string }) {
  return (
    <ol class="relative ml-2 border-l border-line" aria-label={props.label}>
      <For each={props.events}>
        {(event) => (
          <li class="relative py-2 pl-5">
            <span aria-hidden="true" class="absolute top-4 -left-1 size-2 rounded-full bg-muted" />
            <div class="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm">
              <StatusBadge status={statusOfEvent(event)} />
              <time class="text-muted tabular-nums" dateTime={event.occurredAt} title={showFullTime(event.occurredAt)}>
                {showTime(event.occurredAt, Date.now())}
              </time>
              <span class="min-w-0 text-muted">
                <EventDetail event={event} />
              </span>
            </div>
          </li>
        )}
      </For>
    </ol>
  );
}
