// A text to take away, with the button that does it.
import { createSignal } from "solid-js";
import { Button } from "./form.tsx";

const shownMs = 2000;

/** `name` says what is copied, for those who cannot see it. */
export function Copyable(props: { name: string; text: string }) {
  const [copied, setCopied] = createSignal(false);
  const copy = async () => {
    await navigator.clipboard.writeText(props.text);
    setCopied(true);
    setTimeout(() => setCopied(false), shownMs);
  };
  return (
    <div class="flex items-start gap-2">
      <pre class="min-w-0 flex-1 overflow-x-auto rounded-lg bg-raised px-3 py-2 text-sm">
        <code>{props.text}</code>
      </pre>
      <Button look="plain" aria-label={`Copy ${props.name}`} onClick={() => void copy()}>
        <span aria-live="polite">{copied() ? "Copied" : "Copy"}</span>
      </Button>
    </div>
  );
}
