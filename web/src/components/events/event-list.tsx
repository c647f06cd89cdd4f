// Events, newest first: a table on wide screens whose rows become cards on a phone. The roles are spelt out, since
// browsers forget them where the layout is no table's.
import { A } from "@solidjs/router";
import { For } from "solid-js";
import type { EventView } from "../../../../shared/contract/api/events.ts";
import { statusOfEvent } from "../../lib/status.ts";
import { showFullTime, showTime } from "../../lib/time.ts";
import { StatusBadge } from "../badge.tsx";
import { EventDetail, Recipient } from "./event-detail.tsx";

const cell = "truncate md:py-2.5 md:pr-5";

function EventRow(props: { event: EventView; nowMs: number }) {
  return (
    <tr
      role="row"
      class="grid grid-cols-[minmax(0,1fr)_auto] gap-x-3 gap-y-0.5 border-t border-line px-4 py-3 first:border-0 hover:bg-raised/50 md:table-row md:first:border-t"
    >
      <td role="cell" class="pb-1 md:py-2.5 md:pr-2 md:pl-5">
        <StatusBadge status={statusOfEvent(props.event)} />
      </td>
      <td role="cell" class={`${cell} col-span-2 text-sm text-muted md:text-ink`}>
        <Recipient recipient={props.event.recipient} />
      </td>
      <td role="cell" class={`${cell} col-span-2 row-start-2 text-sm font-medium`}>
        <A class="hover:underline" href={`/messages/${encodeURIComponent(props.event.messageId)}`}>
          {props.event.subject || "(no subject)"}
        </A>
      </td>
      <td role="cell" class={`${cell} col-span-2 text-sm text-muted`}>
        <EventDetail event={props.event} />
      </td>
      <td
        role="cell"
        class="col-start-2 row-start-1 text-right text-sm whitespace-nowrap text-muted tabular-nums md:py-2.5 md:pr-5"
      >
        <time dateTime={props.event.occurredAt} title={showFullTime(props.event.occurredAt)}>
          {showTime(props.event.occurredAt, props.nowMs)}
        </time>
      </td>
    </tr>
  );
}

const columns = [
  { name: "Status", width: "md:w-34" },
  { name: "Recipient", width: "md:w-[25%]" },
  { name: "Message", width: "" },
  { name: "Detail", width: "md:w-[26%]" },
  { name: "When", width: "md:w-36" },
];

export function EventList(props: { events: EventView[] }) {
  return (
    <table role="table" class="w-full table-fixed" aria-label="Events">
      <thead class="sr-only text-left text-xs text-muted md:not-sr-only md:table-header-group">
        <tr role="row" class="bg-raised/60">
          <For each={columns}>
            {({ name, width }) => (
              <th
                scope="col"
                role="columnheader"
                class={`py-2 font-medium first:pl-5 last:pr-5 last:text-right ${width}`}
              >
                {name}
              </th>
            )}
          </For>
        </tr>
      </thead>
      <tbody role="rowgroup">
        <For each={props.events}>{(event) => <EventRow event={event} nowMs={Date.now()} />}</For>
      </tbody>
    </table>
  );
}
