// The frame of every page after sign-in: navigation and who is signed in. It stays while the pages in it change.
import { A, createAsync, useNavigate } from "@solidjs/router";
import { createSignal, For, type JSX, Show } from "solid-js";
import { getConfig } from "../lib/config.ts";
import { type SignedInPerson, signOut } from "../lib/session.ts";
import { Button, buttonClass } from "./form.tsx";
import { Icon } from "./icon.tsx";
import { Wordmark } from "./wordmark.tsx";

const pages = [
  { href: "/", name: "Events", end: true },
  { href: "/suppressions", name: "Suppressions", end: false },
  { href: "/connections", name: "Connections", end: false },
  { href: "/api-keys", name: "API keys", end: false },
  { href: "/api", name: "API", end: true },
];

function InboxLink() {
  const config = createAsync(() => getConfig());
  return (
    <Show when={config()?.inboxUrl}>
      {(inbox) => (
        <a class={buttonClass("quiet")} href={inbox()} target="_blank" rel="noreferrer">
          Inbox <Icon name="external" />
        </a>
      )}
    </Show>
  );
}

function Account(props: { person: SignedInPerson }) {
  const navigate = useNavigate();
  const [isLeaving, setIsLeaving] = createSignal(false);
  const leave = async () => {
    setIsLeaving(true);
    await signOut();
    navigate("/sign-in");
  };
  return (
    <div class="flex min-w-0 items-center gap-1">
      <InboxLink />
      <span class="hidden max-w-56 truncate px-2 text-sm text-muted lg:inline" title={props.person.email}>
        {props.person.email}
      </span>
      <Button look="quiet" disabled={isLeaving()} onClick={() => void leave()}>
        Sign out
      </Button>
    </div>
  );
}

export function Frame(props: { person: SignedInPerson; children: JSX.Element }) {
  return (
    <>
      <a
        class="sr-only rounded-lg bg-surface px-4 py-2 focus:not-sr-only focus:absolute focus:top-2 focus:left-2"
        href="#content"
      >
        Skip to content
      </a>
      <header class="border-b border-line bg-surface">
        <div class="mx-auto flex max-w-6xl flex-wrap items-center gap-x-6 px-4 sm:px-6 md:flex-nowrap">
          <A class="py-3" href="/" aria-label="SESami, start page">
            <Wordmark />
          </A>
          <nav
            aria-label="Pages"
            class="order-last -mx-2 flex w-[calc(100%+1rem)] gap-1 overflow-x-auto pb-1.5 md:order-none md:w-auto md:flex-1 md:py-2.5"
          >
            <For each={pages}>
              {(page) => (
                <A
                  href={page.href}
                  end={page.end}
                  class="rounded-lg px-2 py-1.5 text-sm font-medium whitespace-nowrap -outline-offset-2 sm:px-3"
                  activeClass="bg-raised text-ink"
                  inactiveClass="text-muted hover:text-ink"
                >
                  {page.name}
                </A>
              )}
            </For>
          </nav>
          <div class="-mr-3.5 ml-auto">
            <Account person={props.person} />
          </div>
        </div>
      </header>
      <main id="content" class="mx-auto max-w-6xl space-y-6 px-4 pt-8 pb-20 sm:px-6">
        {props.children}
      </main>
    </>
  );
}
