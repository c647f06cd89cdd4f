// All connections, a few at a time: what is found of each is kept with it, for its owner to see.
import { isTransient } from "../../shared/aws/aws-error.ts";
import type { SesReported } from "../../shared/contract/api/connections.ts";
import type { Metric } from "../../shared/contract/metrics.ts";
import type { Connection, Connections } from "../../shared/store/connections.ts";
import type { LogFields } from "../runtime/log.ts";
import { reconcileSends, type ReconcileSendsDeps } from "./reconcile-sends.ts";

export interface ReconcileAllDeps extends ReconcileSendsDeps {
  connections: Pick<Connections, "listProvenAccounts" | "findConnection" | "recordReconciliation">;
  /** Rejects with what AWS answered. */
  getSendStatistics: (connection: Connection) => Promise<Omit<SesReported, "note">>;
  count: (metric: Metric, value?: number, fields?: LogFields) => void;
  log: { info: (message: string, fields?: LogFields) => void; error: (message: string, fields?: LogFields) => void };
}

const atOnce = 5;

/**
 * One connection's failure is logged and keeps no other from being reconciled.
 * @throws Error in the end, when there was one: the run counts as failed, and Lambda repeats it
 */
export const reconcileAll = (deps: ReconcileAllDeps) => async (): Promise<void> => {
  const accounts = await deps.connections.listProvenAccounts();
  let withoutSendEvent = 0;
  let failures = 0;
  const waiting = accounts.values();
  const worker = async () => {
    for (const { tenantId, connectionId } of waiting)
      try {
        const missing = await reconcileOne(deps, tenantId, connectionId);
        withoutSendEvent += missing;
      } catch (error) {
        failures += 1;
        deps.log.error("A connection could not be reconciled.", { tenantId, connectionId, error });
      }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  deps.count("sendsWithoutEvent", withoutSendEvent);
  if (failures > 0) throw new Error(`${failures} of ${accounts.length} connections could not be reconciled.`);
};

/** How many of its mails are without their Send event. */
async function reconcileOne(deps: ReconcileAllDeps, tenantId: string, connectionId: string): Promise<number> {
  const connection = await deps.connections.findConnection(tenantId, connectionId);
  // Disconnected since the list was read.
  if (!connection) return 0;
  const [sends, sesReported] = await Promise.all([
    reconcileSends(deps, tenantId, connectionId),
    findSesReported(deps, connection),
  ]);
  await deps.connections.recordReconciliation(tenantId, connectionId, {
    checkedAt: new Date(deps.clock()).toISOString(),
    ...sends,
    ...(sesReported ? { sesReported } : {}),
  });
  if (sends.withoutSendEvent > 0)
    deps.log.info("Mails that SES accepted have no Send event.", { tenantId, connectionId, ...sends });
  return sends.withoutSendEvent;
}

/** Undefined when the customer's SES cannot be asked; a broken connection is GET /verify-sts's to tell. */
async function findSesReported(
  { getSendStatistics, log }: ReconcileAllDeps,
  connection: Connection,
): Promise<SesReported | undefined> {
  const { tenantId, connectionId, accountId, region } = connection;
  try {
    return {
      ...(await getSendStatistics(connection)),
      note: `All mail of the account ${accountId} in ${region} over 14 days, also what SESami did not send: an upper bound.`,
    };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    log.info("SES's own figures could not be read.", {
      tenantId,
      connectionId,
      error,
      isTransient: isTransient(error),
    });
    return undefined;
  }
}
