// How far a bulk is, as a bar. The numbers stand beside it in words: the colours only add to them.
import { For } from "solid-js";
import type { BulkRecipientStatus, BulkView } from "../../../../shared/contract/api/bulk.ts";
import { countDone, countsText } from "../../lib/bulk.ts";
import { showCount } from "../../lib/number.ts";

/** Who waits, or was given up, is the part of the bar that stays empty. */
const colours: [BulkRecipientStatus, string][] = [
  ["sent", "bg-info"],
  ["suppressed", "bg-warn"],
  ["invalid", "bg-bad"],
  ["failed", "bg-bad"],
  ["unknown", "bg-strong"],
  ["sending", "bg-bar"],
];

export function BulkProgress(props: { bulk: BulkView; class?: string }) {
  return (
    <div
      role="progressbar"
      aria-label={`Progress of ${props.bulk.name}`}
      aria-valuemin={0}
      aria-valuemax={props.bulk.total}
      aria-valuenow={countDone(props.bulk)}
      aria-valuetext={`${showCount(countDone(props.bulk))} of ${showCount(props.bulk.total)} done: ${countsText(props.bulk)}`}
      class={`flex overflow-hidden rounded-full bg-raised inset-ring inset-ring-line ${props.class ?? "h-2"}`}
    >
      <For each={colours}>
        {([status, colour]) => (
          <div
            class={`${colour} transition-[width] duration-500`}
            style={{ width: `${(100 * props.bulk.counts[status]) / props.bulk.total}%` }}
          />
        )}
      </For>
    </div>
  );
}
