// Asks before something that cannot be taken back. The native dialog brings focus, Escape and the backdrop.
import { createSignal, createUniqueId, type JSX, Show } from "solid-js";
import { messageOf } from "../lib/http.ts";
import { Button, Field, FormError } from "./form.tsx";

interface ConfirmDialogProps {
  /** The button that opens it. */
  trigger: string;
  title: string;
  confirm: string;
  /** Leaves everything as it is. Default: Cancel. */
  dismiss?: string;
  /** Default: danger, for what destroys. */
  look?: "danger" | "primary";
  /** Must be typed first, where a slip would cost much. */
  phrase?: string;
  onConfirm: () => Promise<unknown>;
  children: JSX.Element;
}

export function ConfirmDialog(props: ConfirmDialogProps) {
  let dialog!: HTMLDialogElement;
  const id = createUniqueId();
  const [error, setError] = createSignal<string>();
  const [busy, setBusy] = createSignal(false);
  const [typed, setTyped] = createSignal("");
  const isAllowed = () => props.phrase === undefined || typed().trim() === props.phrase;
  const reset = () => {
    setError(undefined);
    setTyped("");
  };

  const confirm = async () => {
    setBusy(true);
    setError(undefined);
    try {
      await props.onConfirm();
      dialog.close();
    } catch (failure) {
      setError(messageOf(failure));
    } finally {
      setBusy(false);
    }
  };

  return (
    <>
      <Button look={props.look ?? "danger"} onClick={() => dialog.showModal()}>
        {props.trigger}
      </Button>
      <dialog
        ref={dialog}
        aria-labelledby={`${id}-title`}
        aria-describedby={`${id}-text`}
        onClose={reset}
        class="m-auto w-[calc(100%-2rem)] max-w-md space-y-4 rounded-xl border border-line bg-surface p-6 text-ink shadow-xl backdrop:bg-black/40"
      >
        <h2 id={`${id}-title`} class="font-semibold break-words">
          {props.title}
        </h2>
        <div id={`${id}-text`} class="space-y-2 text-sm text-muted">
          {props.children}
        </div>
        <Show when={props.phrase}>
          {(phrase) => (
            <Field
              label={`Type ${phrase()} to go on`}
              name="phrase"
              autocomplete="off"
              value={typed()}
              onInput={(event) => setTyped(event.currentTarget.value)}
            />
          )}
        </Show>
        <FormError message={error()} />
        <div class="flex justify-end gap-2 pt-2">
          <Button look="plain" onClick={() => dialog.close()}>
            {props.dismiss ?? "Cancel"}
          </Button>
          <Button
            look={props.look === "primary" ? "primary" : "destroy"}
            disabled={busy() || !isAllowed()}
            onClick={() => void confirm()}
          >
            {props.confirm}
          </Button>
        </div>
      </dialog>
    </>
  );
}
