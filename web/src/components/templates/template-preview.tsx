// What a draft becomes with data, as it is being written.
import { createEffect, createSignal, For, on, onCleanup, Show } from "solid-js";
import type { TemplatePreview as Preview } from "../../../../shared/contract/api/templates.ts";
import { messageOf } from "../../lib/http.ts";
import { previewTemplate } from "../../lib/templates-api.ts";
import { FormError } from "../form.tsx";
import { MailBodies } from "../mail/mail-bodies.tsx";
import { Area, toContent, type Draft } from "./template-form.tsx";

/** So long after the last key stroke. */
const pauseMs = 400;

/** Undefined where the text is no object in JSON. */
export function parseData(text: string): Record<string, unknown> | undefined {
  if (text.trim() === "") return {};
  try {
    const data: unknown = JSON.parse(text);
    const isObject = typeof data === "object" && data !== null && !Array.isArray(data);
    return isObject ? (data as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

export function TemplatePreview(props: { draft: Draft; data: string; onData: (data: string) => void }) {
  const [preview, setPreview] = createSignal<Preview>();
  const [error, setError] = createSignal<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** Of two answers that overtake each other the one that was asked for last counts. */
  let asked = 0;
  onCleanup(() => clearTimeout(timer));

  const show = async (draft: Draft, text: string) => {
    const data = parseData(text);
    if (data === undefined) {
      setError('The data are no JSON object: { "name": "Ada" }');
      return;
    }
    const number = (asked += 1);
    try {
      const { name: _name, ...content } = toContent(draft);
      const answer = await previewTemplate({ ...content, data });
      if (number !== asked) return;
      setPreview(answer);
      setError(undefined);
    } catch (failure) {
      if (number === asked) setError(messageOf(failure));
    }
  };
  createEffect(
    on([() => props.draft, () => props.data], ([draft, data]) => {
      clearTimeout(timer);
      if (draft.subject === "" || draft.html + draft.text === "") return;
      timer = setTimeout(() => void show(draft, data), pauseMs);
    }),
  );

  return (
    <section aria-labelledby="preview" class="space-y-4 rounded-xl border border-line bg-surface p-5">
      <h2 id="preview" class="font-semibold">
        Preview
      </h2>
      <Area
        label="Data"
        name="data"
        rows={5}
        placeholder={'{ "name": "Ada" }'}
        value={props.data}
        onInput={props.onData}
      />
      <FormError message={error()} />
      <Show when={preview()} fallback={<p class="text-sm text-muted">It shows as you write subject and HTML.</p>}>
        {(shown) => (
          <>
            <Show when={shown().variables.length > 0}>
              <p class="text-sm wrap-anywhere text-muted">
                Uses{" "}
                <For each={shown().variables}>
                  {({ name, optional }, index) => (
                    <>
                      {index() > 0 ? ", " : ""}
                      <code class="text-ink">{name}</code>
                      {optional ? " (optional)" : ""}
                    </>
                  )}
                </For>
              </p>
            </Show>
            <Show when={shown().problems.length > 0}>
              <ul
                class="rounded-lg bg-warn-soft px-3 py-2 text-sm text-warn"
                aria-label="What keeps it from being sent"
              >
                <For each={shown().problems}>
                  {({ path, message }) => (
                    <li class="wrap-anywhere">
                      {path} {message}
                    </li>
                  )}
                </For>
              </ul>
            </Show>
            <p class="font-semibold wrap-anywhere">{shown().subject}</p>
            <MailBodies bodies={shown()} />
          </>
        )}
      </Show>
    </section>
  );
}
