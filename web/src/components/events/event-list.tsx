// Events, newest first: a table on wide screens whose rows become cards on a phone.
import { A } from "@solidjs/router";
import { For, Show } from "solid-js";
import type { EventView } from "../../../../shared/contract/api/events.ts";
import { statusOfEvent } from "../../lib/status.ts";
import { showFullTime, showTime } from "../../lib/time.ts";
import { StatusBadge } from "../badge.tsx";

/** What tells this event from another of its kind. */
export function EventDetail(props: { event: EventView }) {
  const bounce = () => props.event.bounce;
  return (
    <>
      <Show when={props.event.link}>
        {(link) => (
          <span class="break-all" title={link()}>
            {link().replace(/^https?:\/\//, "")}
          </span>
        )}
      </Show>
      <Show when={bounce()}>
        {(detail) => (
          <span title={detail().diagnosticCode}>
            {detail().type} · {detail().subType}
          </span>
        )}
      </Show>
      <Show when={props.event.complaint?.feedbackType}>{(type) => <span>Reported as {type()}</span>}</Show>
      <Show when={!bounce() && props.event.reason}>{(reason) => <span class="line-clamp-1">{reason()}</span>}</Show>
    </>
  );
}

export function Recipient(props: { event: Pick<EventView, "recipient"> }) {
  return (
    <Show when={props.event.recipient} fallback={<span class="text-muted italic">one of several recipients</span>}>
      {(recipient) => (
        <A
          class="break-all hover:underline"
          href={`/?recipient=${encodeURIComponent(recipient())}`}
          title="Show this person's events"
        >
          {recipient()}
        </A>
      )}
    </Show>
  );
}

function EventRow(props: { event: EventView; nowMs: number }) {
  return (
    <tr class="grid grid-cols-[auto_1fr] gap-x-3 gap-y-1 border-t border-line px-4 py-3 first:border-0 md:table-row md:px-0">
      <td class="md:w-36 md:py-2.5 md:pl-5">
        <StatusBadge status={statusOfEvent(props.event)} />
      </td>
      <td class="min-w-0 truncate text-right font-medium md:max-w-60 md:py-2.5 md:pr-4 md:text-left md:font-normal">
        <Recipient event={props.event} />
      </td>
      <td class="col-span-2 min-w-0 md:max-w-xs md:py-2.5 md:pr-4">
        <A
          class="line-clamp-1 font-medium hover:underline"
          href={`/messages/${encodeURIComponent(props.event.messageId)}`}
        >
          {props.event.subject || "(no subject)"}
        </A>
      </td>
      <td class="col-span-2 min-w-0 text-sm text-muted md:max-w-64 md:py-2.5 md:pr-4">
        <EventDetail event={props.event} />
      </td>
      <td class="col-span-2 text-sm whitespace-nowrap text-muted tabular-nums md:py-2.5 md:pr-5 md:text-right">
        <time dateTime={props.event.occurredAt} title={showFullTime(props.event.occurredAt)}>
          {showTime(props.event.occurredAt, props.nowMs)}
        </time>
      </td>
    </tr>
  );
}

export function EventList(props: { events: EventView[] }) {
  const nowMs = Date.now();
  return (
    <table class="w-full overflow-hidden rounded-2xl border border-line bg-surface" aria-label="Events">
      <thead class="sr-only border-b border-line text-left text-sm text-muted md:not-sr-only md:table-header-group">
        <tr>
          <th scope="col" class="py-2.5 pl-5 font-medium">
            Status
          </th>
          <th scope="col" class="py-2.5 font-medium">
            Recipient
          </th>
          <th scope="col" class="py-2.5 font-medium">
            Message
          </th>
          <th scope="col" class="py-2.5 font-medium">
            Detail
          </th>
          <th scope="col" class="py-2.5 pr-5 text-right font-medium">
            When
          </th>
        </tr>
      </thead>
      <tbody>
        <For each={props.events}>{(event) => <EventRow event={event} nowMs={nowMs} />}</For>
      </tbody>
    </table>
  );
}
