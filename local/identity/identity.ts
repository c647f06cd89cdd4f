// IAM and STS of the laptop cloud, for all its accounts: roles, their sessions, who signed with which key.
import { AwsError, type AwsService, type Caller } from "../protocol.ts";
import type { ResourceProviders } from "../cloudformation/provider.ts";
import type { StateFolder } from "../state.ts";
import { isAllowed } from "./policy.ts";
import { createRoles, type Roles } from "./roles.ts";
import { createSessions, type Credentials, type Sessions } from "./sessions.ts";
import { createSts } from "./sts.ts";

export type { Role } from "./roles.ts";
export type { Credentials, Session } from "./sessions.ts";

export interface Identity
  extends
    Pick<Roles, "findRole" | "findRoleByName" | "findManagedPolicy">,
    Pick<Sessions, "findSession" | "getSession"> {
  /** STS on the wire. */
  handle: AwsService;
  /** AWS::IAM::Role, Policy, ManagedPolicy. */
  providers: ResourceProviders;
  /** @throws AwsError `InvalidClientTokenId` or `ExpiredToken` */
  callerOf: (accessKeyId: string, sessionToken: string | undefined) => Caller;
  /**
   * What AWS hands to a service that works as a role, such as Lambda to a function. Valid for 12 hours.
   * @throws AwsError `AccessDenied` when the role is missing or does not trust the service
   */
  credentialsForService: (roleArn: string, servicePrincipal: string, sessionName?: string) => Credentials;
  /**
   * Long-term keys of an account's administrator, for tests and scripts: a user, as AWS lets no root assume a role.
   * The same for an account at every start.
   */
  rootCredentials: (accountId: string) => { accessKeyId: string; secretAccessKey: string };
  /** For tests: the session with this key is over, as if its time had passed. */
  expireSession: (accessKeyId: string) => void;
}

const serviceSessionSeconds = 43_200;

export function createIdentity({ state, clock }: { state: StateFolder; clock: () => number }): Identity {
  const roles = createRoles();
  const sessions = createSessions({ state, clock });

  return {
    handle: createSts({ roles, sessions }),
    providers: roles.providers,
    findRole: roles.findRole,
    findRoleByName: roles.findRoleByName,
    findManagedPolicy: roles.findManagedPolicy,
    findSession: sessions.findSession,
    getSession: sessions.getSession,
    callerOf: (accessKeyId, sessionToken) => sessions.getSession(accessKeyId, sessionToken).caller,

    credentialsForService: (roleArn, servicePrincipal, sessionName = servicePrincipal.split(".")[0] ?? "") => {
      const role = roles.findRole(roleArn);
      const request = { action: "sts:AssumeRole", principal: { service: servicePrincipal } };
      if (!role || !isAllowed(role.trustPolicy, request))
        throw new AwsError("AccessDenied", `The role ${roleArn} cannot be assumed by ${servicePrincipal}.`, {
          status: 403,
        });
      return sessions.issue(role, { name: sessionName, seconds: serviceSessionSeconds });
    },

    rootCredentials: sessions.longTermKey,
    expireSession: sessions.expire,
  };
}
