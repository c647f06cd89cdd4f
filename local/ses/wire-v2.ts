// SES v2 over the wire: REST with JSON. Which operation a path means, and errors in v2's names.
import { parseBody } from "../json-input.ts";
import { AwsError, jsonReply, unsupported, type AwsCall, type AwsReply, type Caller } from "../protocol.ts";
import type { V2Operation } from "./v2-operation.ts";
import { createReadOperations } from "./v2-reads.ts";
import { createSendOperation } from "./v2-send.ts";
import { createSuppressionOperations } from "./v2-suppression.ts";
import type { WireDeps } from "./v1-operation.ts";

const prefix = "/v2/email";

/** `METHOD /path`, `{name}` for one decoded path segment. Two lists have an older path that SES's reference still names. */
const routes: Record<string, string> = {
  "GET /account": "GetAccount",
  "POST /outbound-emails": "SendEmail",
  "POST /list-configuration-sets": "ListConfigurationSets",
  "GET /configuration-sets": "ListConfigurationSets",
  "GET /configuration-sets/{name}": "GetConfigurationSet",
  "GET /configuration-sets/{name}/event-destinations": "GetConfigurationSetEventDestinations",
  "POST /list-identities": "ListEmailIdentities",
  "GET /identities": "ListEmailIdentities",
  "POST /identities": "CreateEmailIdentity",
  "GET /identities/{name}": "GetEmailIdentity",
  "GET /suppression/addresses": "ListSuppressedDestinations",
  "PUT /suppression/addresses": "PutSuppressedDestination",
  "GET /suppression/addresses/{name}": "GetSuppressedDestination",
  "DELETE /suppression/addresses/{name}": "DeleteSuppressedDestination",
};

function findRoute(method: string, path: string): { operation: string; name: string } | undefined {
  for (const [route, operation] of Object.entries(routes)) {
    const [routeMethod, routePath = ""] = route.split(" ");
    const pattern = new RegExp(`^${prefix}${routePath.replace("{name}", "([^/]+)")}/?$`);
    const match = routeMethod === method ? pattern.exec(path) : null;
    if (match) return { operation, name: decodeURIComponent(match[1] ?? "") };
  }
  return undefined;
}

/** v1's codes in v2's names (SES API v2 reference). */
const errorNames: Record<string, { name: string; status: number }> = {
  ConfigurationSetDoesNotExist: { name: "NotFoundException", status: 404 },
  ConfigurationSetSendingPausedException: { name: "SendingPausedException", status: 400 },
  InvalidParameterValue: { name: "BadRequestException", status: 400 },
  Throttling: { name: "TooManyRequestsException", status: 429 },
};

function inV2Words(error: AwsError): AwsError {
  const translated = errorNames[error.code];
  return translated ? new AwsError(translated.name, error.message, { status: translated.status }) : error;
}

/** @throws AwsError in v2's names. */
export function createWireV2(deps: WireDeps): (call: AwsCall, caller: Caller) => Promise<AwsReply> {
  const operations: Record<string, V2Operation> = {
    SendEmail: createSendOperation(deps),
    ...createReadOperations(deps),
    ...createSuppressionOperations(deps),
  };
  return async (call, caller) => {
    const route = findRoute(call.method, call.path);
    const operation = operations[route?.operation ?? ""];
    if (!route || !operation) throw unsupported(`the SES v2 operation ${call.method} ${call.path}`);
    const { region, query } = call;
    const account = deps.accounts.accountOf(caller.accountId, region);
    try {
      await deps.faults?.(route.operation);
      return jsonReply(
        await operation({ caller, region, account, query, body: parseBody(call), name: route.name }),
        "rest",
      );
    } catch (error) {
      throw error instanceof AwsError ? inV2Words(error) : error;
    }
  };
}
