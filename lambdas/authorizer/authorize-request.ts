// One bearer credential → the actor behind it, or no. API keys and ID tokens come in the same header.
import { JwtBaseError } from "aws-jwt-verify/error";
import { apiKeyPattern } from "../../shared/contract/api/api-keys.ts";
import type { Actor } from "../../shared/contract/actor.ts";
import { AppError } from "../../shared/contract/error.ts";
import type { ApiKeys } from "../../shared/store/api-keys.ts";
import { sha256Hex } from "../runtime/hash.ts";
import { count, log } from "../runtime/log.ts";

export interface AuthorizerDeps {
  keys: Pick<ApiKeys, "findKeyOwner">;
  verifyIdToken: (token: string) => Promise<Actor>;
}

/** API Gateway's authorizer event, payload format 2.0: the part that we read. */
export interface AuthorizerEvent {
  headers?: Record<string, string | undefined>;
  requestContext: { requestId: string };
}

/** A simple response; its context is what lambdas/runtime/http.ts reads. */
export type AuthorizerResult = { isAuthorized: true; context: Actor } | { isAuthorized: false };

/**
 * Denies for every fault of the credential alike: who guesses learns nothing. The log has the reason, never the credential.
 * @throws what kept us from knowing (the table or the pool's keys out of reach): API Gateway then answers 500 and
 * remembers nothing, where it would remember a denial of a good key for a minute
 */
export const authorizeRequest =
  ({ keys, verifyIdToken }: AuthorizerDeps) =>
  async ({ headers = {}, requestContext: { requestId } }: AuthorizerEvent): Promise<AuthorizerResult> => {
    try {
      const credential = bearerOf(headers["authorization"]);
      const context = credential.startsWith("sk_")
        ? await actorOfKey(keys, credential)
        : await verifyIdToken(credential);
      return { isAuthorized: true, context };
    } catch (error) {
      if (!isRefusal(error)) {
        log.error("Whether a caller may be let in could not be told.", { requestId, error });
        throw error;
      }
      // Without the stack: a stranger's bad token is no fault of ours.
      log.info("A caller was not let in.", { requestId, reason: `${error.name}: ${error.message}` });
      count("unauthenticated", 1, { requestId });
      return { isAuthorized: false };
    }
  };

/** RFC 6750 section 2.1. */
function bearerOf(header = ""): string {
  const credential = /^Bearer +(\S+)$/i.exec(header)?.[1];
  if (credential === undefined)
    throw new AppError("unauthenticated", "The Authorization header is not `Bearer` and one credential.");
  return credential;
}

/** The key is looked up by its hash, so the time that a wrong one takes tells nothing about the right one. */
async function actorOfKey(keys: AuthorizerDeps["keys"], key: string): Promise<Actor> {
  if (!apiKeyPattern.test(key)) throw new AppError("unauthenticated", "The API key is malformed.");
  const owner = await keys.findKeyOwner(await sha256Hex(key));
  if (!owner) throw new AppError("unauthenticated", "No such API key.");
  return { tenantId: owner.tenantId, kind: "key", id: owner.keyId };
}

const isRefusal = (error: unknown): error is Error => error instanceof AppError || error instanceof JwtBaseError;
