// The frame of every page after sign-in: navigation and who is signed in. It stays while the pages in it change.
import { A, createAsync, useLocation, useNavigate } from "@solidjs/router";
import { createEffect, createSignal, For, type JSX, on, Show } from "solid-js";
import { getConfig } from "../lib/config.ts";
import { type SignedInPerson, signOut } from "../lib/session.ts";
import { Button, buttonClass } from "./form.tsx";
import { Icon } from "./icon.tsx";
import { navigation } from "./navigation.ts";
import { Wordmark } from "./wordmark.tsx";

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
    <div class="flex min-w-0 items-center gap-1 lg:flex-col lg:items-start">
      <InboxLink />
      <Button look="quiet" disabled={isLeaving()} onClick={() => void leave()}>
        Sign out
      </Button>
      <span class="hidden w-full truncate px-3.5 text-sm text-muted lg:inline" title={props.person.email}>
        {props.person.email}
      </span>
    </div>
  );
}

/** A row to scroll on narrow screens, a column of groups on wide ones. */
function Navigation() {
  let nav!: HTMLElement;
  const location = useLocation();
  createEffect(
    on(
      () => location.pathname,
      () => {
        const here = nav.querySelector<HTMLElement>("[aria-current=page]");
        if (here) nav.scrollLeft = here.offsetLeft + here.offsetWidth - nav.clientWidth;
      },
    ),
  );
  return (
    <nav
      ref={nav}
      aria-label="Pages"
      class="relative order-last -mx-2 flex w-[calc(100%+1rem)] gap-1 overflow-x-auto pb-1.5 lg:order-none lg:mx-0 lg:w-full lg:flex-1 lg:flex-col lg:gap-6 lg:overflow-x-visible lg:overflow-y-auto lg:px-3 lg:pt-3"
    >
      <For each={navigation}>
        {(group) => (
          <div class="flex gap-1 lg:flex-col lg:gap-0.5">
            <p class="hidden px-3 pb-1 text-xs font-medium text-muted lg:block">{group.name}</p>
            <For each={group.pages}>
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
          </div>
        )}
      </For>
    </nav>
  );
}

export function Frame(props: { person: SignedInPerson; children: JSX.Element }) {
  return (
    <>
      <a
        class="sr-only z-10 rounded-lg bg-surface px-4 py-2 focus:not-sr-only focus:absolute focus:top-2 focus:left-2"
        href="#content"
      >
        Skip to content
      </a>
      <header class="border-b border-line bg-surface lg:fixed lg:inset-y-0 lg:left-0 lg:w-56 lg:border-r lg:border-b-0">
        <div class="mx-auto flex max-w-6xl flex-wrap items-center gap-x-6 px-4 sm:px-6 lg:h-full lg:flex-col lg:flex-nowrap lg:items-start lg:px-0">
          <A class="py-3 lg:px-6 lg:pt-5" href="/" aria-label="SESami, start page">
            <Wordmark />
          </A>
          <Navigation />
          <div class="-mr-3.5 ml-auto lg:mx-0 lg:w-full lg:px-3 lg:pb-5">
            <Account person={props.person} />
          </div>
        </div>
      </header>
      <div class="lg:pl-56">
        <main id="content" class="mx-auto max-w-6xl space-y-6 px-4 pt-8 pb-20 sm:px-6">
          {props.children}
        </main>
      </div>
    </>
  );
}
