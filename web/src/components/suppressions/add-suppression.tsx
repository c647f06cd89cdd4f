// Suppresses an address by hand. The dialog says what that means before it is done.
import { useAction } from "@solidjs/router";
import { createSignal, createUniqueId } from "solid-js";
import { addSuppression } from "../../lib/api.ts";
import { messageOf } from "../../lib/http.ts";
import { Button, Field, FormError } from "../form.tsx";

export function AddSuppression(props: { onAdded: () => void }) {
  let dialog!: HTMLDialogElement;
  let form!: HTMLFormElement;
  const id = createUniqueId();
  const add = useAction(addSuppression);
  const [error, setError] = createSignal<string>();
  const [isBusy, setIsBusy] = createSignal(false);

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    setIsBusy(true);
    setError(undefined);
    try {
      const { value } = form.elements.namedItem("new-address") as HTMLInputElement;
      await add(value.trim());
      dialog.close();
      props.onAdded();
    } catch (failure) {
      setError(messageOf(failure));
    } finally {
      setIsBusy(false);
    }
  };
  const reset = () => {
    form.reset();
    setError(undefined);
  };

  return (
    <>
      <Button look="plain" onClick={() => dialog.showModal()}>
        Suppress an address
      </Button>
      <dialog
        ref={dialog}
        aria-labelledby={`${id}-title`}
        onClose={reset}
        class="m-auto w-[calc(100%-2rem)] max-w-md rounded-xl border border-line bg-surface p-6 text-ink shadow-xl backdrop:bg-black/40"
      >
        <form ref={form} class="space-y-4" onSubmit={(event) => void submit(event)}>
          <h2 id={`${id}-title`} class="font-semibold">
            Suppress an address
          </h2>
          <Field
            label="Address to suppress"
            name="new-address"
            type="email"
            autocomplete="off"
            required
            hint="SESami refuses all mail to it, in any spelling, until you remove it again."
          />
          <FormError message={error()} />
          <div class="flex justify-end gap-2 pt-2">
            <Button look="plain" onClick={() => dialog.close()}>
              Cancel
            </Button>
            <Button type="submit" disabled={isBusy()}>
              Suppress
            </Button>
          </div>
        </form>
      </dialog>
    </>
  );
}
