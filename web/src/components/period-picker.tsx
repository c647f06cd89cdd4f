// Which time a page shows: a usual period, or any first and last day. In the reader's time zone.
import { Show } from "solid-js";
import type { Period } from "../../../shared/contract/api/period.ts";
import type { PeriodChoice } from "../lib/address-bar.ts";
import { findTimeZone, periods, periodWords, rangeOf } from "../lib/time.ts";
import { Segmented } from "./segmented.tsx";

/** What pages show until somebody chooses. */
export const defaultPeriod: Period = "30d";

/** What the API is asked for. */
export const toPeriodFilter = ({ period, from, to }: PeriodChoice) => {
  const tz = findTimeZone();
  return {
    ...(from || to ? { ...(from && { from }), ...(to && { to }) } : { period: period ?? defaultPeriod }),
    ...(tz && { tz }),
  };
};

const choices = [
  ...periods.map((value) => ({ value, name: periodWords[value].short })),
  { value: "custom" as const, name: "Custom" },
];

const dateClass = "h-9 w-full min-w-0 rounded-lg border border-edge bg-surface px-2 text-sm text-ink sm:w-36";

interface PeriodPickerProps {
  value: PeriodChoice;
  onChange: (change: PeriodChoice) => void;
}

export function PeriodPicker(props: PeriodPickerProps) {
  const isCustom = () => Boolean(props.value.from ?? props.value.to);
  const chosen = () => (isCustom() ? "custom" : (props.value.period ?? defaultPeriod));
  const choose = (choice: Period | "custom") => {
    if (choice !== "custom")
      props.onChange({ period: choice === defaultPeriod ? undefined : choice, from: undefined, to: undefined });
    else if (!isCustom())
      props.onChange({ period: undefined, ...rangeOf(props.value.period ?? defaultPeriod, Date.now()) });
  };

  return (
    <div class="flex w-full flex-wrap items-center gap-3 sm:w-auto">
      <Segmented
        label="Period"
        class="grid w-full grid-cols-4 sm:flex sm:w-auto"
        choices={choices}
        chosen={chosen()}
        onChoose={choose}
      />
      <Show when={isCustom()}>
        <div class="grid w-full grid-cols-2 gap-3 sm:flex sm:w-auto">
          <label class="flex items-center gap-2 text-sm text-muted">
            From
            <input
              class={dateClass}
              type="date"
              value={props.value.from ?? ""}
              max={props.value.to}
              onChange={(event) => props.onChange({ from: event.currentTarget.value || undefined })}
            />
          </label>
          <label class="flex items-center gap-2 text-sm text-muted">
            to
            <input
              class={dateClass}
              type="date"
              value={props.value.to ?? ""}
              min={props.value.from}
              onChange={(event) => props.onChange({ to: event.currentTarget.value || undefined })}
            />
          </label>
        </div>
      </Show>
    </div>
  );
}
