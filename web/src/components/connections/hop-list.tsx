// The hops of a connection check, one by one: what was seen, and how to mend what is broken.
import { For, Show } from "solid-js";
import type { Hop, HopResult } from "../../../../shared/contract/api/connections.ts";
import type { Tone } from "../../lib/status.ts";
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

const looks: Record<HopResult["result"], { tone: Tone; sign: string; word: string }> = {
  ok: { tone: "good", sign: "✓", word: "OK" },
  broken: { tone: "bad", sign: "✕", word: "Broken" },
  waiting: { tone: "warn", sign: "…", word: "Waiting" },
  skipped: { tone: "plain", sign: "–", word: "Not tried" },
};

export function HopList(props: { hops: HopResult[] }) {
  return (
    <ol class="divide-y divide-line" aria-label="Checks" aria-live="polite">
      <For each={props.hops}>
        {(hop) => (
          <li class="grid gap-x-4 gap-y-1 py-3 sm:grid-cols-[7rem_1fr]">
            <div>
              <Badge tone={looks[hop.result].tone} sign={looks[hop.result].sign}>
                {looks[hop.result].word}
              </Badge>
            </div>
            <div class="min-w-0 text-sm">
              <p class="font-medium">{names[hop.hop]}</p>
              <p class="break-words text-muted">{hop.message}</p>
              <Show when={hop.fix}>
                <p class="mt-1 rounded-lg bg-warn-soft px-3 py-2 text-ink">{hop.fix}</p>
              </Show>
            </div>
          </li>
        )}
      </For>
    </ol>
  );
}
