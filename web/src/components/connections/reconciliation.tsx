// Are all events here? What SES accepted against the events that came, as the last hourly comparison found it.
import { Show } from "solid-js";
import type { Reconciliation as Found, SesReported } from "../../../../shared/contract/api/connections.ts";
import { showCount } from "../../lib/number.ts";
import { showFullTime, showTime } from "../../lib/time.ts";
import { Badge } from "../badge.tsx";

function Count(props: { name: string; count: number; isBad?: boolean }) {
  return (
    <div>
      <dt class="text-sm text-muted">{props.name}</dt>
      <dd class={`text-lg font-semibold tabular-nums ${props.isBad ? "text-bad" : ""}`}>{showCount(props.count)}</dd>
    </div>
  );
}

function Reported(props: { reported: SesReported }) {
  return (
    <div class="space-y-2">
      <h4 class="text-sm text-muted">SES's own figures, for comparison</h4>
      <dl class="grid grid-cols-2 gap-4 sm:grid-cols-4" aria-label="SES's own figures">
        <Count name="Delivery attempts" count={props.reported.deliveryAttempts} />
        <Count name="Bounces" count={props.reported.bounces} />
        <Count name="Complaints" count={props.reported.complaints} />
        <Count name="Rejects" count={props.reported.rejects} />
      </dl>
      <p class="text-sm text-muted">{props.reported.note}</p>
    </div>
  );
}

export function Reconciliation(props: { found: Found }) {
  const isComplete = () => props.found.withoutSendEvent === 0;
  return (
    <section class="space-y-4 border-t border-line pt-5" aria-label="Are all events here?">
      <div class="flex flex-wrap items-center justify-between gap-x-4 gap-y-1">
        <h3 class="flex items-center gap-2.5 text-sm font-semibold">
          Are all events here?
          <Badge
            look={
              isComplete()
                ? { word: "None is missing", tone: "good", sign: "check" }
                : { word: "Some are missing", tone: "bad", sign: "warning" }
            }
          />
        </h3>
        <p class="text-sm text-muted" title={showFullTime(props.found.checkedAt)}>
          Compared {showTime(props.found.checkedAt, Date.now())}, every hour
        </p>
      </div>
      <dl class="grid grid-cols-2 gap-4 sm:grid-cols-4" aria-label="Mail sent by SESami">
        <Count name="Accepted by SES, 24 h" count={props.found.acceptedLast24h} />
        <Count name="Without a Send event" count={props.found.withoutSendEvent} isBad={!isComplete()} />
      </dl>
      <Show when={!isComplete()}>
        <p class="rounded-lg bg-warn-soft px-3 py-2 text-sm">
          SES took these mails more than an hour ago, and no event has told of them. Check the connection: most often
          the rule in your account was changed, or the mail went out with a configuration set that does not publish to
          EventBridge. Events that come late still count.
        </p>
      </Show>
      <Show when={props.found.sesReported}>{(reported) => <Reported reported={reported()} />}</Show>
      <details class="text-sm">
        <summary class="w-fit cursor-pointer text-muted hover:text-ink">What is compared</summary>
        <p class="mt-2 max-w-3xl text-muted">
          Every mail that SES accepts from SESami must bring a Send event. Those of the last 24 hours that are older
          than an hour and have none are counted here. SES publishes events on a best-effort basis, so one can be lost
          on its side. SES's own figures cover 14 days of everything that your account sent in the region, by whomever:
          there may be more than here, never fewer.
        </p>
      </details>
    </section>
  );
}
