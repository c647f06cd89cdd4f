// All bulks, the newest first, page by page. The first page refreshes itself; what moves off it stays.
import { A, createAsyncStore } from "@solidjs/router";
import { createMemo, For, Show } from "solid-js";
import type { BulkView } from "../../../../shared/contract/api/bulk.ts";
import { countsText, isRunning, lookOfBulk } from "../../lib/bulk.ts";
import { listBulks, listFurtherBulks } from "../../lib/bulks-api.ts";
import { messageOf } from "../../lib/http.ts";
import { pollWhileVisible } from "../../lib/poll.ts";
import { showFullTime, showTime } from "../../lib/time.ts";
import { Badge } from "../badge.tsx";
import { FormError } from "../form.tsx";
import { createPages, MorePages } from "../pages.tsx";
import { Empty } from "../states.tsx";
import { BulkProgress } from "./bulk-progress.tsx";
import { ConnectionName } from "./connection-name.tsx";

/** While one runs; and otherwise, as an app may begin one at any time. */
const runningMs = 2000;
const restingMs = 15_000;

export const bulkHref = (bulkId: string): string => `/bulks/${encodeURIComponent(bulkId)}`;

function When(props: { bulk: BulkView }) {
  const at = () => (props.bulk.status === "scheduled" && props.bulk.scheduledAt) || props.bulk.createdAt;
  return (
    <time dateTime={at()} title={showFullTime(at())}>
      {props.bulk.status === "scheduled" ? "For " : ""}
      {showTime(at(), Date.now())}
    </time>
  );
}

function BulkRow(props: { bulk: BulkView }) {
  return (
    <li class="grid items-center gap-x-6 gap-y-2 px-5 py-3.5 text-sm lg:grid-cols-[minmax(0,5fr)_7rem_minmax(0,6fr)]">
      <div class="min-w-0">
        <A class="font-medium wrap-anywhere hover:underline" href={bulkHref(props.bulk.id)}>
          {props.bulk.name}
        </A>
        <p class="text-muted tabular-nums">
          <When bulk={props.bulk} /> · <ConnectionName connectionId={props.bulk.connection} />
        </p>
      </div>
      <p>
        <Badge look={lookOfBulk(props.bulk)} />
      </p>
      <div class="min-w-0 space-y-1.5">
        <BulkProgress bulk={props.bulk} />
        <p class="text-muted tabular-nums">{countsText(props.bulk)}</p>
      </div>
    </li>
  );
}

const newestFirst = (a: BulkView, b: BulkView): number =>
  b.createdAt.localeCompare(a.createdAt) || b.id.localeCompare(a.id);

export function BulkList() {
  const first = createAsyncStore(() => listBulks(), { reconcile: { key: "id" } });
  const pages = createPages(first, listFurtherBulks);
  const items = createMemo<BulkView[]>((known) => {
    const shown = [...pages.items(), ...known];
    return [...new Map(shown.toReversed().map((bulk) => [bulk.id, bulk])).values()].sort(newestFirst);
  }, []);
  const failure = pollWhileVisible(
    () => listBulks.refresh(),
    () => (first.latest?.items.some(isRunning) ? runningMs : restingMs),
  );

  return (
    <Show
      when={items().length > 0}
      fallback={
        <Empty title="No bulk mail yet">
          One mail, filled in for up to 10,000 people and sent at the pace of your SES account.
        </Empty>
      }
    >
      <ul class="divide-y divide-line rounded-xl border border-line bg-surface" aria-label="Bulks">
        <For each={items()}>{(bulk) => <BulkRow bulk={bulk} />}</For>
      </ul>
      <FormError message={failure() === undefined ? undefined : `Not refreshed: ${messageOf(failure())}`} />
      <MorePages pages={pages} />
    </Show>
  );
}
