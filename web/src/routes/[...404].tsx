import { A } from "@solidjs/router";
import { Wordmark } from "../components/wordmark.tsx";

export default function NotFound() {
  return (
    <main class="mx-auto flex min-h-dvh max-w-sm flex-col justify-center gap-4 px-5">
      <Wordmark />
      <h1 class="text-xl font-semibold">There is no such page</h1>
      <A class="text-accent underline" href="/">
        Go to the events
      </A>
    </main>
  );
}
