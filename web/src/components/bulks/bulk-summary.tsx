// One bulk as a whole: what it is, how far it is, why it waits, and what can be done with it.
import { A } from "@solidjs/router";
import { type JSX, Show } from "solid-js";
import type { BulkView } from "../../../../shared/contract/api/bulk.ts";
import { countDone, isOver, lookOfBulk, waitingReason } from "../../lib/bulk.ts";
import { showCount } from "../../lib/number.ts";
import { showFullTime, showTime } from "../../lib/time.ts";
import { Badge } from "../badge.tsx";
import { Freshness } from "../states.tsx";
import { BulkProgress } from "./bulk-progress.tsx";
import { ConnectionName } from "./connection-name.tsx";
import { Steering } from "./steering.tsx";

function Fact(props: { name: string; children: JSX.Element }) {
  return (
    <>
      <dt class="text-muted">{props.name}</dt>
      <dd class="mb-2 wrap-anywhere sm:mb-0">{props.children}</dd>
    </>
  );
}

/** When something was, or will be; absent where it is not known. */
const Moment = (props: { name: string; at: string | undefined }) => (
  <Show when={props.at}>
    {(at) => (
      <Fact name={props.name}>
        <time dateTime={at()} title={showFullTime(at())}>
          {showTime(at(), Date.now())}
        </time>
      </Fact>
    )}
  </Show>
);

function Waiting(props: { bulk: BulkView }) {
  return (
    <Show when={props.bulk.waitingUntil}>
      {(until) => (
        <p role="status" class="rounded-lg bg-warn-soft px-3 py-2 text-sm text-warn">
          {waitingReason(props.bulk.waitingFor)} It goes on by itself at{" "}
          <time class="font-medium" dateTime={until()} title={showFullTime(until())}>
            {showTime(until(), Date.now())}
          </time>
          .
          <Show when={props.bulk.waitingFor === "connection_broken"}>
            {" "}
            <A class="underline" href="/connections">
              Connections
            </A>
          </Show>
        </p>
      )}
    </Show>
  );
}

export function BulkSummary(props: { bulk: BulkView; failure: unknown }) {
  return (
    <section aria-label="Bulk" class="space-y-4 rounded-xl border border-line bg-surface p-5">
      <div class="flex flex-wrap items-start justify-between gap-x-4 gap-y-1">
        <div class="min-w-48 flex-1 space-y-1.5">
          <h2 class="text-lg/6 font-semibold wrap-anywhere">{props.bulk.name}</h2>
          <p class="text-sm">
            <Badge look={lookOfBulk(props.bulk)} />{" "}
            <span class="text-muted tabular-nums">
              {showCount(countDone(props.bulk))} of {showCount(props.bulk.total)} done
            </span>
          </p>
        </div>
        <Show when={!isOver(props.bulk)}>
          <Freshness failure={props.failure} />
        </Show>
      </div>
      <BulkProgress bulk={props.bulk} class="h-3" />
      <Waiting bulk={props.bulk} />
      <dl class="grid gap-x-6 text-sm sm:grid-cols-[auto_1fr] sm:gap-y-1.5">
        <Show when={props.bulk.subject !== props.bulk.name}>
          <Fact name="Subject">{props.bulk.subject}</Fact>
        </Show>
        <Fact name="From">{props.bulk.from}</Fact>
        <Fact name="Connection">
          <ConnectionName connectionId={props.bulk.connection} />
        </Fact>
        <Moment name="Made" at={props.bulk.createdAt} />
        <Moment name="Scheduled for" at={props.bulk.scheduledAt} />
        <Moment name={props.bulk.status === "cancelled" ? "Cancelled" : "Finished"} at={props.bulk.finishedAt} />
        <Fact name="Id">
          <span class="font-mono text-[13px]">{props.bulk.id}</span>
        </Fact>
      </dl>
      <Steering bulk={props.bulk} />
    </section>
  );
}
