// The user pool's triggers: a person who signs up gets a tenant, and every ID token says which.
// The claims serve the dashboard; authorization trusts the tenant alone (DESIGN: the rest is read from the Directory).
import type { Connections } from "../../shared/store/connections.ts";
import type { Tenants } from "../../shared/store/tenants.ts";
import { log } from "../runtime/log.ts";

export interface IdentityDeps {
  tenants: Pick<Tenants, "ensureTenantOfUser">;
  connections: Pick<Connections, "findDefaultConnection">;
  clock: () => number;
  newTenantId: () => string;
}

/** A Cognito trigger event: the part that we read, and the response that we fill. */
export interface UserPoolTriggerEvent {
  version: string;
  triggerSource: string;
  request: { userAttributes: Record<string, string | undefined> };
  response: object;
}

type Claims = Record<string, string>;

/**
 * Answers PostConfirmation and pre-token-generation events, versions 1 and 2 (Cognito developer guide, "Pre token
 * generation Lambda trigger"). Any other trigger passes through untouched.
 */
export const answerTrigger =
  (deps: IdentityDeps) =>
  async (event: UserPoolTriggerEvent): Promise<UserPoolTriggerEvent> => {
    const { triggerSource } = event;
    const userId = event.request.userAttributes["sub"];
    if (!userId) throw new Error(`The trigger ${triggerSource} came without the user's sub.`);
    if (triggerSource === "PostConfirmation_ConfirmSignUp") {
      const tenantId = await ensureTenant(deps, userId);
      log.info("A user signed up.", { userId, tenantId });
      return event;
    }
    if (!triggerSource.startsWith("TokenGeneration_")) return event;
    return { ...event, response: withClaims(event.version, await claimsOf(deps, userId)) };
  };

/** Also for tokens: a user made by an administrator never passes the confirmation trigger. */
const ensureTenant = ({ tenants, clock, newTenantId }: IdentityDeps, userId: string): Promise<string> =>
  tenants.ensureTenantOfUser(userId, { tenantId: newTenantId(), createdAt: new Date(clock()).toISOString() });

async function claimsOf(deps: IdentityDeps, userId: string): Promise<Claims> {
  const tenantId = await ensureTenant(deps, userId);
  const connection = await deps.connections.findDefaultConnection(tenantId);
  return {
    "custom:tenantId": tenantId,
    ...(connection && { "custom:roleArn": connection.roleArn, "custom:externalId": connection.externalId }),
  };
}

const withClaims = (version: string, claims: Claims): object => {
  const claimsToAddOrOverride = claims;
  return version === "1"
    ? { claimsOverrideDetails: { claimsToAddOrOverride } }
    : { claimsAndScopeOverrideDetails: { idTokenGeneration: { claimsToAddOrOverride } } };
};
