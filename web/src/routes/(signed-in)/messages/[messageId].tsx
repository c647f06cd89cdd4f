import { A, createAsyncStore, useParams } from "@solidjs/router";
import { For, Show } from "solid-js";
import type { MessageView } from "../../../../../shared/contract/api/events.ts";
import { Badge } from "../../../components/badge.tsx";
import { buttonClass } from "../../../components/form.tsx";
import { OutcomeCard } from "../../../components/events/outcome-card.tsx";
import { Timeline } from "../../../components/events/timeline.tsx";
import { MessageContent } from "../../../components/mail/message-content.tsx";
import { Page } from "../../../components/page.tsx";
import { Freshness, Loaded } from "../../../components/states.tsx";
import { getMessage } from "../../../lib/api.ts";
import { pollWhileVisible } from "../../../lib/poll.ts";
import { showFullTime } from "../../../lib/time.ts";

const refreshMs = 3000;

function Envelope(props: { message: MessageView; failure: unknown }) {
  /** What SES itself adds says nothing about the mail. */
  const tags = () => Object.entries(props.message.tags).filter(([name]) => !name.startsWith("ses:"));
  return (
    <section aria-label="Message" class="space-y-4 rounded-xl border border-line bg-surface p-5">
      <div class="flex flex-wrap items-start justify-between gap-x-4 gap-y-1">
        <h2 class="min-w-48 flex-1 text-lg/6 font-semibold break-words">{props.message.subject || "(no subject)"}</h2>
        <Freshness failure={props.failure} />
      </div>
      <dl class="grid gap-x-6 text-sm sm:grid-cols-[auto_1fr] sm:gap-y-1.5">
        <dt class="text-muted">From</dt>
        <dd class="mb-2 break-all sm:mb-0">{props.message.from ?? "Unknown"}</dd>
        <dt class="text-muted">Sent</dt>
        <dd class="mb-2 sm:mb-0">{showFullTime(props.message.sentAt)}</dd>
        <dt class="text-muted">SES message id</dt>
        <dd class="mb-2 font-mono text-[13px] break-all sm:mb-0">{props.message.messageId}</dd>
        <Show when={props.message.configurationSet}>
          {(name) => (
            <>
              <dt class="text-muted">Configuration set</dt>
              <dd class="mb-2 break-all sm:mb-0">{name()}</dd>
            </>
          )}
        </Show>
        <Show when={tags().length > 0}>
          <dt class="text-muted">Tags</dt>
          <dd class="flex flex-wrap gap-1.5">
            <For each={tags()}>
              {([name, values]) => (
                <For each={values}>
                  {(value) => (
                    <A href={`/events?tag=${encodeURIComponent(`${name}:${value}`)}`} title="Events with this tag">
                      <Badge look={{ word: `${name}: ${value}`, tone: "plain" }} />
                    </A>
                  )}
                </For>
              )}
            </For>
          </dd>
        </Show>
      </dl>
    </section>
  );
}

function Ambiguous(props: { message: MessageView }) {
  return (
    <section class="space-y-4 rounded-xl border border-line bg-surface p-5" aria-labelledby="ambiguous">
      <div>
        <h2 id="ambiguous" class="font-semibold">
          One of several recipients
        </h2>
        <p class="mt-1 max-w-2xl text-sm text-muted">
          All recipients of one SES message share one pixel and one link per address, so nobody can say who of them this
          was. It counts for the message and for no person.
        </p>
      </div>
      <Timeline
        events={props.message.ambiguous}
        label="Events of one of several recipients"
        further={props.message.furtherAmbiguous}
      />
    </section>
  );
}

function MessageDetail(props: { messageId: string }) {
  const message = createAsyncStore(() => getMessage(props.messageId), { reconcile: { key: "eventId" } });
  const failure = pollWhileVisible(() => getMessage.refresh(props.messageId), refreshMs);

  return (
    <Show when={message()}>
      {(shown) => (
        <>
          <Envelope message={shown()} failure={failure()} />
          <MessageContent messageId={props.messageId} />
          <For each={shown().recipients}>{(outcome) => <OutcomeCard outcome={outcome} />}</For>
          <Show when={shown().ambiguous.length > 0}>
            <Ambiguous message={shown()} />
          </Show>
        </>
      )}
    </Show>
  );
}

export default function Message() {
  const parameters = useParams<{ messageId: string }>();
  /** The router hands over a path as it is written. */
  const messageId = () => decodeURIComponent(parameters.messageId);
  return (
    <Page
      title="Message"
      actions={
        <A class={buttonClass("plain")} href="/events">
          All events
        </A>
      }
    >
      <Show when={messageId()} keyed>
        {(id) => (
          <Loaded queries={[getMessage.key]}>
            <MessageDetail messageId={id} />
          </Loaded>
        )}
      </Show>
    </Page>
  );
}
