// Addresses that must not be mailed, why, since when, and what proves it.
import { A, createAsync } from "@solidjs/router";
import { createSignal, For, Show } from "solid-js";
import type { SuppressionPage, SuppressionView } from "../../../../shared/contract/api/suppressions.ts";
import { listFurtherSuppressions, listSuppressions } from "../../lib/api.ts";
import { messageOf } from "../../lib/http.ts";
import { showFullTime, showTime } from "../../lib/time.ts";
import { recipientPath } from "../events/event-detail.tsx";
import { Button, FormError } from "../form.tsx";
import { Empty } from "../states.tsx";
import { ReasonBadge } from "./reason-badge.tsx";

function SuppressionRow(props: { item: SuppressionView }) {
  return (
    <li class="grid items-center gap-x-5 gap-y-1 px-5 py-3 text-sm sm:grid-cols-[11rem_minmax(0,1fr)_auto]">
      <span>
        <ReasonBadge reason={props.item.reason} />
        <Show when={props.item.possible}>
          <span class="ml-1.5 text-muted" title="The complaint may be of any of several recipients of the message">
            possibly
          </span>
        </Show>
      </span>
      <A
        class="w-fit max-w-full font-medium wrap-anywhere hover:underline"
        href={recipientPath(props.item.address)}
        title={`All mail to ${props.item.address}`}
      >
        {props.item.address}
      </A>
      <span class="flex items-center gap-4 text-muted sm:justify-end">
        <Show when={props.item.evidence}>
          {(evidence) => (
            <A
              class="underline decoration-edge underline-offset-4 hover:text-ink"
              href={`/messages/${encodeURIComponent(evidence().messageId)}`}
            >
              Evidence
            </A>
          )}
        </Show>
        <time
          class="tabular-nums sm:min-w-36 sm:text-right"
          dateTime={props.item.since}
          title={showFullTime(props.item.since)}
        >
          {showTime(props.item.since, Date.now())}
        </time>
      </span>
    </li>
  );
}

export function SuppressionList(props: { address: string | undefined }) {
  const first = createAsync(() => listSuppressions(props.address));
  const [further, setFurther] = createSignal<SuppressionPage[]>([]);
  const [isLoading, setIsLoading] = createSignal(false);
  const [failure, setFailure] = createSignal<string>();
  const last = () => further().at(-1) ?? first();
  const items = () => [...(first()?.items ?? []), ...further().flatMap((page) => page.items)];

  const loadMore = async () => {
    const cursor = last()?.cursor;
    if (cursor === undefined) return;
    setIsLoading(true);
    setFailure(undefined);
    try {
      const page = await listFurtherSuppressions(props.address, cursor);
      setFurther((pages) => [...pages, page]);
    } catch (error) {
      setFailure(messageOf(error));
    } finally {
      setIsLoading(false);
    }
  };

  return (
    <Show
      when={items().length > 0}
      fallback={
        <Empty title={props.address ? "This address may be mailed" : "Nobody is suppressed"}>
          Hard bounces and complaints put an address here. SESami then refuses to mail it, by name.
        </Empty>
      }
    >
      <ul class="divide-y divide-line rounded-xl border border-line bg-surface" aria-label="Suppressed addresses">
        <For each={items()}>{(item) => <SuppressionRow item={item} />}</For>
      </ul>
      <FormError message={failure()} />
      <Show when={last()?.cursor}>
        <Button look="plain" disabled={isLoading()} onClick={() => void loadMore()}>
          {isLoading() ? "Loading…" : "Load more"}
        </Button>
      </Show>
    </Show>
  );
}
