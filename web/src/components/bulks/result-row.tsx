// What became of one recipient of a bulk.
import { A } from "@solidjs/router";
import { Match, Show, Switch } from "solid-js";
import type { BulkRecipientView } from "../../../../shared/contract/api/bulk.ts";
import { lookOfRecipient } from "../../lib/bulk.ts";
import { showFullTime, showTime } from "../../lib/time.ts";
import { Badge } from "../badge.tsx";
import { recipientPath } from "../events/event-detail.tsx";

const linkClass = "underline decoration-edge underline-offset-4 hover:text-ink";

/** As suppressions have them; there may come more. */
const suppressedFor: Record<string, string> = {
  bounce: "It bounced",
  complaint: "Its owner complained",
  unsubscribe: "Its owner unsubscribed",
  manual: "It was added by hand",
};

export function ResultRow(props: { result: BulkRecipientView }) {
  const isAddress = () => props.result.recipient.includes("@");
  const sent = () => (props.result.status === "sent" ? props.result : undefined);
  const suppressed = () => (props.result.status === "suppressed" ? props.result : undefined);
  const trouble = () => ("message" in props.result ? props.result : undefined);
  return (
    <li class="grid grid-cols-[minmax(0,1fr)_auto] items-baseline gap-x-5 gap-y-1 px-5 py-2.5 text-sm md:grid-cols-[minmax(0,2fr)_8rem_minmax(0,3fr)]">
      <Show when={isAddress()} fallback={<span class="wrap-anywhere">{props.result.recipient || "(empty)"}</span>}>
        <A
          class="w-fit max-w-full font-medium wrap-anywhere hover:underline"
          href={recipientPath(props.result.recipient)}
        >
          {props.result.recipient}
        </A>
      </Show>
      <span>
        <Badge look={lookOfRecipient(props.result.status)} />
      </span>
      <span class="text-muted max-md:col-span-2 empty:hidden">
        <Switch>
          <Match when={sent()}>
            {(found) => (
              <A class={linkClass} href={`/messages/${encodeURIComponent(found().messageId)}`}>
                See the message
              </A>
            )}
          </Match>
          <Match when={suppressed()}>
            {(found) => (
              <>
                {suppressedFor[found().reason] ?? found().reason}
                <Show when={found().list}>{(list) => <> from {list()}</>}</Show>,{" "}
                <time dateTime={found().since} title={showFullTime(found().since)}>
                  {showTime(found().since, Date.now())}
                </time>
              </>
            )}
          </Match>
          <Match when={trouble()}>
            {(found) => (
              <span class="md:line-clamp-2" title={found().message}>
                {found().message}
              </span>
            )}
          </Match>
        </Switch>
      </span>
    </li>
  );
}
