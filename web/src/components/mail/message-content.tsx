// What people read of a message, asked for on demand. A message whose content is not kept says how to keep it.
import { A, createAsync } from "@solidjs/router";
import { createSignal, Match, Show, Switch } from "solid-js";
import { findContent } from "../../lib/api.ts";
import { showFullTime } from "../../lib/time.ts";
import { Button } from "../form.tsx";
import { Loaded, Skeleton } from "../states.tsx";
import { MailBodies } from "./mail-bodies.tsx";

function Content(props: { messageId: string }) {
  const found = createAsync(() => findContent(props.messageId));
  return (
    <Show when={found()}>
      {(answer) => (
        <Switch>
          <Match when={answer().content}>
            {(content) => (
              <div class="space-y-3">
                <p class="font-semibold wrap-anywhere">{content().subject}</p>
                <MailBodies bodies={content()} />
                <p class="text-sm text-muted">
                  As it was sent, kept until {showFullTime(content().keptUntil)}. Links and remote images do nothing
                  here: looking counts as nobody's open or click.
                </p>
              </div>
            )}
          </Match>
          <Match when={answer().reason}>
            {(reason) => (
              <p class="text-sm text-muted">
                {reason()}{" "}
                <A class="underline" href="/settings">
                  Settings
                </A>
              </p>
            )}
          </Match>
        </Switch>
      )}
    </Show>
  );
}

export function MessageContent(props: { messageId: string }) {
  const [isOpen, setIsOpen] = createSignal(false);
  return (
    <section aria-labelledby="content-of-mail" class="space-y-4 rounded-xl border border-line bg-surface p-5">
      <div class="flex flex-wrap items-center justify-between gap-3">
        <h2 id="content-of-mail" class="font-semibold">
          Content
        </h2>
        <Button look="plain" aria-expanded={isOpen()} onClick={() => setIsOpen(!isOpen())}>
          {isOpen() ? "Hide the mail" : "Show the mail"}
        </Button>
      </div>
      <Show when={isOpen()}>
        <Loaded queries={[findContent.key]} fallback={<Skeleton rows={3} />}>
          <Content messageId={props.messageId} />
        </Loaded>
      </Show>
    </section>
  );
}
