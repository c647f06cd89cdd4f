// What a part of a page shows when it has nothing to show: it is loading, it is empty, or it failed.
import { revalidate } from "@solidjs/router";
import { ErrorBoundary, For, type JSX, Suspense } from "solid-js";
import { messageOf, RequestError } from "../lib/http.ts";
import { Button } from "./form.tsx";

export function Skeleton(props: { rows?: number }) {
  return (
    <div
      role="status"
      aria-label="Loading"
      class="animate-pulse space-y-4 rounded-xl border border-line bg-surface p-5"
    >
      <For each={Array.from({ length: props.rows ?? 5 })}>{() => <div class="h-4 rounded bg-raised" />}</For>
    </div>
  );
}

interface EmptyProps {
  title: string;
  /** It stands inside a card that has a border already. */
  isInset?: boolean;
  children?: JSX.Element;
}

export function Empty(props: EmptyProps) {
  return (
    <div class={`px-6 py-14 text-center ${props.isInset ? "" : "rounded-xl border border-dashed border-edge"}`}>
      <p class="font-medium">{props.title}</p>
      <div class="mx-auto mt-1 max-w-prose text-sm text-balance text-muted">{props.children}</div>
    </div>
  );
}

export function Failure(props: { error: unknown; retry: () => void }) {
  return (
    <div
      role="alert"
      class="flex flex-wrap items-center justify-between gap-4 rounded-xl border border-line bg-surface p-5"
    >
      <div class="min-w-0">
        <p class="font-medium">This could not be loaded</p>
        <p class="text-sm break-words text-bad">{messageOf(props.error)}</p>
      </div>
      <Button look="plain" onClick={() => props.retry()}>
        Try again
      </Button>
    </div>
  );
}

/** Where the session has ended, the way to the sign-in page is under way: no place for a failure. */
const hasSessionEnded = (error: unknown): boolean => error instanceof RequestError && error.code === "unauthenticated";

interface LoadedProps {
  /** Keys of the queries that the children read: asked anew on a retry. */
  queries: string[];
  /** While they load; default: a skeleton. Nothing: whoever is around waits. */
  fallback?: JSX.Element;
  children: JSX.Element;
}

/** Draws its children when their data is there, until then that it is coming, or that it failed. */
export function Loaded(props: LoadedProps) {
  const retry = (reset: () => void) => {
    void revalidate(props.queries);
    reset();
  };
  return (
    <ErrorBoundary
      fallback={(error: unknown, reset) =>
        hasSessionEnded(error) ? <Skeleton /> : <Failure error={error} retry={() => retry(reset)} />
      }
    >
      <Suspense fallback={props.fallback ?? <Skeleton />}>{props.children}</Suspense>
    </ErrorBoundary>
  );
}

/** Says that what is shown may be old, and that this will mend itself. */
export function Freshness(props: { failure: unknown }) {
  return (
    <p role="status" class="flex min-w-0 items-center gap-2 text-sm text-muted">
      <span
        aria-hidden="true"
        class={`size-2 shrink-0 rounded-full ${props.failure === undefined ? "bg-good" : "bg-warn"}`}
      />
      {props.failure === undefined ? "Live" : `Not refreshed: ${messageOf(props.failure)}`}
    </p>
  );
}
