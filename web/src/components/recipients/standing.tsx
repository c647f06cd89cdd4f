// Whether the address may be mailed, and what says that it may not.
import { A, createAsync } from "@solidjs/router";
import { For, Show } from "solid-js";
import { listSuppressions } from "../../lib/api.ts";
import { showFullTime, showTime } from "../../lib/time.ts";
import { Badge } from "../badge.tsx";
import { ReasonBadge, refusedMail } from "../suppressions/reason-badge.tsx";

export function Standing(props: { address: string }) {
  const page = createAsync(() => listSuppressions({ address: props.address }));
  return (
    <Show when={page()}>
      {(shown) => (
        <Show
          when={shown().items.length > 0}
          fallback={
            <p class="flex flex-wrap items-center gap-2 text-sm text-muted">
              <Badge look={{ word: "May be mailed", tone: "good", sign: "check" }} /> Nothing suppresses this address.
            </p>
          }
        >
          <ul class="space-y-2" aria-label="Why it is suppressed">
            <For each={shown().items.flatMap(({ reasons }) => reasons)}>
              {(item) => (
                <li class="flex flex-wrap items-center gap-x-2 gap-y-1 text-sm text-muted">
                  <ReasonBadge reason={item.reason} />
                  <span>
                    Suppressed
                    <Show when={item.possible}> (possibly somebody else's complaint)</Show> since{" "}
                    <time dateTime={item.since} title={showFullTime(item.since)}>
                      {showTime(item.since, Date.now())}
                    </time>
                    . {refusedMail(item)}
                  </span>
                  <Show when={item.evidence}>
                    {(evidence) => (
                      <A
                        class="underline decoration-edge underline-offset-4 hover:text-ink"
                        href={`/messages/${encodeURIComponent(evidence().messageId)}`}
                      >
                        Evidence
                      </A>
                    )}
                  </Show>
                </li>
              )}
            </For>
          </ul>
        </Show>
      )}
    </Show>
  );
}
