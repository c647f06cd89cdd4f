// Why a bulk cannot be sent as it is, field by field.
import { For, Show } from "solid-js";
import { fieldName } from "../../lib/bulk-draft.ts";
import { messageOf, RequestError } from "../../lib/http.ts";
import { FormError } from "../form.tsx";

export function Refusal(props: { error: unknown }) {
  const details = () => (props.error instanceof RequestError ? props.error.details : []);
  return (
    <Show
      when={details().length > 0}
      fallback={<FormError message={props.error === undefined ? undefined : messageOf(props.error)} />}
    >
      <ul role="alert" aria-label="What is wrong" class="space-y-1 rounded-lg bg-bad-soft px-3 py-2 text-sm text-bad">
        <For each={details()}>
          {({ path, message }) => (
            <li class="wrap-anywhere">
              <span class="font-medium">{fieldName(path)}:</span> {message}
            </li>
          )}
        </For>
      </ul>
    </Show>
  );
}
