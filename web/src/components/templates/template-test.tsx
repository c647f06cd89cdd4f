// Sends the newest version, with the data of the preview, to somebody who looks at it.
import { useAction } from "@solidjs/router";
import { createSignal, Show } from "solid-js";
import type { RecipientResult } from "../../../../shared/contract/api/mail-result.ts";
import { messageOf } from "../../lib/http.ts";
import { testTemplate } from "../../lib/templates-api.ts";
import { Button, Field, FormError } from "../form.tsx";
import { parseData } from "./template-preview.tsx";

/** Who was not sent to is an error of the request; these two are none. */
function saidOf({ recipient, status }: RecipientResult): string {
  if (status === "sent") return `Sent to ${recipient}.`;
  if (status === "queued")
    return `Queued for ${recipient}: it goes out by itself, as soon as the account's rate allows.`;
  return `SES did not answer: the test may be on its way to ${recipient}.`;
}

export function TemplateTest(props: { templateId: string; version: number; data: string }) {
  const send = useAction(testTemplate);
  const [error, setError] = createSignal<string>();
  const [said, setSaid] = createSignal<string>();
  const [busy, setBusy] = createSignal(false);

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const { elements } = event.target as HTMLFormElement;
    const valueOf = (name: string) => (elements.namedItem(name) as HTMLInputElement).value;
    const data = parseData(props.data);
    if (data === undefined) {
      setError("The data of the preview are no JSON object.");
      return;
    }
    setBusy(true);
    setError(undefined);
    setSaid(undefined);
    try {
      const { recipients } = await send(props.templateId, {
        from: valueOf("from"),
        to: valueOf("to"),
        version: props.version,
        data,
      });
      const [recipient] = recipients;
      setSaid(recipient && saidOf(recipient));
    } catch (failure) {
      setError(messageOf(failure));
    } finally {
      setBusy(false);
    }
  };

  return (
    <section aria-labelledby="test" class="space-y-3 rounded-xl border border-line bg-surface p-5">
      <div>
        <h2 id="test" class="font-semibold">
          Send a test
        </h2>
        <p class="mt-1 text-sm text-muted">
          Version {props.version} with the data of the preview. Its subject begins with [Test].
        </p>
      </div>
      <form class="space-y-3" onSubmit={(event) => void submit(event)}>
        <Field label="From" name="from" required placeholder="Shop <hello@shop.example>" />
        <Field label="To" name="to" required placeholder="you@shop.example" />
        <Button type="submit" look="plain" disabled={busy()}>
          {busy() ? "One moment…" : "Send the test"}
        </Button>
      </form>
      <FormError message={error()} />
      <p role="status" class="text-sm empty:hidden">
        <Show when={said()}>{said()}</Show>
      </p>
    </section>
  );
}
