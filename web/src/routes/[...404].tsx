import { A } from "@solidjs/router";
import { buttonClass } from "../components/form.tsx";
import { Wordmark } from "../components/wordmark.tsx";
import { usePageTitle } from "../lib/page-title.ts";

export default function NotFound() {
  usePageTitle(() => "Not found");
  return (
    <main class="mx-auto flex min-h-dvh max-w-sm flex-col items-start justify-center gap-5 px-5">
      <Wordmark />
      <div>
        <h1 class="text-lg font-semibold tracking-tight">There is no such page</h1>
        <p class="mt-1 text-sm text-muted">It may have moved, or the address has a typing error.</p>
      </div>
      <A class={buttonClass("plain")} href="/">
        Go to the overview
      </A>
    </main>
  );
}
