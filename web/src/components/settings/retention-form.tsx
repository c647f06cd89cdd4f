// How long everything is kept. A shorter time takes mail away, so it is asked for twice.
import { useAction } from "@solidjs/router";
import { createSignal, createUniqueId, Show } from "solid-js";
import { changeRetention } from "../../lib/api.ts";
import { messageOf } from "../../lib/http.ts";
import { showCount } from "../../lib/number.ts";
import { ConfirmDialog } from "../confirm-dialog.tsx";
import { Button, controlClass, FormError } from "../form.tsx";

/** The API refuses what lies outside, too. */
const [minDays, maxDays] = [1, 3650];

const daysText = (days: number): string => `${showCount(days)} day${days === 1 ? "" : "s"}`;

export function RetentionForm(props: { retentionDays: number }) {
  const id = createUniqueId();
  const change = useAction(changeRetention);
  const [typed, setTyped] = createSignal<string>();
  const [error, setError] = createSignal<string>();
  const [isSaving, setIsSaving] = createSignal(false);
  const text = () => typed() ?? String(props.retentionDays);
  const days = () => {
    const number = Number(text());
    return Number.isInteger(number) && number >= minDays && number <= maxDays ? number : undefined;
  };
  const isChanged = () => days() !== undefined && days() !== props.retentionDays;
  const isShorter = () => (days() ?? Infinity) < props.retentionDays;

  const save = async () => {
    const wanted = days();
    if (wanted === undefined) return;
    await change(wanted);
    setTyped(undefined);
  };
  const saveLonger = async () => {
    if (!isChanged() || isShorter()) return;
    setIsSaving(true);
    setError(undefined);
    try {
      await save();
    } catch (failure) {
      setError(messageOf(failure));
    } finally {
      setIsSaving(false);
    }
  };

  return (
    <form
      class="space-y-3"
      onSubmit={(event) => {
        event.preventDefault();
        void saveLonger();
      }}
    >
      <label for={id} class="block text-sm font-medium">
        Days to keep what belongs to a mail
      </label>
      <div class="flex flex-wrap items-center gap-3">
        <input
          id={id}
          class={`${controlClass} max-w-32 tabular-nums`}
          type="number"
          name="retentionDays"
          min={minDays}
          max={maxDays}
          required
          aria-describedby={`${id}-hint`}
          value={text()}
          onInput={(event) => setTyped(event.currentTarget.value)}
        />
        <Show
          when={isShorter()}
          fallback={
            <Button type="submit" disabled={!isChanged() || isSaving()}>
              Save
            </Button>
          }
        >
          <ConfirmDialog
            trigger="Save…"
            title={`Keep mail for ${daysText(days() ?? 0)} only?`}
            confirm="Delete what is older"
            onConfirm={save}
          >
            <p>
              Mail that was sent more than {daysText(days() ?? 0)} ago, and all its events, disappears from lists, pages
              and exports at once. What is stored is deleted in the background and{" "}
              <strong class="font-semibold text-ink">cannot be brought back</strong>.
            </p>
            <p>That begins a quarter of an hour from now. Until then, a change back loses nothing.</p>
          </ConfirmDialog>
        </Show>
      </div>
      <p id={`${id}-hint`} class="text-sm text-muted">
        From {minDays} to {showCount(maxDays)}, counted from the sending. A longer time keeps what is still there; it
        brings nothing back. Suppressed addresses stay suppressed whatever the time.
      </p>
      <FormError message={error()} />
    </form>
  );
}
