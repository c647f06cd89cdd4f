// What a list shows when it has nothing to show: it is loading, it is empty, or it failed.
import { For, type JSX } from "solid-js";
import { Button } from "./form.tsx";

export function Skeleton(props: { rows?: number }) {
  return (
    <div
      role="status"
      aria-label="Loading"
      class="animate-pulse space-y-3 rounded-2xl border border-line bg-surface p-5"
    >
      <For each={Array.from({ length: props.rows ?? 5 })}>{() => <div class="h-5 rounded bg-raised" />}</For>
    </div>
  );
}

export function Empty(props: { title: string; children?: JSX.Element }) {
  return (
    <div class="rounded-2xl border border-dashed border-line px-6 py-12 text-center">
      <p class="font-medium">{props.title}</p>
      <div class="mx-auto mt-1 max-w-prose text-sm text-muted">{props.children}</div>
    </div>
  );
}

export function Failure(props: { error: unknown; retry: () => void }) {
  const message = () => (props.error instanceof Error ? props.error.message : String(props.error));
  return (
    <div role="alert" class="space-y-3 rounded-2xl border border-line bg-bad-soft px-6 py-5">
      <p class="font-medium text-bad">{message()}</p>
      <Button look="plain" onClick={() => props.retry()}>
        Try again
      </Button>
    </div>
  );
}
