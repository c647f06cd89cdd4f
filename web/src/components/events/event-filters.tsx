// The filters of the event list. They live in the address bar, so that a view can be shared and comes back.
import { For, Show } from "solid-js";
import type { EventStatusWord } from "../../../../shared/contract/api/events.ts";
import { lookOfStatus, statusesOf, statusWords } from "../../lib/status.ts";
import { Button, controlClass } from "../form.tsx";
import { Icon } from "../icon.tsx";
import { PeriodFilter } from "./period-filter.tsx";

export interface FilterValues {
  status?: string | undefined;
  recipient?: string | undefined;
  messageId?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
}

export interface FilterProps {
  value: FilterValues;
  /** What is not named stays; what is undefined goes. */
  onChange: (change: FilterValues) => void;
}

const noFilters: FilterValues = {
  status: undefined,
  recipient: undefined,
  messageId: undefined,
  from: undefined,
  to: undefined,
};

function StatusFilter(props: FilterProps) {
  const chosen = () => statusesOf(props.value.status);
  const toggle = (word: EventStatusWord) => {
    const next = chosen().includes(word) ? chosen().filter((each) => each !== word) : [...chosen(), word];
    props.onChange({ status: next.join(",") || undefined });
  };
  const look = (isOn: boolean) =>
    isOn ? "border-accent bg-accent-soft text-accent" : "border-line bg-surface text-muted hover:text-ink";

  return (
    <div
      class="-mx-4 flex gap-2 overflow-x-auto px-4 py-1 sm:mx-0 sm:flex-wrap sm:overflow-visible sm:px-0 sm:py-0"
      role="group"
      aria-label="Status"
    >
      <For each={statusWords}>
        {(word) => (
          <button
            type="button"
            class={`inline-flex h-8 shrink-0 items-center gap-1.5 rounded-lg border px-2.5 text-sm transition ${look(chosen().includes(word))}`}
            aria-pressed={chosen().includes(word)}
            onClick={() => toggle(word)}
          >
            <Icon name={lookOfStatus(word).sign} />
            {lookOfStatus(word).word}
          </button>
        )}
      </For>
    </div>
  );
}

function RecipientFilter(props: FilterProps) {
  const search = (recipient: string) => props.onChange({ recipient: recipient.trim() || undefined });
  return (
    <form class="relative min-w-48 flex-1 sm:max-w-xs" onSubmit={(event) => event.preventDefault()}>
      <Icon name="search" class="pointer-events-none absolute top-2.5 left-3 size-4 text-muted" />
      <input
        class={`${controlClass} pl-9`}
        type="search"
        name="recipient"
        autocomplete="off"
        aria-label="Recipient"
        placeholder="Recipient's address"
        value={props.value.recipient ?? ""}
        onChange={(event) => search(event.currentTarget.value)}
        onInput={(event) => event.currentTarget.value === "" && search("")}
      />
    </form>
  );
}

export function EventFilters(props: FilterProps) {
  const isFiltered = () => Object.values(props.value).some(Boolean);
  return (
    <div class="space-y-3" role="search" aria-label="Filter events">
      <div class="flex flex-wrap items-center gap-3">
        <RecipientFilter {...props} />
        <PeriodFilter {...props} />
        <Show when={isFiltered()}>
          <Button look="quiet" class="-ml-3.5 sm:ml-0" onClick={() => props.onChange(noFilters)}>
            Clear filters
          </Button>
        </Show>
      </div>
      <StatusFilter {...props} />
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
