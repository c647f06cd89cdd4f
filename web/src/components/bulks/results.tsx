// The recipients of a bulk, to choose from by what became of them, and to take away as a file.
import { useSearchParams } from "@solidjs/router";
import { For, Show } from "solid-js";
import type { BulkRecipientStatus, BulkView } from "../../../../shared/contract/api/bulk.ts";
import { wordOf } from "../../lib/address-bar.ts";
import { lookOfRecipient, recipientMeanings, recipientStatuses } from "../../lib/bulk.ts";
import { exportResults, listResults } from "../../lib/bulks-api.ts";
import { showCount } from "../../lib/number.ts";
import { FileExport } from "../file-export.tsx";
import { Icon } from "../icon.tsx";
import { Loaded } from "../states.tsx";
import { ResultList } from "./result-list.tsx";

interface ChoiceProps {
  status: BulkRecipientStatus | undefined;
  count: number;
  isChosen: boolean;
  onChoose: () => void;
}

function Choice(props: ChoiceProps) {
  const look = () => (props.status === undefined ? { word: "All" } : lookOfRecipient(props.status));
  return (
    <button
      type="button"
      aria-pressed={props.isChosen}
      title={props.status && recipientMeanings[props.status]}
      class={`inline-flex h-8 items-center gap-1.5 rounded-lg border px-2.5 text-sm whitespace-nowrap transition ${props.isChosen ? "border-accent bg-accent-soft text-accent" : "border-line bg-surface text-muted hover:text-ink"}`}
      onClick={() => props.onChoose()}
    >
      <Show when={props.status}>{(status) => <Icon name={lookOfRecipient(status()).sign} />}</Show>
      {look().word} <span class="tabular-nums">{showCount(props.count)}</span>
    </button>
  );
}

export function Results(props: { bulk: BulkView }) {
  const [parameters, setParameters] = useSearchParams();
  const status = () => wordOf(parameters["status"], recipientStatuses);
  const choices = () => recipientStatuses.filter((choice) => props.bulk.counts[choice] > 0 || choice === status());
  return (
    <section aria-labelledby="results" class="rounded-xl border border-line bg-surface">
      <div class="flex flex-wrap items-center justify-between gap-3 px-5 pt-5">
        <h2 id="results" class="font-semibold">
          Recipients
        </h2>
        <FileExport
          name={status() === undefined ? props.bulk.id : `${props.bulk.id}-${status()}`}
          begin={() => {
            const filter = { bulkId: props.bulk.id, status: status() };
            return (part) => exportResults(filter, part);
          }}
        />
      </div>
      <div role="group" aria-label="Status" class="flex flex-wrap gap-2 px-5 pt-3 pb-4">
        <Choice
          status={undefined}
          count={props.bulk.total}
          isChosen={status() === undefined}
          onChoose={() => setParameters({ status: undefined })}
        />
        <For each={choices()}>
          {(choice) => (
            <Choice
              status={choice}
              count={props.bulk.counts[choice]}
              isChosen={status() === choice}
              onChoose={() => setParameters({ status: choice })}
            />
          )}
        </For>
      </div>
      <Show when={`${props.bulk.id} ${status()}`} keyed>
        <Loaded queries={[listResults.key]}>
          <ResultList
            bulkId={props.bulk.id}
            status={status()}
            stand={JSON.stringify([props.bulk.status, props.bulk.counts])}
          />
        </Loaded>
      </Show>
    </section>
  );
}
