// What is wrong with connections and makes numbers incomplete: nobody should have to look for it.
import { A, createAsync } from "@solidjs/router";
import { ErrorBoundary, For, Show } from "solid-js";
import type { ConnectionView } from "../../../../shared/contract/api/connections.ts";
import { listConnections } from "../../lib/api.ts";
import { showCount } from "../../lib/number.ts";
import { Icon } from "../icon.tsx";

const noticeOf = ({ accountId, region, state, reconciliation }: ConnectionView): string | undefined => {
  if (state === "broken")
    return `The connection to ${accountId} (${region}) is broken: its events may be missing, and mail cannot be sent through it.`;
  const missing = reconciliation?.withoutSendEvent ?? 0;
  return missing > 0
    ? `${showCount(missing)} mails that SES accepted through ${accountId} (${region}) have no Send event: numbers may be too low.`
    : undefined;
};

function Notices() {
  const connections = createAsync(() => listConnections());
  const notices = () => connections()?.items.flatMap((connection) => noticeOf(connection) ?? []) ?? [];
  return (
    <Show when={notices().length > 0}>
      <ul aria-label="Notices" class="space-y-2">
        <For each={notices()}>
          {(notice) => (
            <li class="flex gap-3 rounded-xl bg-warn-soft px-4 py-3 text-sm">
              <Icon name="warning" class="mt-0.5 size-4 text-warn" />
              <span>
                {notice}{" "}
                <A class="font-medium underline underline-offset-4" href="/connections">
                  Check the connection
                </A>
              </span>
            </li>
          )}
        </For>
      </ul>
    </Show>
  );
}

/** Where connections cannot be read, other parts of the page say so. */
export function ConnectionNotices() {
  return (
    <ErrorBoundary fallback={null}>
      <Notices />
    </ErrorBoundary>
  );
}
