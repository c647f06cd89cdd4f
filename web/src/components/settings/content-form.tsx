// Whether the content of mail is kept, and for how long. Keeping none destroys what was kept, so it is asked for twice.
import { useAction } from "@solidjs/router";
import { createSignal, createUniqueId, Show } from "solid-js";
import { changeContentDays } from "../../lib/api.ts";
import { messageOf } from "../../lib/http.ts";
import { ConfirmDialog } from "../confirm-dialog.tsx";
import { Button, controlClass, FormError } from "../form.tsx";

/** The API refuses what lies outside, too. */
const maxDays = 365;
const usualDays = 30;

export function ContentForm(props: { contentDays: number; retentionDays: number }) {
  const id = createUniqueId();
  const change = useAction(changeContentDays);
  const [typed, setTyped] = createSignal<string>();
  const [error, setError] = createSignal<string>();
  const [isSaving, setIsSaving] = createSignal(false);
  const text = () => typed() ?? String(props.contentDays || usualDays);
  const days = () => {
    const number = Number(text());
    return Number.isInteger(number) && number >= 1 && number <= maxDays ? number : undefined;
  };

  const save = async () => {
    const wanted = days();
    if (wanted === undefined) return;
    setIsSaving(true);
    setError(undefined);
    try {
      await change(wanted);
      setTyped(undefined);
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
        void save();
      }}
    >
      <p class="text-sm font-medium">
        {props.contentDays === 0 ? "The content is not kept." : `The content is kept for ${props.contentDays} days.`}
      </p>
      <label for={id} class="block text-sm font-medium">
        Days to keep the content of a mail
      </label>
      <div class="flex flex-wrap items-center gap-3">
        <input
          id={id}
          class={`${controlClass} max-w-32 tabular-nums`}
          type="number"
          name="contentDays"
          min={1}
          max={maxDays}
          required
          aria-describedby={`${id}-hint`}
          value={text()}
          onInput={(event) => setTyped(event.currentTarget.value)}
        />
        <Button type="submit" disabled={days() === undefined || days() === props.contentDays || isSaving()}>
          {props.contentDays === 0 ? "Keep content" : "Save"}
        </Button>
        <Show when={props.contentDays > 0}>
          <ConfirmDialog
            trigger="Keep none…"
            title="Keep no content any more?"
            confirm="Destroy what was kept"
            onConfirm={() => change(0)}
          >
            <p>
              The key of all that was kept is destroyed: nobody can read it from then on, and that{" "}
              <strong class="font-semibold text-ink">cannot be undone</strong>. Events and figures stay.
            </p>
          </ConfirmDialog>
        </Show>
      </div>
      <p id={`${id}-hint`} class="text-sm text-muted">
        From 1 to {maxDays}, and never longer than the mail itself ({props.retentionDays} days). It begins with the mail
        that is sent from half a minute on.
      </p>
      <FormError message={error()} />
    </form>
  );
}
