// One of a few choices, all in sight.
import { For } from "solid-js";

interface SegmentedProps<Choice extends string> {
  label: string;
  choices: readonly { value: Choice; name: string; title?: string }[];
  /** None of them, where it is something else. */
  chosen: Choice | undefined;
  onChoose: (choice: Choice) => void;
  class?: string;
}

export function Segmented<Choice extends string>(props: SegmentedProps<Choice>) {
  return (
    <div
      role="group"
      aria-label={props.label}
      class={`rounded-lg border border-line bg-raised p-0.5 ${props.class ?? "flex w-fit"}`}
    >
      <For each={props.choices}>
        {({ value, name, title }) => (
          <button
            type="button"
            class={`h-8 rounded-md px-3 text-sm whitespace-nowrap transition ${props.chosen === value ? "bg-surface font-medium shadow-sm" : "text-muted hover:text-ink"}`}
            aria-pressed={props.chosen === value}
            title={title}
            onClick={() => props.onChoose(value)}
          >
            {name}
          </button>
        )}
      </For>
    </div>
  );
}
