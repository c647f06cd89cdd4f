// Asks before something that cannot be taken back. The native dialog brings focus, Escape and the backdrop.
import { createSignal, type JSX } from "solid-js";
import { Button, FormError } from "./form.tsx";

interface ConfirmDialogProps {
  /** The button that opens it. */
  trigger: string;
  title: string;
  confirm: string;
  onConfirm: () => Promise<unknown>;
  children: JSX.Element;
}

export function ConfirmDialog(props: ConfirmDialogProps) {
  let dialog!: HTMLDialogElement;
  const [error, setError] = createSignal<string>();
  const [busy, setBusy] = createSignal(false);

  const confirm = async () => {
    setBusy(true);
    setError(undefined);
    try {
      await props.onConfirm();
      dialog.close();
    } catch (failure) {
      setError(failure instanceof Error ? failure.message : String(failure));
    } finally {
      setBusy(false);
    }
  };

  return (
    <>
      <Button look="danger" onClick={() => dialog.showModal()}>
        {props.trigger}
      </Button>
      <dialog
        ref={dialog}
        aria-label={props.title}
        class="m-auto max-w-md rounded-2xl border border-line bg-surface p-6 text-ink backdrop:bg-black/50"
      >
        <h2 class="text-lg font-semibold">{props.title}</h2>
        <div class="mt-2 space-y-3 text-sm text-muted">{props.children}</div>
        <FormError message={error()} />
        <div class="mt-5 flex justify-end gap-2">
          <Button look="plain" onClick={() => dialog.close()}>
            Cancel
          </Button>
          <Button look="danger" disabled={busy()} onClick={() => void confirm()}>
            {props.confirm}
          </Button>
        </div>
      </dialog>
    </>
  );
}
