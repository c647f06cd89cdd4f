// Which days: a choice of usual periods, or any first and last day.
import { For } from "solid-js";
import { type Preset, presets, rangeOf } from "../../lib/time.ts";
import type { FilterProps } from "./event-filters.tsx";

/** What the API answers when no day is named. */
const defaultPreset: Preset = "30d";

const dateClass = "h-9 w-full min-w-0 rounded-lg border border-edge bg-surface px-2 text-sm sm:w-36";

export function PeriodFilter(props: FilterProps) {
  const rangeFor = (preset: Preset) =>
    preset === defaultPreset ? { from: undefined, to: undefined } : rangeOf(preset, Date.now());
  const isChosen = (preset: Preset) => {
    const { from, to } = rangeFor(preset);
    return props.value.from === from && props.value.to === to;
  };

  return (
    <>
      <div
        class="grid w-full grid-cols-4 rounded-lg border border-line bg-raised p-0.5 sm:w-auto"
        role="group"
        aria-label="Period"
      >
        <For each={Object.entries(presets) as [Preset, { label: string }][]}>
          {([preset, { label }]) => (
            <button
              type="button"
              class={`h-8 rounded-md px-3 text-sm whitespace-nowrap transition ${isChosen(preset) ? "bg-surface font-medium shadow-sm" : "text-muted hover:text-ink"}`}
              aria-pressed={isChosen(preset)}
              onClick={() => props.onChange(rangeFor(preset))}
            >
              {label}
            </button>
          )}
        </For>
      </div>
      <div class="grid w-full grid-cols-2 gap-3 sm:flex sm:w-auto">
        <label class="flex items-center gap-2 text-sm text-muted">
          From
          <input
            class={`${dateClass} ${props.value.from ? "text-ink" : ""}`}
            type="date"
            value={props.value.from ?? ""}
            max={props.value.to}
            onChange={(event) => props.onChange({ from: event.currentTarget.value || undefined })}
          />
        </label>
        <label class="flex items-center gap-2 text-sm text-muted">
          to
          <input
            class={`${dateClass} ${props.value.to ? "text-ink" : ""}`}
            type="date"
            value={props.value.to ?? ""}
            min={props.value.from}
            onChange={(event) => props.onChange({ to: event.currentTarget.value || undefined })}
          />
        </label>
      </div>
    </>
  );
}
