// The account and region that a bulk goes out through; the id where that connection is gone.
import { createAsync } from "@solidjs/router";
import { listConnections } from "../../lib/api.ts";

export function ConnectionName(props: { connectionId: string }) {
  const connections = createAsync(() => listConnections());
  const found = () => connections()?.items.find(({ connectionId }) => connectionId === props.connectionId);
  return <span class="tabular-nums">{connectionText(found()) ?? props.connectionId}</span>;
}

export const connectionText = (connection: { accountId: string; region: string } | undefined): string | undefined =>
  connection && `${connection.accountId} in ${connection.region}`;
