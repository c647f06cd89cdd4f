// What tells an event from another of its kind, and whose it is: for the list and for the timeline.
import { A } from "@solidjs/router";
import { Show } from "solid-js";
import type { EventView } from "../../../../shared/contract/api/events.ts";
import { mayBeAutomaticReply } from "../../lib/status.ts";
import { VerdictBadge } from "../verdict-badge.tsx";

/** @param props.isTold whoever is around says whether a bounce was an automatic reply */
export function EventDetail(props: { event: EventView; isTold?: boolean }) {
  const bounce = () => props.event.bounce;
  return (
    <>
      <Show when={props.event.verdict}>
        {(verdict) => (
          <span class="mr-2">
            <VerdictBadge verdict={verdict()} reason={props.event.verdictReason} />
          </span>
        )}
      </Show>
      <Show when={props.event.link}>{(link) => <span title={link()}>{link().replace(/^https?:\/\//, "")}</span>}</Show>
      <Show when={bounce()}>
        {(detail) => (
          <span title={detail().diagnosticCode}>
            {detail().type} · {detail().subType}
            <Show when={!props.isTold && mayBeAutomaticReply(props.event)}>
              {" "}
              <span title="Automatic replies come as this kind of bounce, too. The message's page says which it was.">
                (out of office?)
              </span>
            </Show>
          </span>
        )}
      </Show>
      <Show when={props.event.complaint?.feedbackType}>{(type) => <span>Reported as {type()}</span>}</Show>
      <Show when={!bounce() && props.event.reason}>{(reason) => <span title={reason()}>{reason()}</span>}</Show>
    </>
  );
}

export const recipientPath = (address: string): string => `/recipients/${encodeURIComponent(address)}`;

/** Links to everything about that person; an ambiguous event is nobody's, and who was erased has no address. */
export function Recipient(props: { recipient: string | null }) {
  return (
    <Show when={props.recipient} fallback={<span class="text-muted italic">one of several recipients</span>}>
      {(recipient) => (
        <Show when={recipient().includes("@")} fallback={<span class="text-muted italic">erased</span>}>
          <A class="hover:underline" href={recipientPath(recipient())} title={`All mail to ${recipient()}`}>
            {recipient()}
          </A>
        </Show>
      )}
    </Show>
  );
}
