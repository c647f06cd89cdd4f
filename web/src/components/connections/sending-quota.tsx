// What the account may send, as its check found it.
import { Show } from "solid-js";
import type { VerifyConnectionResponse } from "../../../../shared/contract/api/connections.ts";
import { showCount } from "../../lib/number.ts";

export function SendingQuota(props: { sending: NonNullable<VerifyConnectionResponse["sending"]> }) {
  return (
    <div class="space-y-1 text-sm text-muted">
      <p class="tabular-nums">
        {showCount(props.sending.sentLast24Hours)} of {showCount(props.sending.max24Hours)} mails in the last 24 hours;
        at most {showCount(props.sending.maxSendRate)} a second.
      </p>
      <Show when={props.sending.sandbox}>
        <p>The account is in the SES sandbox: it may mail verified addresses and the mailbox simulator only.</p>
      </Show>
    </div>
  );
}
