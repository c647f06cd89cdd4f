// One connection: its state, how to finish it, its check, and its end.
import { useAction } from "@solidjs/router";
import { createSignal, onCleanup, Show } from "solid-js";
import type {
  ConnectionState,
  ConnectionView,
  VerifyConnectionResponse,
} from "../../../../shared/contract/api/connections.ts";
import { deleteConnection, listConnections, verifyConnection } from "../../lib/api.ts";
import { messageOf } from "../../lib/http.ts";
import type { Look } from "../../lib/status.ts";
import { Badge } from "../badge.tsx";
import { ConfirmDialog } from "../confirm-dialog.tsx";
import { Button, FormError } from "../form.tsx";
import { HopList } from "./hop-list.tsx";
import { Reconciliation } from "./reconciliation.tsx";
import { SendingQuota } from "./sending-quota.tsx";
import { Setup } from "./setup.tsx";
import { SnsEndpoint } from "./sns-endpoint.tsx";

const states: Record<ConnectionState, Look> = {
  pending: { word: "Pending", tone: "plain", sign: "clock" },
  proven: { word: "Proven", tone: "info", sign: "link" },
  verified: { word: "Verified", tone: "good", sign: "check" },
  broken: { word: "Broken", tone: "bad", sign: "cross" },
};

const askAgainMs = 2000;
/** A test event takes seconds; after a minute of waiting the person asks again. */
const maxAsks = 30;

/** By which a new connection's card is found and focused. */
export const cardId = (connectionId: string): string => `connection-${connectionId}`;

function Disconnect(props: { connection: ConnectionView }) {
  const remove = useAction(deleteConnection);
  return (
    <ConfirmDialog
      trigger="Disconnect"
      title={`Disconnect ${props.connection.accountId}?`}
      confirm="Disconnect"
      onConfirm={() => remove(props.connection.connectionId)}
    >
      <p>SESami stops sending through this account and no longer takes its events. What is stored stays.</p>
      <p>Delete the CloudFormation stack in the account afterwards.</p>
    </ConfirmDialog>
  );
}

export function ConnectionCard(props: { connection: ConnectionView }) {
  const [checked, setChecked] = createSignal<VerifyConnectionResponse>();
  const [error, setError] = createSignal<string>();
  const [isChecking, setIsChecking] = createSignal(false);
  const life = new AbortController();
  onCleanup(() => life.abort());

  const check = async () => {
    setIsChecking(true);
    setError(undefined);
    try {
      for (let asks = 0; asks < maxAsks && !life.signal.aborted; asks += 1) {
        const answer = await verifyConnection(props.connection.connectionId);
        setChecked(answer);
        await listConnections.refresh();
        if (!answer.hops.some(({ result }) => result === "waiting")) break;
        await new Promise((resolve) => setTimeout(resolve, askAgainMs));
      }
    } catch (failure) {
      setError(messageOf(failure));
    } finally {
      setIsChecking(false);
    }
  };

  const isPending = () => props.connection.state === "pending";
  const isBroken = () =>
    props.connection.state === "broken" || Boolean(checked()?.hops.some(({ result }) => result === "broken"));
  /** What is broken is mended as it was made, with the same parameters. */
  const needsSetup = () => isPending() || isBroken();
  const checkButton = () => (
    <Button look="plain" disabled={isChecking()} onClick={() => void check()}>
      {isChecking() ? "Checking…" : "Check connection"}
    </Button>
  );

  return (
    <article
      id={cardId(props.connection.connectionId)}
      tabIndex={-1}
      class="flex flex-col gap-5 rounded-xl border border-line bg-surface p-5"
      aria-label={`Connection ${props.connection.accountId}`}
    >
      <div class="flex flex-wrap items-center justify-between gap-3">
        <div class="min-w-0">
          <h2 class="flex items-center gap-2.5 font-semibold tabular-nums">
            {props.connection.accountId}
            <Badge look={states[props.connection.state]} />
          </h2>
          <p class="text-sm text-muted">
            {props.connection.region} · configuration set{" "}
            <span class="break-all">{props.connection.configurationSet}</span>
          </p>
        </div>
        <div class="flex gap-2">
          <Show when={!needsSetup()}>{checkButton()}</Show>
          <Disconnect connection={props.connection} />
        </div>
      </div>
      <Show when={needsSetup()}>
        <Setup connection={props.connection} check={checkButton()} />
      </Show>
      <FormError message={error()} />
      <Show when={checked()}>{(answer) => <HopList hops={answer().hops} />}</Show>
      <Show when={checked()?.sending}>{(sending) => <SendingQuota sending={sending()} />}</Show>
      <Show when={!isPending() && props.connection.reconciliation}>
        {(found) => <Reconciliation found={found()} />}
      </Show>
      <Show when={!isPending() && props.connection.snsEndpoint}>
        {(endpoint) => <SnsEndpoint endpoint={endpoint()} />}
      </Show>
    </article>
  );
}
