// What a newcomer does next: connect an account, make a key, send a mail. Gone once there is a connection that works.
import { A, createAsync } from "@solidjs/router";
import { ErrorBoundary, For, Show } from "solid-js";
import { listApiKeys, listConnections } from "../lib/api.ts";
import { Icon } from "./icon.tsx";

interface Step {
  name: string;
  explanation: string;
  href: string;
  isDone: boolean;
}

function StepItem(props: { step: Step; number: number }) {
  return (
    <li class="flex gap-3">
      <span
        aria-hidden="true"
        class={`grid size-6 shrink-0 place-items-center rounded-full text-xs font-semibold ${props.step.isDone ? "bg-good-soft text-good" : "bg-raised text-ink"}`}
      >
        {props.step.isDone ? <Icon name="check" /> : props.number}
      </span>
      <div class="min-w-0 text-sm">
        <A class="font-medium underline decoration-edge underline-offset-4 hover:decoration-ink" href={props.step.href}>
          {props.step.name}
        </A>
        <Show when={props.step.isDone}>
          <span class="ml-2 text-good">Done</span>
        </Show>
        <p class="mt-0.5 text-muted">{props.step.explanation}</p>
      </div>
    </li>
  );
}

function Steps() {
  const connections = createAsync(() => listConnections());
  const keys = createAsync(() => listApiKeys());
  const steps = (): Step[] => [
    {
      name: "Connect your AWS account",
      explanation: "Its SES events come here, whoever sends the mail.",
      href: "/connections",
      isDone: connections()?.items.some(({ state }) => state === "verified" || state === "proven") ?? false,
    },
    {
      name: "Make an API key and send a mail",
      explanation: "With the key comes a command to paste into a terminal.",
      href: "/api-keys",
      isDone: (keys()?.items.length ?? 0) > 0,
    },
  ];

  return (
    <Show when={connections() && keys() && !steps().every(({ isDone }) => isDone)}>
      <section aria-labelledby="first-steps" class="rounded-xl border border-line bg-surface p-5">
        <h2 id="first-steps" class="font-semibold">
          First steps
        </h2>
        <ol class="mt-4 grid gap-4 sm:grid-cols-2">
          <For each={steps()}>{(step, index) => <StepItem step={step} number={index() + 1} />}</For>
        </ol>
      </section>
    </Show>
  );
}

/** Help, not a need: where it cannot be told what is done, it stays away. */
export function FirstSteps() {
  return (
    <ErrorBoundary fallback={null}>
      <Steps />
    </ErrorBoundary>
  );
}
