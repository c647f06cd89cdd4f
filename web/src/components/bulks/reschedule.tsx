// Gives a bulk that waits for its time another one.
import { useAction } from "@solidjs/router";
import { createSignal, createUniqueId } from "solid-js";
import { rescheduleBulk } from "../../lib/bulks-api.ts";
import { messageOf } from "../../lib/http.ts";
import { dayTimeOf, instantOf } from "../../lib/time.ts";
import { Button, FormError } from "../form.tsx";
import { TimeField } from "./time-field.tsx";

export function Reschedule(props: { bulkId: string; scheduledAt: string }) {
  let dialog!: HTMLDialogElement;
  const id = createUniqueId();
  const change = useAction(rescheduleBulk);
  const [written, setWritten] = createSignal("");
  const [error, setError] = createSignal<string>();
  const [busy, setBusy] = createSignal(false);

  const open = () => {
    setWritten(dayTimeOf(Date.parse(props.scheduledAt)));
    setError(undefined);
    dialog.showModal();
  };
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const scheduledAt = instantOf(written());
    if (scheduledAt === undefined) return;
    setBusy(true);
    setError(undefined);
    try {
      await change(props.bulkId, scheduledAt);
      dialog.close();
    } catch (failure) {
      setError(messageOf(failure));
    } finally {
      setBusy(false);
    }
  };

  return (
    <>
      <Button look="plain" onClick={open}>
        Change the time…
      </Button>
      <dialog
        ref={dialog}
        aria-labelledby={`${id}-title`}
        class="m-auto w-[calc(100%-2rem)] max-w-md rounded-xl border border-line bg-surface p-6 text-ink shadow-xl backdrop:bg-black/40"
      >
        <form class="space-y-4" onSubmit={(event) => void submit(event)}>
          <h2 id={`${id}-title`} class="font-semibold">
            Change the time
          </h2>
          <TimeField value={written()} onInput={setWritten} />
          <FormError message={error()} />
          <div class="flex justify-end gap-2 pt-2">
            <Button look="plain" onClick={() => dialog.close()}>
              Cancel
            </Button>
            <Button type="submit" disabled={busy()}>
              Change
            </Button>
          </div>
        </form>
      </dialog>
    </>
  );
}
