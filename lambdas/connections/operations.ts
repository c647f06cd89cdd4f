// Making, listing and ending connections. Proving one: verify-connection.ts.
import * as v from "valibot";
import { authorize } from "../../shared/contract/actor.ts";
import { connectionIdText, createConnectionRequest } from "../../shared/contract/api/connections.ts";
import { configurationSetName, connectionRoleArn } from "../../shared/contract/connection.ts";
import { AppError } from "../../shared/contract/error.ts";
import { created, noContent, ok, type ApiRequest, type ApiResponse } from "../runtime/http.ts";
import { parseInput } from "../runtime/input.ts";
import type { ConnectionsDeps } from "./deps.ts";
import { toConnectionView } from "./view.ts";

/** Of a tenant. A claim is free, and whoever reads connections reads all of them. */
export const maxConnections = 100;

const connectionPath = v.object({ connectionId: connectionIdText });

export const listConnections =
  ({ connections, env }: Pick<ConnectionsDeps, "connections" | "env">) =>
  async (request: ApiRequest): Promise<ApiResponse> => {
    const tenantId = authorize(request.actor, "connections:read");
    const items = await connections.listConnections(tenantId);
    return ok({ items: items.map((connection) => toConnectionView(connection, env, request.baseUrl)) });
  };

/**
 * A claim, which proves nothing and keeps nobody else from claiming the same account. Asking again for an account and
 * region that this tenant has claimed already answers that connection.
 */
export const createConnection =
  ({
    connections,
    env,
    clock,
    newConnectionId,
    newExternalId,
    newSnsKey,
  }: Pick<ConnectionsDeps, "connections" | "env" | "clock" | "newConnectionId" | "newExternalId" | "newSnsKey">) =>
  async (request: ApiRequest): Promise<ApiResponse> => {
    const { accountId, region } = parseInput(createConnectionRequest, request.body, "body");
    const tenantId = authorize(request.actor, "connections:write");
    const known = await connections.listConnections(tenantId);
    const claimed = known.find((connection) => connection.accountId === accountId && connection.region === region);
    if (claimed) return ok(toConnectionView(claimed, env, request.baseUrl));
    if (known.length >= maxConnections)
      throw new AppError("conflict", `There are ${maxConnections} connections already: delete one that is not used.`);
    const connection = await connections.createConnection(tenantId, {
      connectionId: newConnectionId(),
      accountId,
      region,
      roleArn: connectionRoleArn(accountId, region),
      externalId: newExternalId(),
      configurationSet: configurationSetName,
      snsKey: newSnsKey(),
      createdAt: new Date(clock()).toISOString(),
    });
    return created(toConnectionView(connection, env, request.baseUrl));
  };

/**
 * Events of the account are no longer taken, and its role is no longer assumed; what was recorded stays. Should the bus
 * policy not be written now, the next change of any connection writes it; events without an owner are discarded anyway.
 */
export const deleteConnection =
  ({
    connections,
    credentials,
    writeBusPolicy,
  }: Pick<ConnectionsDeps, "connections" | "credentials" | "writeBusPolicy">) =>
  async (request: ApiRequest): Promise<ApiResponse> => {
    const { connectionId } = parseInput(connectionPath, request.pathParameters, "path");
    const tenantId = authorize(request.actor, "connections:write");
    const connection = await connections.deleteConnection(tenantId, connectionId);
    await credentials.evictCredentials(connection);
    if (connection.state !== "pending") await writeBusPolicy();
    return noContent();
  };
