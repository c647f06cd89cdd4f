// Every message to an address, with what became of it.
import { A, createAsync } from "@solidjs/router";
import { For, Show } from "solid-js";
import type { RecipientOutcomeView } from "../../../../shared/contract/api/recipients.ts";
import { exportRecipientMessages, getRecipient, listFurtherOutcomes } from "../../lib/api.ts";
import { engagementText } from "../../lib/engagement.ts";
import { explainBounce } from "../../lib/status.ts";
import { showFullTime, showTime } from "../../lib/time.ts";
import { Badge, StatusBadge } from "../badge.tsx";
import { FileExport } from "../file-export.tsx";
import { createPages, MorePages } from "../pages.tsx";
import { Empty } from "../states.tsx";

const fateOf = ({ opens, clicks, bounce, complaint }: RecipientOutcomeView): string =>
  [
    bounce && explainBounce(bounce),
    complaint && "Reported as spam.",
    engagementText(opens, "open"),
    engagementText(clicks, "click"),
  ]
    .filter(Boolean)
    .join(" · ");

function OutcomeRow(props: { outcome: RecipientOutcomeView }) {
  return (
    <li class="grid grid-cols-[minmax(0,1fr)_auto] items-baseline gap-x-5 gap-y-1 px-5 py-3 text-sm md:grid-cols-[8rem_minmax(0,1fr)_auto]">
      <span class="flex flex-wrap gap-1.5 md:row-span-2">
        <StatusBadge status={props.outcome.status} />
        <Show when={props.outcome.automaticReply}>
          <Badge look={{ word: "Out of office", tone: "plain" }} />
        </Show>
      </span>
      <A
        class="col-span-2 row-start-2 truncate font-medium hover:underline md:col-span-1 md:row-start-auto"
        href={`/messages/${encodeURIComponent(props.outcome.messageId)}`}
      >
        {props.outcome.subject || "(no subject)"}
      </A>
      <time
        class="text-right whitespace-nowrap text-muted tabular-nums"
        dateTime={props.outcome.sentAt}
        title={showFullTime(props.outcome.sentAt)}
      >
        {showTime(props.outcome.sentAt, Date.now())}
      </time>
      <p class="col-span-2 text-muted empty:hidden">{fateOf(props.outcome)}</p>
    </li>
  );
}

export function OutcomeList(props: { address: string }) {
  const first = createAsync(() => getRecipient(props.address));
  const pages = createPages(first, (cursor) => listFurtherOutcomes(props.address, cursor));

  return (
    <Show
      when={pages.items().length > 0}
      fallback={
        <Empty title="No mail to this address is known">
          None was sent, or it was longer ago than events are kept, or the address was erased.
        </Empty>
      }
    >
      <ul class="divide-y divide-line rounded-xl border border-line bg-surface" aria-label="Messages">
        <For each={pages.items()}>{(outcome) => <OutcomeRow outcome={outcome} />}</For>
      </ul>
      <FileExport name="messages" begin={() => (part) => exportRecipientMessages(props.address, part)} />
      <MorePages pages={pages} />
    </Show>
  );
}
