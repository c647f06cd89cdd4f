// The frame of every page before sign-in: a card, a form, its error, and what is going on.
import { createSignal, type JSX, Show } from "solid-js";
import { getConfig } from "../lib/config.ts";
import { createAsync } from "@solidjs/router";
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
  footer?: JSX.Element;
}

export function AccountForm(props: AccountFormProps) {
  const [error, setError] = createSignal<string>();
  const [busy, setBusy] = createSignal(false);
  const config = createAsync(() => getConfig());

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      const form = new FormData(event.target as HTMLFormElement);
      await props.onSubmit((name) => {
        const value = form.get(name);
        return typeof value === "string" ? value : "";
      });
    } catch (failure) {
      setError(failure instanceof Error ? failure.message : String(failure));
    } finally {
      setBusy(false);
    }
  };

  return (
    <main class="mx-auto flex min-h-dvh max-w-sm flex-col justify-center gap-6 px-5 py-10">
      <Wordmark />
      <form class="space-y-4 rounded-2xl border border-line bg-surface p-6" onSubmit={(event) => void submit(event)}>
        <h1 class="text-xl font-semibold tracking-tight">{props.title}</h1>
        {props.children}
        <FormError message={error()} />
        <Button type="submit" class="w-full" disabled={busy()}>
          {busy() ? "One moment…" : props.submit}
        </Button>
      </form>
      <Show when={props.expectsCode && config()?.inboxUrl}>
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
      <div class="text-sm text-muted">{props.footer}</div>
    </main>
  );
}
