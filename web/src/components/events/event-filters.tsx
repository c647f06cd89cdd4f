// The filters of the event list. They live in the address bar, so that a view can be shared and comes back.
import { A } from "@solidjs/router";
import { For, Show } from "solid-js";
import type { PeriodChoice } from "../../lib/address-bar.ts";
import { lookOfStatus, statusesOf, statusWords, type Look } from "../../lib/status.ts";
import { lookOfVerdict, verdicts, verdictsOf } from "../../lib/verdict.ts";
import { Button } from "../form.tsx";
import { Icon } from "../icon.tsx";
import { PeriodPicker } from "../period-picker.tsx";
import { SearchField } from "../search-field.tsx";
import { recipientPath } from "./event-detail.tsx";

export interface FilterValues extends PeriodChoice {
  status?: string | undefined;
  verdict?: string | undefined;
  recipient?: string | undefined;
  messageId?: string | undefined;
  q?: string | undefined;
  tag?: string | undefined;
}

export interface FilterProps {
  value: FilterValues;
  /** What is not named stays; what is undefined goes. */
  onChange: (change: FilterValues) => void;
}

const noFilters: FilterValues = {
  status: undefined,
  verdict: undefined,
  recipient: undefined,
  messageId: undefined,
  q: undefined,
  tag: undefined,
  period: undefined,
  from: undefined,
  to: undefined,
};

interface ChipsProps<Word extends string> {
  label: string;
  words: readonly Word[];
  chosen: readonly Word[];
  lookOf: (word: Word) => Look & { meaning?: string };
  /** The chosen ones, separated by commas. */
  onChoose: (words: string | undefined) => void;
}

function Chips<Word extends string>(props: ChipsProps<Word>) {
  const toggle = (word: Word) => {
    const { chosen } = props;
    const next = chosen.includes(word) ? chosen.filter((each) => each !== word) : [...chosen, word];
    props.onChoose(next.join(",") || undefined);
  };
  const look = (isOn: boolean) =>
    isOn ? "border-accent bg-accent-soft text-accent" : "border-line bg-surface text-muted hover:text-ink";

  return (
    <div
      class="-mx-4 flex items-center gap-2 overflow-x-auto px-4 py-1 sm:mx-0 sm:flex-wrap sm:overflow-visible sm:px-0 sm:py-0"
      role="group"
      aria-label={props.label}
    >
      <For each={props.words}>
        {(word) => (
          <button
            type="button"
            class={`inline-flex h-8 shrink-0 items-center gap-1.5 rounded-lg border px-2.5 text-sm transition ${look(props.chosen.includes(word))}`}
            aria-pressed={props.chosen.includes(word)}
            title={props.lookOf(word).meaning}
            onClick={() => toggle(word)}
          >
            <Icon name={props.lookOf(word).sign} />
            {props.lookOf(word).word}
          </button>
        )}
      </For>
    </div>
  );
}

/** What fields cannot show, and where else it leads. */
function Notes(props: FilterProps) {
  return (
    <>
      <Show when={props.value.messageId}>
        {(messageId) => (
          <p class="text-sm text-muted">
            Only message <code class="break-all">{messageId()}</code>
          </p>
        )}
      </Show>
      <Show when={props.value.recipient?.includes("@") && props.value.recipient}>
        {(recipient) => (
          <p class="text-sm text-muted">
            <A class="font-medium text-accent hover:underline" href={recipientPath(recipient())}>
              All about {recipient()}
            </A>
            : every message, whether it may be mailed, export and erasure.
          </p>
        )}
      </Show>
    </>
  );
}

export function EventFilters(props: FilterProps) {
  const isFiltered = () => Object.values(props.value).some(Boolean);
  return (
    <div class="space-y-3" role="search" aria-label="Filter events">
      <div class="grid gap-3 sm:grid-cols-3">
        <SearchField
          name="q"
          label="Subject"
          placeholder="Text in the subject"
          value={props.value.q}
          onSearch={(q) => props.onChange({ q })}
        />
        <SearchField
          name="recipient"
          label="Recipient"
          placeholder="Recipient's address"
          value={props.value.recipient}
          onSearch={(recipient) => props.onChange({ recipient })}
        />
        <SearchField
          name="tag"
          label="Tag"
          placeholder="Tag: campaign:autumn"
          value={props.value.tag}
          onSearch={(tag) => props.onChange({ tag })}
        />
      </div>
      <div class="flex flex-wrap items-center gap-3">
        <PeriodPicker value={props.value} onChange={props.onChange} />
        <Show when={isFiltered()}>
          <Button look="quiet" class="-ml-3.5 sm:ml-0" onClick={() => props.onChange(noFilters)}>
            Clear filters
          </Button>
        </Show>
      </div>
      <Chips
        label="Status"
        words={statusWords}
        chosen={statusesOf(props.value.status)}
        lookOf={lookOfStatus}
        onChoose={(status) => props.onChange({ status })}
      />
      <div class="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span class="text-sm text-muted">Opens and clicks by</span>
        <Chips
          label="Opens and clicks by"
          words={verdicts}
          chosen={verdictsOf(props.value.verdict)}
          lookOf={lookOfVerdict}
          onChoose={(verdict) => props.onChange({ verdict })}
        />
      </div>
      <Notes {...props} />
    </div>
  );
}
