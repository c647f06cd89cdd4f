// The filters of the event list. They live in the address bar, so that a view can be shared and comes back.
import { For, Show } from "solid-js";
import { presets, type Preset, rangeOf } from "../../lib/time.ts";
import { lookOfStatus, statusWords } from "../../lib/status.ts";
import { Button } from "../form.tsx";

export interface FilterValues {
  status?: string | undefined;
  recipient?: string | undefined;
  messageId?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
}

const chip = (isOn: boolean): string =>
  `rounded-full border px-3 py-1 text-sm transition ${isOn ? "border-accent bg-accent-soft text-accent" : "border-line bg-surface text-muted hover:text-ink"}`;

const dateInput = "rounded-lg border border-line bg-surface px-2 py-1.5 text-sm";

/** The words that the address bar holds, without those that no filter knows. */
export const statusesOf = (status: string | undefined): string[] =>
  (status ?? "").split(",").filter((word) => (statusWords as string[]).includes(word));

export function EventFilters(props: { value: FilterValues; onChange: (change: FilterValues) => void }) {
  const chosen = () => statusesOf(props.value.status);
  const toggle = (word: string) => {
    const next = chosen().includes(word) ? chosen().filter((each) => each !== word) : [...chosen(), word];
    props.onChange({ status: next.join(",") || undefined });
  };
  const isPreset = (preset: Preset) => {
    const range = rangeOf(preset, Date.now());
    return props.value.from === range.from && props.value.to === range.to;
  };
  const isFiltered = () => Object.values(props.value).some(Boolean);

  const search = (event: SubmitEvent) => {
    event.preventDefault();
    const recipient = new FormData(event.target as HTMLFormElement).get("recipient");
    props.onChange({ recipient: typeof recipient === "string" && recipient ? recipient : undefined });
  };

  return (
    <div class="space-y-3" role="search" aria-label="Filter events">
      <div class="flex flex-wrap gap-2" role="group" aria-label="Status">
        <For each={statusWords}>
          {(word) => (
            <button
              type="button"
              class={chip(chosen().includes(word))}
              aria-pressed={chosen().includes(word)}
              onClick={() => toggle(word)}
            >
              {lookOfStatus(word).word}
            </button>
          )}
        </For>
      </div>
      <div class="flex flex-wrap items-center gap-2">
        <form class="flex min-w-56 flex-1 gap-2 sm:max-w-sm" onSubmit={search}>
          <input
            class="w-full rounded-lg border border-line bg-surface px-3 py-1.5 text-sm"
            type="search"
            name="recipient"
            aria-label="Recipient"
            placeholder="Recipient's address"
            value={props.value.recipient ?? ""}
            onChange={(event) => props.onChange({ recipient: event.currentTarget.value || undefined })}
          />
        </form>
        <div class="flex flex-wrap gap-2" role="group" aria-label="Period">
          <For each={Object.entries(presets) as [Preset, { label: string }][]}>
            {([preset, { label }]) => (
              <button
                type="button"
                class={chip(isPreset(preset))}
                aria-pressed={isPreset(preset)}
                onClick={() => props.onChange(rangeOf(preset, Date.now()))}
              >
                {label}
              </button>
            )}
          </For>
        </div>
        <label class="flex items-center gap-1.5 text-sm text-muted">
          From
          <input
            class={dateInput}
            type="date"
            value={props.value.from ?? ""}
            max={props.value.to}
            onChange={(event) => props.onChange({ from: event.currentTarget.value || undefined })}
          />
        </label>
        <label class="flex items-center gap-1.5 text-sm text-muted">
          to
          <input
            class={dateInput}
            type="date"
            value={props.value.to ?? ""}
            min={props.value.from}
            onChange={(event) => props.onChange({ to: event.currentTarget.value || undefined })}
          />
        </label>
        <Show when={isFiltered()}>
          <Button
            look="plain"
            onClick={() =>
              props.onChange({
                status: undefined,
                recipient: undefined,
                messageId: undefined,
                from: undefined,
                to: undefined,
              })
            }
          >
            Clear filters
          </Button>
        </Show>
      </div>
      <Show when={props.value.messageId}>
        {(messageId) => (
          <p class="text-sm text-muted">
            Only message <code class="break-all">{messageId()}</code>
          </p>
        )}
      </Show>
    </div>
  );
}
