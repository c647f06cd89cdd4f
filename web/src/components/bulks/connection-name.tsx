// The account and region that a bulk goes out through; the id where that connection is gone.
import { createAsync } from "@solidjs/router";
import { Suspense } from "solid-js";
import { listConnections } from "../../lib/api.ts";

function Name(props: { connectionId: string }) {
  const connections = createAsync(() => listConnections());
  const found = () => connections()?.items.find(({ connectionId }) => connectionId === props.connectionId);
  return <>{connectionText(found()) ?? props.connectionId}</>;
}

/** Waits for the connections alone, so that nothing around it does. */
export function ConnectionName(props: { connectionId: string }) {
  return (
    <span class="tabular-nums">
      <Suspense fallback={props.connectionId}>
        <Name connectionId={props.connectionId} />
      </Suspense>
    </span>
  );
}

export const connectionText = (connection: { accountId: string; region: string } | undefined): string | undefined =>
  connection && `${connection.accountId} in ${connection.region}`;
