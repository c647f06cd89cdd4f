// The frame of every page before sign-in: a card, a form, its error, and what is going on.
import { createAsync } from "@solidjs/router";
import { createSignal, type JSX, onMount, Show, Suspense } from "solid-js";
import { getConfig } from "../lib/config.ts";
import { messageOf } from "../lib/http.ts";
import { usePageTitle } from "../lib/page-title.ts";
import { Button, FormError } from "./form.tsx";
import { Wordmark } from "./wordmark.tsx";

interface AccountFormProps {
  title: string;
  submit: string;
  /** Shows where codes arrive on a laptop. */
  expectsCode?: boolean;
  /** `value("email")` is what the field of that name holds. */
  onSubmit: (value: (name: string) => string) => Promise<void>;
  children: JSX.Element;
  /** Other ways from here, one or two. */
  footer?: JSX.Element;
}

function InboxHint() {
  const config = createAsync(() => getConfig());
  return (
    <Show when={config()?.inboxUrl}>
      {(inbox) => (
        <p class="text-sm text-muted">
          This is the laptop cloud: your code is in the{" "}
          <a class="font-medium text-accent underline" href={inbox()} target="_blank" rel="noreferrer">
            inbox
          </a>
          .
        </p>
      )}
    </Show>
  );
}

export function AccountForm(props: AccountFormProps) {
  let form!: HTMLFormElement;
  const [error, setError] = createSignal<string>();
  const [busy, setBusy] = createSignal(false);
  usePageTitle(() => props.title);
  onMount(() => [...form.querySelectorAll("input")].find((input) => !input.value)?.focus());

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      const fields = new FormData(form);
      await props.onSubmit((name) => {
        const value = fields.get(name);
        return typeof value === "string" ? value : "";
      });
    } catch (failure) {
      setError(messageOf(failure));
    } finally {
      setBusy(false);
    }
  };

  return (
    <main class="mx-auto flex min-h-dvh max-w-sm flex-col justify-center gap-6 px-5 py-10">
      <Wordmark />
      <form
        ref={form}
        class="space-y-4 rounded-xl border border-line bg-surface p-6"
        onSubmit={(event) => void submit(event)}
      >
        <h1 class="text-lg font-semibold tracking-tight">{props.title}</h1>
        {props.children}
        <FormError message={error()} />
        <Button type="submit" class="w-full" disabled={busy()}>
          {busy() ? "One moment…" : props.submit}
        </Button>
      </form>
      <Show when={props.expectsCode}>
        <Suspense>
          <InboxHint />
        </Suspense>
      </Show>
      <div class="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 text-sm text-muted">{props.footer}</div>
    </main>
  );
}
