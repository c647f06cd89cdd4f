// One connection: its state, how to finish it, its check, and its end.
import { revalidate, useAction } from "@solidjs/router";
import { createSignal, For, onCleanup, Show } from "solid-js";
import type {
  ConnectionState,
  ConnectionView,
  VerifyConnectionResponse,
} from "../../../../shared/contract/api/connections.ts";
import { deleteConnection, listConnections, verifyConnection } from "../../lib/api.ts";
import type { Tone } from "../../lib/status.ts";
import { Badge } from "../badge.tsx";
import { ConfirmDialog } from "../confirm-dialog.tsx";
import { Copyable } from "../copy.tsx";
import { Button, buttonClass, FormError } from "../form.tsx";
import { HopList } from "./hop-list.tsx";

const states: Record<ConnectionState, { tone: Tone; sign: string; word: string }> = {
  pending: { tone: "plain", sign: "○", word: "Pending" },
  proven: { tone: "info", sign: "◐", word: "Proven" },
  verified: { tone: "good", sign: "●", word: "Verified" },
  broken: { tone: "bad", sign: "✕", word: "Broken" },
};

const askAgainMs = 2000;
/** A test event takes seconds; after a minute of waiting the person asks again. */
const maxAsks = 30;

function Setup(props: { connection: ConnectionView }) {
  return (
    <div class="space-y-3 rounded-xl bg-raised p-4 text-sm">
      <p>
        <span class="font-semibold">1.</span> Create the stack in account {props.connection.accountId}. The page that
        opens has everything filled in.
      </p>
      <a class={buttonClass()} href={props.connection.quickCreateUrl} target="_blank" rel="noreferrer">
        Open CloudFormation
      </a>
      <details>
        <summary class="cursor-pointer text-muted">Or deploy the template yourself, with these parameters</summary>
        <div class="mt-2 space-y-2">
          <For each={Object.entries(props.connection.templateParameters)}>
            {([name, value]) => (
              <div>
                <p class="text-muted">{name}</p>
                <Copyable name={name} text={value} />
              </div>
            )}
          </For>
        </div>
      </details>
      <p>
        <span class="font-semibold">2.</span> When the stack is complete, check the connection.
      </p>
    </div>
  );
}

export function ConnectionCard(props: { connection: ConnectionView }) {
  const remove = useAction(deleteConnection);
  const [checked, setChecked] = createSignal<VerifyConnectionResponse>();
  const [error, setError] = createSignal<string>();
  const [isChecking, setIsChecking] = createSignal(false);
  const life = new AbortController();
  onCleanup(() => life.abort());
  const state = () => states[checked()?.connection.state ?? props.connection.state];

  const check = async () => {
    setIsChecking(true);
    setError(undefined);
    try {
      for (let asks = 0; asks < maxAsks && !life.signal.aborted; asks += 1) {
        const answer = await verifyConnection(props.connection.connectionId);
        setChecked(answer);
        if (!answer.hops.some(({ result }) => result === "waiting")) break;
        await new Promise((resolve) => setTimeout(resolve, askAgainMs));
      }
      await revalidate(listConnections.key);
    } catch (failure) {
      setError(failure instanceof Error ? failure.message : String(failure));
    } finally {
      setIsChecking(false);
    }
  };

  return (
    <article
      class="space-y-4 rounded-2xl border border-line bg-surface p-5"
      aria-label={`Connection ${props.connection.accountId}`}
    >
      <div class="flex flex-wrap items-center justify-between gap-3">
        <div>
          <h2 class="flex items-center gap-3 font-semibold tabular-nums">
            {props.connection.accountId}
            <Badge tone={state().tone} sign={state().sign}>
              {state().word}
            </Badge>
          </h2>
          <p class="text-sm text-muted">
            {props.connection.region} · configuration set <code>{props.connection.configurationSet}</code>
          </p>
        </div>
        <div class="flex gap-2">
          <Button look="plain" disabled={isChecking()} onClick={() => void check()}>
            {isChecking() ? "Checking…" : "Check connection"}
          </Button>
          <ConfirmDialog
            trigger="Disconnect"
            title={`Disconnect ${props.connection.accountId}?`}
            confirm="Disconnect"
            onConfirm={() => remove(props.connection.connectionId)}
          >
            <p>SESami stops sending through this account and no longer takes its events. What is stored stays.</p>
            <p>Delete the CloudFormation stack in the account afterwards.</p>
          </ConfirmDialog>
        </div>
      </div>
      <Show when={props.connection.state === "pending"}>
        <Setup connection={props.connection} />
      </Show>
      <FormError message={error()} />
      <Show when={checked()}>{(answer) => <HopList hops={answer().hops} />}</Show>
      <Show when={checked()?.sending}>
        {(sending) => (
          <p class="text-sm text-muted">
            {sending().sandbox ? "Sandbox" : "Production"}: {sending().sentLast24Hours.toLocaleString()} of{" "}
            {sending().max24Hours.toLocaleString()} mails in 24 hours, {sending().maxSendRate} a second.
          </p>
        )}
      </Show>
    </article>
  );
}
