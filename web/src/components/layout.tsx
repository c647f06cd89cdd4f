// The frame of every page after sign-in: navigation, who is signed in, and the page's own content.
import { A, createAsync, useNavigate } from "@solidjs/router";
import { ErrorBoundary, type JSX, Show, Suspense } from "solid-js";
import { getConfig } from "../lib/config.ts";
import { findEmail, signOut } from "../lib/session.ts";
import { Button } from "./form.tsx";
import { Failure, Skeleton } from "./states.tsx";
import { Wordmark } from "./wordmark.tsx";

const pages = [
  { href: "/", name: "Events", end: true },
  { href: "/suppressions", name: "Suppressions", end: false },
  { href: "/connections", name: "Connections", end: false },
  { href: "/api-keys", name: "API keys", end: false },
];

function Account() {
  const navigate = useNavigate();
  const email = createAsync(() => findEmail());
  const leave = async () => {
    await signOut();
    navigate("/sign-in");
  };
  return (
    <div class="flex items-center gap-3">
      <Suspense>
        <span class="hidden max-w-48 truncate text-sm text-muted sm:inline">{email()}</span>
      </Suspense>
      <Button look="plain" onClick={() => void leave()}>
        Sign out
      </Button>
    </div>
  );
}

function InboxLink() {
  const config = createAsync(() => getConfig());
  return (
    <Suspense>
      <Show when={config()?.inboxUrl}>
        {(inbox) => (
          <a class="px-3 py-2 text-sm text-muted hover:text-ink" href={inbox()} target="_blank" rel="noreferrer">
            Inbox ↗
          </a>
        )}
      </Show>
    </Suspense>
  );
}

export function Layout(props: { title: string; actions?: JSX.Element; children: JSX.Element }) {
  return (
    <div class="mx-auto min-h-dvh max-w-6xl px-4 pb-16 sm:px-6">
      <a class="sr-only focus:not-sr-only focus:absolute focus:p-3" href="#content">
        Skip to content
      </a>
      <header class="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 py-4">
        <A href="/" aria-label="SESami, start page">
          <Wordmark />
        </A>
        <nav
          aria-label="Pages"
          class="order-last -mx-3 flex w-full flex-wrap md:order-none md:mx-0 md:w-auto md:flex-1"
        >
          {pages.map((page) => (
            <A
              href={page.href}
              end={page.end}
              class="rounded-lg px-3 py-2 text-sm font-medium"
              activeClass="bg-raised text-ink"
              inactiveClass="text-muted hover:text-ink"
            >
              {page.name}
            </A>
          ))}
          <InboxLink />
        </nav>
        <Account />
      </header>
      <main id="content" class="space-y-6 pt-4">
        <div class="flex flex-wrap items-center justify-between gap-3">
          <h1 class="text-2xl font-semibold tracking-tight">{props.title}</h1>
          {props.actions}
        </div>
        <ErrorBoundary fallback={(error: unknown, retry) => <Failure error={error} retry={retry} />}>
          <Suspense fallback={<Skeleton />}>{props.children}</Suspense>
        </ErrorBoundary>
      </main>
    </div>
  );
}
