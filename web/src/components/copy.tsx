// A text to take away, with the button that does it.
import { createSignal, onCleanup } from "solid-js";
import { Button } from "./form.tsx";

const shownMs = 2000;

/** `name` says what is copied, for those who cannot see it. */
export function Copyable(props: { name: string; text: string }) {
  let code!: HTMLElement;
  const [note, setNote] = createSignal("Copy");
  let timer: ReturnType<typeof setTimeout> | undefined;
  onCleanup(() => clearTimeout(timer));

  const copy = async () => {
    try {
      await navigator.clipboard.writeText(props.text);
      setNote("Copied");
    } catch {
      // Browsers refuse where the page is not served securely: the text is marked, for the keyboard to copy.
      getSelection()?.selectAllChildren(code);
      setNote("Press Ctrl+C");
    }
    clearTimeout(timer);
    timer = setTimeout(() => setNote("Copy"), shownMs);
  };

  return (
    <div class="flex items-start gap-2">
      <pre class="min-h-9 min-w-0 flex-1 overflow-x-auto rounded-lg border border-line bg-raised px-3 py-2 text-[13px]">
        <code ref={code} class="font-mono">
          {props.text}
        </code>
      </pre>
      <Button look="plain" aria-label={`Copy ${props.name}`} onClick={() => void copy()}>
        <span aria-live="polite">{note()}</span>
      </Button>
    </div>
  );
}
