// What stands in the place of a page that failed as a whole. What is around it stays, so that people can go elsewhere.
import { useLocation } from "@solidjs/router";
import { createEffect, ErrorBoundary, type JSX, on } from "solid-js";
import { Failure } from "./states.tsx";

/** How Chromium, Firefox and Safari say, in this order, that a part of the dashboard could not be fetched. */
const missingPart =
  /^(Failed to fetch dynamically imported module|error loading dynamically imported module|Importing a module script failed)/;

const whyMissing = new Error(
  "The page could not be fetched: the network is away, or SESami was updated while this window was open.",
);

export function PageFailure(props: { error: unknown; reset: () => void }) {
  const location = useLocation();
  const isPartMissing = () => props.error instanceof Error && missingPart.test(props.error.message);
  createEffect(
    on(
      () => location.pathname,
      () => props.reset(),
      { defer: true },
    ),
  );
  return (
    <Failure
      error={isPartMissing() ? whyMissing : props.error}
      // A part that failed once is never asked for again, and after an update it has another name.
      retry={() => (isPartMissing() ? globalThis.location.reload() : props.reset())}
    />
  );
}

export function PageBoundary(props: { children?: JSX.Element }) {
  return (
    <ErrorBoundary fallback={(error: unknown, reset) => <PageFailure error={error} reset={reset} />}>
      {props.children}
    </ErrorBoundary>
  );
}
