// What SES accepted against the events that came, as the last hourly comparison found it.
import { Show } from "solid-js";
import type { Reconciliation as Found } from "../../../../shared/contract/api/connections.ts";
import { showCount } from "../../lib/number.ts";
import { showFullTime } from "../../lib/time.ts";

export function Reconciliation(props: { found: Found }) {
  return (
    <div class="space-y-1 text-sm text-muted" title={`Compared ${showFullTime(props.found.checkedAt)}`}>
      <p class="tabular-nums">
        SES accepted {showCount(props.found.acceptedLast24h)} mails from SESami in the last 24 hours
        <Show when={props.found.withoutSendEvent > 0} fallback="; none of them misses its Send event.">
          ; <strong class="font-semibold text-ink">{showCount(props.found.withoutSendEvent)}</strong> of them have no
          Send event after an hour. Check the connection.
        </Show>
      </p>
      <Show when={props.found.sesReported}>
        {(reported) => (
          <p class="tabular-nums">
            SES itself counts {showCount(reported().deliveryAttempts)} delivery attempts,{" "}
            {showCount(reported().bounces)} bounces, {showCount(reported().complaints)} complaints and{" "}
            {showCount(reported().rejects)} rejects. {reported().note}
          </p>
        )}
      </Show>
    </div>
  );
}
