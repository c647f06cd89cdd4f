// What became of whom: the recipients of a bulk, or those with one status, one page at a time, fresh while it changes.
import { createAsyncStore } from "@solidjs/router";
import { createSignal, For, Show, useTransition } from "solid-js";
import type { BulkRecipientStatus } from "../../../../shared/contract/api/bulk.ts";
import { lookOfRecipient } from "../../lib/bulk.ts";
import { listResults } from "../../lib/bulks-api.ts";
import { pollWhileVisible } from "../../lib/poll.ts";
import { Button } from "../form.tsx";
import { Empty } from "../states.tsx";
import { ResultRow } from "./result-row.tsx";

const refreshMs = 3000;

interface ResultListProps {
  bulkId: string;
  status: BulkRecipientStatus | undefined;
  /** Changes whenever something has become of somebody. */
  stand: string;
}

/** The last answer may have been of a moment before: what is shown is read again once more. */
const readsPerChange = 2;

export function ResultList(props: ResultListProps) {
  /** Where the pages up to this one begin. */
  const [cursors, setCursors] = createSignal<(string | undefined)[]>([undefined]);
  const [isTurning, turn] = useTransition();
  const filter = () => ({ bulkId: props.bulkId, status: props.status, cursor: cursors().at(-1) });
  const page = createAsyncStore(() => listResults(filter()), { reconcile: { key: "recipient" } });
  let known = props.stand;
  let readsLeft = readsPerChange;
  pollWhileVisible(async () => {
    if (props.stand !== known) readsLeft = readsPerChange;
    known = props.stand;
    if (readsLeft === 0) return;
    await listResults.refresh(filter());
    readsLeft -= 1;
  }, refreshMs);

  const turnTo = (next: (string | undefined)[]) => void turn(() => setCursors(next));
  return (
    <Show when={page()}>
      {(shown) => (
        <>
          <Show
            when={shown().items.length > 0}
            fallback={
              <Empty
                isInset
                title={
                  props.status === undefined
                    ? "Nobody"
                    : `Nobody is ${lookOfRecipient(props.status).word.toLowerCase()}`
                }
              />
            }
          >
            <ul class="divide-y divide-line border-t border-line" aria-label="Recipients">
              <For each={shown().items}>{(result) => <ResultRow result={result} />}</For>
            </ul>
          </Show>
          <Show when={cursors().length > 1 || shown().cursor !== undefined}>
            <nav aria-label="Pages of recipients" class="flex items-center gap-2 border-t border-line px-5 py-3">
              <Button
                look="plain"
                disabled={cursors().length === 1 || isTurning()}
                onClick={() => turnTo(cursors().slice(0, -1))}
              >
                Previous
              </Button>
              <Button
                look="plain"
                disabled={shown().cursor === undefined || isTurning()}
                onClick={() => turnTo([...cursors(), shown().cursor])}
              >
                Next
              </Button>
              <span class="text-sm text-muted tabular-nums" aria-live="polite">
                Page {cursors().length}
              </span>
            </nav>
          </Show>
        </>
      )}
    </Show>
  );
}
