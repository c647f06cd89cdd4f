// What a bulk would be, before it is sent: to how many, who is left out and why, and the first mail.
import { For, Show } from "solid-js";
import type { BulkPreview } from "../../../../shared/contract/api/bulk.ts";
import { showCount } from "../../lib/number.ts";
import { MailBodies } from "../mail/mail-bodies.tsx";
import { ConnectionName } from "./connection-name.tsx";

export const peopleText = (count: number): string => (count === 1 ? "1 person" : `${showCount(count)} people`);

function Problems(props: { preview: BulkPreview }) {
  const untold = () => props.preview.invalid - props.preview.problems.length;
  return (
    <div class="space-y-1.5">
      <p class="text-sm font-medium text-bad">
        {peopleText(props.preview.invalid)} {props.preview.invalid === 1 ? "gets" : "get"} none:
      </p>
      <ul
        aria-label="Who gets no mail"
        tabIndex={0}
        class="max-h-64 divide-y divide-line overflow-y-auto rounded-lg border border-line text-sm"
      >
        <For each={props.preview.problems}>
          {({ recipient, line, message }) => (
            <li class="px-3 py-1.5 wrap-anywhere">
              <Show when={line}>
                <span class="text-muted tabular-nums">Line {line} · </span>
              </Show>
              <span class="font-medium">{recipient || "(empty)"}</span>
              <span class="block text-muted">{message}</span>
            </li>
          )}
        </For>
        <Show when={untold() > 0}>
          <li class="px-3 py-1.5 text-muted">and {showCount(untold())} more</li>
        </Show>
      </ul>
    </div>
  );
}

export function BulkCheck(props: { preview: BulkPreview }) {
  return (
    <div class="space-y-4">
      <p class="text-sm">
        <span class="font-medium">
          {props.preview.recipients === 0 ? "Nobody gets this mail" : `${peopleText(props.preview.recipients)} get it`}
        </span>{" "}
        through <ConnectionName connectionId={props.preview.connection} />.
        <Show when={props.preview.repeated > 0}>
          {" "}
          {showCount(props.preview.repeated)} more {props.preview.repeated === 1 ? "row repeats" : "rows repeat"} an
          address: each is mailed once.
        </Show>{" "}
        <span class="text-muted">Whoever is suppressed is left out when it is sent.</span>
      </p>
      <Show when={props.preview.invalid > 0}>
        <Problems preview={props.preview} />
      </Show>
      <Show when={props.preview.first}>
        {(first) => (
          <>
            <div class="border-t border-line pt-4 text-sm">
              <p class="wrap-anywhere text-muted">The first, to {first().recipient}</p>
              <p class="text-base font-semibold wrap-anywhere">{first().subject}</p>
            </div>
            <MailBodies bodies={first()} />
          </>
        )}
      </Show>
    </div>
  );
}
