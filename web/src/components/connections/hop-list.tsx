// The hops of a connection check, one by one: what was seen, and how to mend what is broken.
import { For, Show } from "solid-js";
import type { Hop, HopResult } from "../../../../shared/contract/api/connections.ts";
import type { Look } from "../../lib/status.ts";
import { Badge } from "../badge.tsx";

const names: Record<Hop, string> = {
  assumeRole: "Role can be assumed",
  externalIdEnforced: "External id is enforced",
  account: "Account is the claimed one",
  sending: "SES can send",
  configurationSet: "Configuration set publishes events",
  rule: "Rule forwards events",
  testEvent: "Test event arrived",
};

const looks: Record<HopResult["result"], Look> = {
  ok: { word: "OK", tone: "good", sign: "check" },
  broken: { word: "Broken", tone: "bad", sign: "cross" },
  waiting: { word: "Waiting", tone: "warn", sign: "clock" },
  skipped: { word: "Not tried", tone: "plain", sign: "dash" },
};

export function HopList(props: { hops: HopResult[] }) {
  return (
    <ol class="divide-y divide-line border-y border-line" aria-label="Checks" aria-live="polite">
      <For each={props.hops}>
        {(hop) => (
          <li class="grid gap-x-4 gap-y-1 py-3 sm:grid-cols-[6rem_1fr]">
            <div>
              <Badge look={looks[hop.result]} />
            </div>
            <div class="min-w-0 text-sm">
              <p class="font-medium">{names[hop.hop]}</p>
              <p class="break-words text-muted">{hop.message}</p>
              <Show when={hop.fix}>
                <p class="mt-2 rounded-lg bg-warn-soft px-3 py-2 break-words text-ink">{hop.fix}</p>
              </Show>
            </div>
          </li>
        )}
      </For>
    </ol>
  );
}
