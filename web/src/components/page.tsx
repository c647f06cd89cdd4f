// One page after sign-in: its title, what can be done with all of it, and its content.
import { type JSX, onMount } from "solid-js";
import { usePageTitle } from "../lib/page-title.ts";

/** The first page of a visit leaves the focus to the browser. */
let isFirstPage = true;

interface PageProps {
  title: string;
  actions?: JSX.Element;
  children: JSX.Element;
}

/** Takes the focus to its heading when people come from another page, so that a screen reader says where they are. */
export function Page(props: PageProps) {
  let heading!: HTMLHeadingElement;
  usePageTitle(() => props.title);
  onMount(() => {
    if (!isFirstPage) heading.focus({ preventScroll: true });
    isFirstPage = false;
  });
  return (
    <>
      <div class="flex min-h-9 flex-wrap items-center justify-between gap-3">
        <h1 ref={heading} tabIndex={-1} class="min-w-0 text-xl font-semibold tracking-tight wrap-anywhere outline-none">
          {props.title}
        </h1>
        {props.actions}
      </div>
      {props.children}
    </>
  );
}
