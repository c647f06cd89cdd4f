// What happened, oldest first.
import { A } from "@solidjs/router";
import { For, Show } from "solid-js";
import type { EventView } from "../../../../shared/contract/api/events.ts";
import { automaticReply, lookOfStatus, mayBeAutomaticReply, statusOfEvent } from "../../lib/status.ts";
import { showCount } from "../../lib/number.ts";
import { showFullTime, showTime } from "../../lib/time.ts";
import { showNetwork } from "../../lib/verdict.ts";
import { StatusMark } from "../badge.tsx";
import { EventDetail } from "./event-detail.tsx";

/** Why that verdict, with which program, from where. */
function Trace(props: { event: EventView }) {
  const origin = () =>
    [props.event.network && showNetwork(props.event.network), props.event.userAgent].filter(Boolean).join(" · ");
  return (
    <Show when={props.event.verdict}>
      <p class="text-muted empty:hidden">{props.event.verdictReason}</p>
      <p class="text-[13px] text-muted empty:hidden">{origin()}</p>
    </Show>
  );
}

/** Events that an answer had no room for. */
function Further(props: { count: number; messageId: string }) {
  return (
    <p class="text-sm text-muted">
      and {showCount(props.count)} more:{" "}
      <A class="text-accent hover:underline" href={`/events?messageId=${encodeURIComponent(props.messageId)}`}>
        list all events of this message
      </A>
    </p>
  );
}

interface TimelineProps {
  events: EventView[];
  label: string;
  /** How many events there are besides. */
  further?: number | undefined;
  /** The mail was delivered: what may be an automatic reply is one. */
  hasAutomaticReply?: boolean;
}

export function Timeline(props: TimelineProps) {
  const lookOf = (event: EventView) =>
    props.hasAutomaticReply && mayBeAutomaticReply(event) ? automaticReply : lookOfStatus(statusOfEvent(event));
  return (
    <>
      <ol class="space-y-3" aria-label={props.label}>
        <For each={props.events}>
          {(event) => (
            <li class="group relative grid grid-cols-[auto_minmax(0,1fr)_auto] items-start gap-x-3 text-sm">
              <span aria-hidden="true" class="absolute top-6 -bottom-3 left-3 w-px bg-line group-last:hidden" />
              <StatusMark look={lookOf(event)} class="relative self-start" />
              <div class="min-w-0 break-words">
                <p>
                  <span class="font-medium">{lookOf(event).word}</span>
                  <span class="ml-2 text-muted">
                    <EventDetail event={event} isTold />
                  </span>
                </p>
                <Trace event={event} />
              </div>
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
      <Show when={props.further}>
        {(count) => <Further count={count()} messageId={props.events[0]?.messageId ?? ""} />}
      </Show>
    </>
  );
}
