import { A, createAsync, useSearchParams } from "@solidjs/router";
import { createSignal, For, Show } from "solid-js";
import type { SuppressionPage, SuppressionView } from "../../../shared/contract/api/suppressions.ts";
import { Badge } from "../components/badge.tsx";
import { Button } from "../components/form.tsx";
import { Layout } from "../components/layout.tsx";
import { Empty } from "../components/states.tsx";
import { listSuppressions } from "../lib/api.ts";
import { showFullTime, showTime } from "../lib/time.ts";

const reasons: Record<SuppressionView["reason"], string> = {
  bounce: "Bounced",
  complaint: "Complained",
  unsubscribe: "Unsubscribed",
  manual: "Added by hand",
};

function SuppressionRow(props: { item: SuppressionView }) {
  return (
    <li class="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 px-5 py-3">
      <A
        class="min-w-0 break-all font-medium hover:underline"
        href={`/?recipient=${encodeURIComponent(props.item.address)}`}
      >
        {props.item.address}
      </A>
      <span class="flex flex-wrap items-center gap-3 text-sm text-muted">
        <Show when={props.item.evidence}>
          {(evidence) => (
            <A class="text-accent underline" href={`/messages/${encodeURIComponent(evidence().messageId)}`}>
              Evidence
            </A>
          )}
        </Show>
        <time class="tabular-nums" dateTime={props.item.since} title={showFullTime(props.item.since)}>
          {showTime(props.item.since, Date.now())}
        </time>
        <Badge tone={props.item.reason === "manual" ? "plain" : "bad"}>
          {props.item.possible ? `${reasons[props.item.reason]} (possibly)` : reasons[props.item.reason]}
        </Badge>
      </span>
    </li>
  );
}

function SuppressionList(props: { address: string | undefined }) {
  const first = createAsync(() => listSuppressions(props.address ? { address: props.address } : {}));
  const [further, setFurther] = createSignal<SuppressionPage[]>([]);
  const last = () => further().at(-1) ?? first();
  const items = () => [...(first()?.items ?? []), ...further().flatMap((page) => page.items)];
  const loadMore = async () => {
    const cursor = last()?.cursor;
    if (cursor === undefined) return;
    const page = await listSuppressions({ ...(props.address ? { address: props.address } : {}), cursor });
    setFurther((pages) => [...pages, page]);
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
      <ul class="divide-y divide-line rounded-2xl border border-line bg-surface" aria-label="Suppressed addresses">
        <For each={items()}>{(item) => <SuppressionRow item={item} />}</For>
      </ul>
      <Show when={last()?.cursor}>
        <Button look="plain" onClick={() => void loadMore()}>
          Load more
        </Button>
      </Show>
    </Show>
  );
}

export default function Suppressions() {
  const [parameters, setParameters] = useSearchParams<{ address?: string }>();
  return (
    <Layout title="Suppressions">
      <input
        class="w-full rounded-lg border border-line bg-surface px-3 py-2 sm:max-w-sm"
        type="search"
        aria-label="Address"
        placeholder="Look an address up"
        value={parameters.address ?? ""}
        onChange={(event) => setParameters({ address: event.currentTarget.value.trim() || undefined })}
      />
      <Show when={parameters.address ?? "all"} keyed>
        <SuppressionList address={parameters.address} />
      </Show>
    </Layout>
  );
}
