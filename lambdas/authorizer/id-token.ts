// Proves a Cognito ID token: signature, issuer, audience, use, time; and takes the tenant from its claims.
import { SimpleJwksCache } from "aws-jwt-verify/jwk";
import { JwtVerifier } from "aws-jwt-verify/jwt-verifier";
import type { Actor } from "../../shared/contract/actor.ts";
import { AppError } from "../../shared/contract/error.ts";

export interface IdTokenSettings {
  region: string;
  userPoolId: string;
  userPoolClientId: string;
  /** Where the pool's public keys are; in AWS `<issuer>/.well-known/jwks.json`. */
  jwksUri: string;
  fetchJwks?: (uri: string) => Promise<ArrayBuffer>;
}

const fetchTimeoutMs = 2000;

async function fetchByHttp(uri: string): Promise<ArrayBuffer> {
  const response = await fetch(uri, { signal: AbortSignal.timeout(fetchTimeoutMs) });
  if (!response.ok) throw new Error(`The user pool's keys could not be had: HTTP ${response.status}.`);
  return response.arrayBuffer();
}

/**
 * A function from token to actor. It throws AppError or JwtBaseError for a token that is not good, and any other error when
 * the pool's keys could not be had. Keys are fetched once; a key id that
 * is not among them fetches again (rotation), at most every 10 s while the unknown id stays unknown.
 */
export function createIdTokenVerifier({
  region,
  userPoolId,
  userPoolClientId,
  jwksUri,
  fetchJwks = fetchByHttp,
}: IdTokenSettings): (token: string) => Promise<Actor> {
  const verifier = JwtVerifier.create(
    // Cognito's issuer, whatever the address that its keys are fetched from.
    { issuer: `https://cognito-idp.${region}.amazonaws.com/${userPoolId}`, audience: userPoolClientId, jwksUri },
    { jwksCache: new SimpleJwksCache({ fetcher: { fetch: fetchJwks } }) },
  );
  return async (token) => {
    const claims = await verifier.verify(token);
    if (claims["token_use"] !== "id") throw new AppError("unauthenticated", "The token is not an ID token.");
    const tenantId = claims["custom:tenantId"];
    if (typeof tenantId !== "string" || !tenantId) throw new AppError("unauthenticated", "The token names no tenant.");
    if (!claims.sub) throw new AppError("unauthenticated", "The token names no user.");
    return { tenantId, kind: "user", id: claims.sub };
  };
}
