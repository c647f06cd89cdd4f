import { Router } from "@solidjs/router";
import { FileRoutes } from "@solidjs/start/router";
import { ErrorBoundary, type JSX, Suspense } from "solid-js";
import "./app.css";
import { PageFailure } from "./components/page-boundary.tsx";

/** The last resort: what no page caught, above all that the configuration cannot be loaded. */
function Root(props: { children?: JSX.Element }) {
  return (
    <ErrorBoundary
      fallback={(error: unknown, reset) => (
        <main class="mx-auto max-w-xl px-5 py-24">
          <PageFailure error={error} reset={reset} />
        </main>
      )}
    >
      <Suspense>{props.children}</Suspense>
    </ErrorBoundary>
  );
}

export default function App() {
  return (
    <Router root={Root}>
      <FileRoutes />
    </Router>
  );
}
