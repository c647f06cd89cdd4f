// One suppressed address: each reason with its evidence, and the way to take it away.
import { A, useAction } from "@solidjs/router";
import { For, Show } from "solid-js";
import type { SuppressionReasonView, SuppressionView } from "../../../../shared/contract/api/suppressions.ts";
import { removeSuppression } from "../../lib/api.ts";
import { showFullTime, showTime } from "../../lib/time.ts";
import { ConfirmDialog } from "../confirm-dialog.tsx";
import { recipientPath } from "../events/event-detail.tsx";
import { ReasonBadge } from "./reason-badge.tsx";

interface ReasonProps {
  address: string;
  reason: SuppressionReasonView;
  onRemoved: () => void;
}

/** What taking a reason away risks. */
const warnings: Record<SuppressionReasonView["reason"], string> = {
  bounce: "It bounced for good: mail it again only if you know that the mailbox works now.",
  complaint: "Its owner reported your mail as spam: mail it again only if they asked you to.",
  unsubscribe: "Its owner asked for no more of this mail: mail it again only if they asked to come back.",
  manual: "Somebody added it by hand.",
};

function RemoveReason(props: ReasonProps) {
  const remove = useAction(removeSuppression);
  const isOfEvents = () => props.reason.reason === "bounce" || props.reason.reason === "complaint";
  return (
    <ConfirmDialog
      trigger="Remove"
      title={`Mail ${props.address} again?`}
      confirm="Remove"
      onConfirm={async () => {
        await remove(props.address, props.reason);
        props.onRemoved();
      }}
    >
      <p>{warnings[props.reason.reason]}</p>
      <Show when={isOfEvents()}>
        <p>
          What happened before does not bring it back; a new bounce or complaint does. The suppression list of your SES
          account is not changed.
        </p>
      </Show>
    </ConfirmDialog>
  );
}

function Reason(props: ReasonProps) {
  return (
    <li class="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-5 gap-y-1 sm:grid-cols-[minmax(0,1fr)_9rem_auto]">
      <span class="flex flex-wrap items-center gap-x-2 gap-y-1">
        <ReasonBadge reason={props.reason.reason} />
        <Show when={props.reason.possible}>
          <span class="text-muted" title="The complaint may be of any of several recipients of the message">
            possibly
          </span>
        </Show>
        <Show when={props.reason.list}>{(list) => <span class="text-muted wrap-anywhere">{list()}</span>}</Show>
        <Show when={props.reason.evidence}>
          {(evidence) => (
            <A
              class="text-muted underline decoration-edge underline-offset-4 hover:text-ink"
              href={`/messages/${encodeURIComponent(evidence().messageId)}`}
            >
              Evidence
            </A>
          )}
        </Show>
      </span>
      <time
        class="text-muted tabular-nums max-sm:col-start-1 max-sm:row-start-2 sm:text-right"
        dateTime={props.reason.since}
        title={showFullTime(props.reason.since)}
      >
        {showTime(props.reason.since, Date.now())}
      </time>
      <span class="max-sm:row-span-2 max-sm:row-start-1 max-sm:col-start-2">
        <RemoveReason {...props} />
      </span>
    </li>
  );
}

export function SuppressionRow(props: { item: SuppressionView; onRemoved: () => void }) {
  return (
    <li class="grid gap-x-5 gap-y-2 px-5 py-3 text-sm lg:grid-cols-[minmax(0,2fr)_minmax(0,3fr)]">
      <A
        class="w-fit max-w-full self-center font-medium wrap-anywhere hover:underline"
        href={recipientPath(props.item.address)}
        title={`All mail to ${props.item.address}`}
      >
        {props.item.address}
      </A>
      <ul class="space-y-2" aria-label={`Why ${props.item.address} is suppressed`}>
        <For each={props.item.reasons}>
          {(reason) => <Reason address={props.item.address} reason={reason} onRemoved={props.onRemoved} />}
        </For>
      </ul>
    </li>
  );
}
