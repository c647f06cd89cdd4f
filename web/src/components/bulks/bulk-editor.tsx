// A new bulk: written, checked by the API, looked at, and only then sent.
import { useAction } from "@solidjs/router";
import { createSignal, Show } from "solid-js";
import type { BulkPreview, BulkView, SendBulkRequest } from "../../../../shared/contract/api/bulk.ts";
import { type BulkDraft, toBulkRequest } from "../../lib/bulk-draft.ts";
import { previewBulk, sendBulk } from "../../lib/bulks-api.ts";
import { showFullTime, showTime } from "../../lib/time.ts";
import { ConfirmDialog } from "../confirm-dialog.tsx";
import { Button } from "../form.tsx";
import { BulkCheck, peopleText } from "./bulk-check.tsx";
import { BulkForm } from "./bulk-form.tsx";
import { Refusal } from "./refusal.tsx";

interface Checked {
  /** As it was then: a draft that was changed since must be checked again. */
  draft: BulkDraft;
  request: SendBulkRequest;
  preview: BulkPreview;
  idempotencyKey: string;
}

function SendDialog(props: { checked: Checked; onSent: (bulk: BulkView) => void }) {
  const send = useAction(sendBulk);
  const scheduledAt = () => props.checked.request.scheduledAt;
  const what = () => `${scheduledAt() ? "Schedule for" : "Send to"} ${peopleText(props.checked.preview.recipients)}`;
  return (
    <ConfirmDialog
      look="primary"
      trigger={`${what()}…`}
      title={`${what()}?`}
      confirm={what()}
      onConfirm={async () => props.onSent(await send(props.checked.request, props.checked.idempotencyKey))}
    >
      <p class="wrap-anywhere">
        “{props.checked.preview.first?.subject}” and the like, from {props.checked.request.from}.
      </p>
      <p>
        It goes out{" "}
        <Show when={scheduledAt()} fallback="at once">
          {(at) => (
            <>
              at{" "}
              <time class="font-medium text-ink" dateTime={at()} title={showFullTime(at())}>
                {showTime(at(), Date.now())}
              </time>
            </>
          )}
        </Show>
        , as fast as your SES account allows. Until everyone has got it you can pause it, or cancel it for those who
        still wait.
      </p>
    </ConfirmDialog>
  );
}

export function BulkEditor(props: { begin: BulkDraft; onSent: (bulk: BulkView) => void }) {
  let heading!: HTMLHeadingElement;
  const [draft, setDraft] = createSignal(props.begin);
  const [checked, setChecked] = createSignal<Checked>();
  const [error, setError] = createSignal<unknown>();
  const [isChecking, setIsChecking] = createSignal(false);
  const isStale = () => checked()?.draft !== draft();

  const check = async (event: SubmitEvent) => {
    event.preventDefault();
    const written = draft();
    setIsChecking(true);
    setError(undefined);
    try {
      const request = toBulkRequest(written);
      const preview = await previewBulk(request);
      setChecked({ draft: written, request, preview, idempotencyKey: crypto.randomUUID() });
      heading.focus();
    } catch (failure) {
      setChecked(undefined);
      setError(() => failure);
    } finally {
      setIsChecking(false);
    }
  };

  return (
    <div class="grid items-start gap-6 xl:grid-cols-2">
      <form
        aria-label="Bulk"
        class="space-y-4 rounded-xl border border-line bg-surface p-5"
        onSubmit={(event) => void check(event)}
      >
        <BulkForm draft={draft()} onChange={setDraft} />
        <Refusal error={error()} />
        <Button type="submit" disabled={isChecking()} look={checked() && !isStale() ? "plain" : "primary"}>
          {isChecking() ? "Checking…" : "Check"}
        </Button>
      </form>
      <section
        aria-labelledby="check"
        class="space-y-4 rounded-xl border border-line bg-surface p-5 xl:sticky xl:top-8 xl:max-h-[calc(100dvh-4rem)] xl:overflow-y-auto"
      >
        <h2 ref={heading} id="check" tabIndex={-1} class="font-semibold outline-none">
          Before it is sent
        </h2>
        <Show
          when={checked()}
          fallback={
            <p class="text-sm text-muted">
              <em class="not-italic">Check</em> shows to how many it goes, who is left out and why, and the first mail.
              Nothing is sent yet.
            </p>
          }
        >
          {(shown) => (
            <>
              <BulkCheck preview={shown().preview} />
              <Show
                when={!isStale()}
                fallback={
                  <p role="status" class="rounded-lg bg-warn-soft px-3 py-2 text-sm text-warn">
                    It has been changed since: check it again.
                  </p>
                }
              >
                <Show when={shown().preview.recipients > 0}>
                  <SendDialog checked={shown()} onSent={props.onSent} />
                </Show>
              </Show>
            </>
          )}
        </Show>
      </section>
    </div>
  );
}
