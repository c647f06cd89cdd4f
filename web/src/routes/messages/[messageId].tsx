import { A, createAsync, revalidate, useParams } from "@solidjs/router";
import { For, Show } from "solid-js";
import { Badge } from "../../components/badge.tsx";
import { OutcomeCard } from "../../components/events/outcome-card.tsx";
import { Timeline } from "../../components/events/timeline.tsx";
import { Layout } from "../../components/layout.tsx";
import { getMessage } from "../../lib/api.ts";
import { pollWhileVisible } from "../../lib/poll.ts";
import { showFullTime } from "../../lib/time.ts";

const refreshMs = 3000;

function MessageDetail(props: { messageId: string }) {
  const message = createAsync(() => getMessage(props.messageId));
  pollWhileVisible(() => revalidate(getMessage.keyFor(props.messageId)), refreshMs);

  return (
    <Show when={message.latest ?? message()}>
      {(shown) => (
        <>
          <section aria-label="Message" class="space-y-2 rounded-2xl border border-line bg-surface p-5">
            <p class="text-lg font-semibold">{shown().subject || "(no subject)"}</p>
            <dl class="grid gap-x-6 gap-y-1 text-sm sm:grid-cols-[auto_1fr]">
              <dt class="text-muted">From</dt>
              <dd class="break-all">{shown().from}</dd>
              <dt class="text-muted">Sent</dt>
              <dd>{showFullTime(shown().sentAt)}</dd>
              <dt class="text-muted">SES message id</dt>
              <dd class="font-mono text-xs break-all">{shown().messageId}</dd>
            </dl>
            <ul class="flex flex-wrap gap-2" aria-label="Tags">
              <For each={Object.entries(shown().tags).filter(([name]) => !name.startsWith("ses:"))}>
                {([name, values]) => (
                  <li>
                    <Badge tone="plain">{`${name}: ${values.join(", ")}`}</Badge>
                  </li>
                )}
              </For>
            </ul>
          </section>
          <For each={shown().recipients}>{(outcome) => <OutcomeCard outcome={outcome} />}</For>
          <Show when={shown().ambiguous.length > 0}>
            <section class="space-y-3 rounded-2xl border border-line bg-surface p-5" aria-labelledby="ambiguous">
              <h2 id="ambiguous" class="font-semibold">
                One of several recipients
              </h2>
              <p class="max-w-prose text-sm text-muted">
                All recipients of one SES message share one pixel and one link per address, so nobody can say who of
                them this was. It counts for the message and for no person.
              </p>
              <Timeline events={shown().ambiguous} label="Events of one of several recipients" />
            </section>
          </Show>
        </>
      )}
    </Show>
  );
}

export default function Message() {
  const parameters = useParams<{ messageId: string }>();
  return (
    <Layout
      title="Message"
      actions={
        <A class="text-sm text-accent underline" href="/">
          All events
        </A>
      }
    >
      <MessageDetail messageId={decodeURIComponent(parameters.messageId)} />
    </Layout>
  );
}
