// GET /verify-sts: proves a connection hop by hop, and moves its state by what was seen.
// The hops themselves: role-hops.ts, setup-hops.ts, test-event.ts.
import { authorize } from "../../shared/contract/actor.ts";
import {
  hops,
  verifyConnectionQuery,
  type Hop,
  type VerifyConnectionResponse,
} from "../../shared/contract/api/connections.ts";
import { AppError } from "../../shared/contract/error.ts";
import type { SessionCredentials } from "../../shared/aws/connection-credentials.ts";
import type { Connection } from "../../shared/store/connections.ts";
import { ok, type ApiRequest, type ApiResponse } from "../runtime/http.ts";
import { parseInput } from "../runtime/input.ts";
import { count, log } from "../runtime/log.ts";
import type { ConnectionsDeps } from "./deps.ts";
import { broken, skipped, type Tried } from "./hop.ts";
import { tryAccount, tryAssumeRole, tryExternalIdEnforced } from "./role-hops.ts";
import { tryConfigurationSet, tryRule, trySending } from "./setup-hops.ts";
import { tryTestEvent } from "./test-event.ts";
import { toConnectionView } from "./view.ts";

export const verifyConnection =
  (deps: ConnectionsDeps) =>
  async (request: ApiRequest): Promise<ApiResponse> => {
    const query = parseInput(verifyConnectionQuery, request.query, "query");
    const tenantId = authorize(request.actor, "connections:read");
    const connection = await chosenConnection(deps.connections, tenantId, query.connection);
    const { connection: checked, tried, sending } = await checkConnection(deps, connection, request.requestId);
    return ok({
      connection: toConnectionView(checked, deps.env, request.baseUrl),
      hops: [
        ...tried.map(({ inconclusive: _inconclusive, ...result }) => result),
        ...hops.slice(tried.length).map((hop) => skipped(hop)),
      ],
      ...(sending ? { sending } : {}),
    } satisfies VerifyConnectionResponse);
  };

async function chosenConnection(
  connections: ConnectionsDeps["connections"],
  tenantId: string,
  connectionId: string | undefined,
): Promise<Connection> {
  if (connectionId !== undefined) return connections.getConnection(tenantId, connectionId);
  const found = (await connections.findDefaultConnection(tenantId)) ?? (await connections.listConnections(tenantId))[0];
  if (!found) throw new AppError("not_found", "There is no connection yet: make one with POST /connections.");
  return found;
}

/** What a check has found out (so far). */
export interface Check {
  connection: Connection;
  tried: Tried[];
  sending?: VerifyConnectionResponse["sending"];
}

/** Tries hop after hop, and moves the connection's state by what was seen. */
export async function checkConnection(
  deps: ConnectionsDeps,
  connection: Connection,
  requestId: string,
): Promise<Check> {
  const check: Check = { connection, tried: [] };
  const credentials = await checkRole(deps, check);
  if (credentials) await checkSetup(deps, check, credentials);
  const failed = check.tried.find(({ result }) => result === "broken");
  if (failed) await recordFailure(deps, check, failed, requestId);
  return check;
}

/** The hops that prove a connection. Answers the session to go on with, when the connection owns its account. */
async function checkRole(deps: ConnectionsDeps, check: Check): Promise<SessionCredentials | undefined> {
  const { tried, credentials } = await tryAssumeRole(deps.sts, check.connection);
  check.tried.push(tried);
  if (!credentials) return undefined;
  check.tried.push(await tryExternalIdEnforced(deps.sts, check.connection, deps.newExternalId()));
  if (isBroken(check)) return undefined;
  const session = deps.sessionClients(check.connection.region, credentials);
  try {
    check.tried.push(await tryAccount(session.sts, check.connection));
  } finally {
    session.destroy();
  }
  if (isBroken(check)) return undefined;
  if (check.connection.state === "pending") await claimAccount(deps, check);
  if (isBroken(check)) return undefined;
  await deps.writeBusPolicy();
  return credentials;
}

/** Only one connection owns an account in a region: the first that is proven. */
async function claimAccount({ connections, clock }: ConnectionsDeps, check: Check): Promise<void> {
  const { tenantId, connectionId } = check.connection;
  try {
    check.connection = await connections.markProven(tenantId, connectionId, new Date(clock()).toISOString());
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== "conflict") throw error;
    const fix = "Disconnect it there first, or ask whoever in your organisation uses SESami already.";
    check.tried.splice(-1, 1, broken("account", error.message, fix));
  }
}

async function checkSetup(deps: ConnectionsDeps, check: Check, credentials: SessionCredentials): Promise<void> {
  const session = deps.sessionClients(check.connection.region, credentials);
  try {
    const { tried, sending } = await trySending(session.ses, check.connection);
    check.tried.push(tried);
    check.sending = sending;
    if (isBroken(check)) return;
    check.tried.push(await tryConfigurationSet(session.ses, check.connection));
    if (isBroken(check)) return;
    check.tried.push(await tryRule(session.events, check.connection, deps.env.EVENT_BUS_ARN));
    if (isBroken(check)) return;
    const { tenantId, connectionId, state } = check.connection;
    // Before the test mail: only a connection that is not broken is made verified by its events.
    if (state === "broken")
      check.connection = await deps.connections.markProven(
        tenantId,
        connectionId,
        new Date(deps.clock()).toISOString(),
      );
    check.tried.push(await tryTestEvent(deps, session.ses, check.connection));
  } finally {
    session.destroy();
  }
}

const isBroken = ({ tried }: Check): boolean => tried.at(-1)?.result === "broken";

const roleHops: ReadonlySet<Hop> = new Set(["assumeRole", "externalIdEnforced", "account"]);

/**
 * A connection that once worked is broken when its role is, or when its events have ceased to come; one that is still
 * being set up stays as far as it got. What AWS could not answer changes nothing.
 */
async function recordFailure(
  { connections, clock }: ConnectionsDeps,
  check: Check,
  { hop, inconclusive }: Tried,
  requestId: string,
): Promise<void> {
  const { tenantId, connectionId, state, verifiedAt } = check.connection;
  log.info("A connection check found a broken hop.", { requestId, tenantId, connectionId, state, hop, inconclusive });
  if (inconclusive || state === "pending") return;
  if (!verifiedAt && !roleHops.has(hop)) return;
  check.connection = await connections.markBroken(tenantId, connectionId, new Date(clock()).toISOString());
  count("connectionBroken", 1, { requestId, tenantId, connectionId });
}
