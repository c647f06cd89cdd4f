// Sign-ins of one user pool: the tokens they give, with the claims that the pre-token trigger adds, and their end.
import { randomUUID } from "node:crypto";
import { AwsError } from "../protocol.ts";
import { notAuthorized, type PoolClient, type User, type UserPool } from "./pool.ts";
import { makeRefreshToken, signJwt, verifiedClaims, type SigningKey } from "./tokens.ts";

/** Calls a trigger function as the user pool; undefined where the template names none. */
export type InvokeTrigger = (functionArn: string, event: unknown, poolArn: string) => Promise<unknown>;

export interface Grant {
  userId: string;
  clientId: string;
  originId: string;
  expiresAtMs: number;
}

export interface IssuedTokens {
  AccessToken: string;
  IdToken: string;
  RefreshToken?: string;
  ExpiresIn: number;
  TokenType: "Bearer";
}

interface SessionDeps {
  pool: UserPool;
  key: SigningKey;
  grants: Map<string, Grant>;
  invokeTrigger: InvokeTrigger;
  clock: () => number;
}

const tokenLifetimeSeconds = 3600;
const refreshLifetimeMs = 30 * 24 * 60 * 60_000;

/** Claims that a trigger cannot set (Cognito developer guide, pre token generation trigger). */
const protectedClaims = new Set(
  "iss sub aud exp iat auth_time nbf jti origin_jti event_id token_use cognito:username".split(" "),
);

export const userAttributes = (user: User): Record<string, string> => ({
  sub: user.userId,
  email: user.email,
  email_verified: String(user.confirmed),
  "cognito:user_status": user.confirmed ? "CONFIRMED" : "UNCONFIRMED",
  ...user.attributes,
});

/** The event of every user pool trigger (Cognito developer guide, Lambda trigger event). */
export function triggerEvent(pool: UserPool, user: User, clientId: string, triggerSource: string, response: unknown) {
  const { poolId, region } = pool.settings;
  return {
    version: "1",
    triggerSource,
    region,
    userPoolId: poolId,
    userName: user.userId,
    callerContext: { awsSdkVersion: "aws-sdk-unknown-unknown", clientId },
    request: { userAttributes: userAttributes(user) },
    response,
  };
}

interface PreTokenAnswer {
  response?: {
    claimsOverrideDetails?: { claimsToAddOrOverride?: Record<string, string>; claimsToSuppress?: string[] } | null;
  };
}

export function createSessions({ pool, key, grants, invokeTrigger, clock }: SessionDeps) {
  const { poolId, region, arn, triggers } = pool.settings;

  const addedClaims = async (user: User, clientId: string, isRefresh: boolean) => {
    if (!triggers.preTokenGeneration) return {};
    const source = isRefresh ? "TokenGeneration_RefreshTokens" : "TokenGeneration_Authentication";
    const event = triggerEvent(pool, user, clientId, source, { claimsOverrideDetails: null });
    const answer = (await invokeTrigger(triggers.preTokenGeneration, event, arn)) as PreTokenAnswer | undefined;
    const added = answer?.response?.claimsOverrideDetails?.claimsToAddOrOverride ?? {};
    return Object.fromEntries(Object.entries(added).filter(([name]) => !protectedClaims.has(name)));
  };

  const issue = async (user: User, clientId: string, originId: string, isRefresh: boolean): Promise<IssuedTokens> => {
    const issuedAt = Math.floor(clock() / 1000);
    const common = {
      sub: user.userId,
      iss: `https://cognito-idp.${region}.amazonaws.com/${poolId}`,
      origin_jti: originId,
      event_id: randomUUID(),
      auth_time: issuedAt,
      iat: issuedAt,
      exp: issuedAt + tokenLifetimeSeconds,
    };
    const idClaims = {
      email: user.email,
      email_verified: user.confirmed,
      "cognito:username": user.userId,
      ...(await addedClaims(user, clientId, isRefresh)),
    };
    return {
      IdToken: signJwt(key, { ...idClaims, ...common, jti: randomUUID(), aud: clientId, token_use: "id" }),
      AccessToken: signJwt(key, {
        ...common,
        jti: randomUUID(),
        client_id: clientId,
        token_use: "access",
        scope: "aws.cognito.signin.user.admin",
        username: user.userId,
      }),
      ExpiresIn: tokenLifetimeSeconds,
      TokenType: "Bearer",
    };
  };

  return {
    /** A new sign-in. */
    begin: async (user: User, { clientId }: PoolClient): Promise<IssuedTokens> => {
      if (!user.confirmed) throw new AwsError("UserNotConfirmedException", "User is not confirmed.");
      const originId = randomUUID();
      const tokens = await issue(user, clientId, originId, false);
      const refreshToken = makeRefreshToken();
      grants.set(refreshToken, { userId: user.userId, clientId, originId, expiresAtMs: clock() + refreshLifetimeMs });
      return { ...tokens, RefreshToken: refreshToken };
    },
    refresh: async (refreshToken: string, { clientId }: PoolClient): Promise<IssuedTokens> => {
      const grant = grants.get(refreshToken);
      const user = grant && pool.findUser(grant.userId);
      if (!user || grant.clientId !== clientId || grant.expiresAtMs < clock())
        throw notAuthorized("Invalid Refresh Token");
      return issue(user, clientId, grant.originId, true);
    },
    revoke: (refreshToken: string): void => {
      grants.delete(refreshToken);
    },
    endAll: (user: User): void => {
      for (const [token, grant] of grants) if (grant.userId === user.userId) grants.delete(token);
    },
    /** The user whose access token this is. @throws AwsError `NotAuthorizedException` when it is over or was revoked */
    userOf: (accessToken: string): User => {
      const claims = verifiedClaims(key, accessToken);
      const isLive =
        claims?.["token_use"] === "access" &&
        Number(claims["exp"]) * 1000 > clock() &&
        [...grants.values()].some(({ originId }) => originId === claims["origin_jti"]);
      const user = isLive ? pool.findUser(String(claims["sub"])) : undefined;
      if (!user) throw notAuthorized("Access Token has been revoked");
      return user;
    },
  };
}

export type Sessions = ReturnType<typeof createSessions>;
