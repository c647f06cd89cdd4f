// What a person may ask for: a copy of everything, and to be erased.
import { createAsync, useAction } from "@solidjs/router";
import { Show } from "solid-js";
import type { ErasureView } from "../../../../shared/contract/api/recipient-rights.ts";
import { eraseRecipient, findErasure } from "../../lib/api.ts";
import { showCount } from "../../lib/number.ts";
import { pollWhileVisible } from "../../lib/poll.ts";
import { showFullTime } from "../../lib/time.ts";
import { Badge } from "../badge.tsx";
import { ConfirmDialog } from "../confirm-dialog.tsx";
import { ExportButtons } from "../export-buttons.tsx";
import { recipientExport } from "./recipient-export.ts";

const refreshMs = 5000;

function Erase(props: { address: string }) {
  const erase = useAction(eraseRecipient);
  return (
    <ConfirmDialog
      trigger="Erase…"
      title={`Erase ${props.address}?`}
      confirm="Erase for good"
      phrase={props.address}
      onConfirm={() => erase(props.address)}
    >
      <p>
        <strong class="font-semibold text-ink">This cannot be undone.</strong> If the person wants a copy, export it
        first.
      </p>
      <ul class="list-disc space-y-1 pl-5">
        <li>
          What became of each mail stays, so that no count changes, but under a name that nobody can turn back into the
          address.
        </li>
        <li>The subject, links, mail programs and networks are deleted.</li>
        <li>What still comes in about mail sent until now is dropped.</li>
        <li>A suppressed address stays suppressed. Mail that you send to it from now on is recorded as usual.</li>
        <li>Backups and archives keep copies for some weeks; how long is shown afterwards.</li>
      </ul>
    </ConfirmDialog>
  );
}

function Erasure(props: { erasure: ErasureView }) {
  const isDone = () => props.erasure.state === "done";
  const kept = () => props.erasure.copiesKeptDays;
  return (
    <div class="space-y-2 rounded-lg bg-raised px-4 py-3 text-sm" role="status">
      <p class="flex flex-wrap items-center gap-2">
        <Badge
          look={
            isDone()
              ? { word: "Erased", tone: "good", sign: "check" }
              : { word: "Being erased", tone: "warn", sign: "clock" }
          }
        />
        <span>
          {showCount(props.erasure.messages)} messages have lost the address. Erased is what was sent until{" "}
          {showFullTime(props.erasure.erasedAt)}.
        </span>
      </p>
      <p class="text-muted">
        <Show
          when={props.erasure.finishedAt}
          fallback="It runs once more in some minutes, when nothing can be stored any more that was under way."
        >
          {(finishedAt) => <>Finished {showFullTime(finishedAt())}. </>}
        </Show>{" "}
        Copies are gone after at most {kept().tableBackups} days (backups), {kept().eventArchive} days (archive of
        events), {kept().sentMailRecords} days (records of sent mail) and {kept().deadLetterQueues} days (events that
        could not be processed).
      </p>
    </div>
  );
}

export function Rights(props: { address: string }) {
  const found = createAsync(() => findErasure(props.address));
  pollWhileVisible(
    () => (found.latest?.erasure?.state === "running" ? findErasure.refresh(props.address) : Promise.resolve()),
    refreshMs,
  );
  return (
    <section aria-labelledby="rights" class="space-y-4 rounded-xl border border-line bg-surface p-5">
      <div>
        <h2 id="rights" class="font-semibold">
          What this person may ask for
        </h2>
        <p class="mt-1 text-sm text-muted">
          A copy of everything that is stored about the address, and to be erased (GDPR, articles 15 and 17).
        </p>
      </div>
      <Show when={found()?.erasure}>{(erasure) => <Erasure erasure={erasure()} />}</Show>
      <div class="flex flex-wrap gap-2">
        <ExportButtons kinds={[recipientExport(props.address)]} />
        <Erase address={props.address} />
      </div>
    </section>
  );
}
