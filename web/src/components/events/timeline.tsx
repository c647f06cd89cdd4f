// What happened, oldest first.
import { For } from "solid-js";
import type { EventView } from "../../../../shared/contract/api/events.ts";
import { lookOfStatus, statusOfEvent } from "../../lib/status.ts";
import { showFullTime, showTime } from "../../lib/time.ts";
import { StatusMark } from "../badge.tsx";
import { EventDetail } from "./event-detail.tsx";

export function Timeline(props: { events: EventView[]; label: string }) {
  return (
    <ol class="space-y-3" aria-label={props.label}>
      <For each={props.events}>
        {(event) => (
          <li class="group relative grid grid-cols-[auto_minmax(0,1fr)_auto] items-center gap-x-3 text-sm">
            <span aria-hidden="true" class="absolute top-6 -bottom-3 left-3 w-px bg-line group-last:hidden" />
            <StatusMark status={statusOfEvent(event)} class="relative self-start" />
            <p class="min-w-0 break-words">
              <span class="font-medium">{lookOfStatus(statusOfEvent(event)).word}</span>
              <span class="ml-2 text-muted">
                <EventDetail event={event} />
              </span>
            </p>
            <time
              class="self-start whitespace-nowrap text-muted tabular-nums"
              dateTime={event.occurredAt}
              title={showFullTime(event.occurredAt)}
            >
              {showTime(event.occurredAt, Date.now())}
            </time>
          </li>
        )}
      </For>
    </ol>
  );
}
