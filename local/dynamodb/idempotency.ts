// The ClientRequestToken of TransactWriteItems: the same request under the same token is applied once in ten minutes.
import { hash } from "node:crypto";
import { AwsError } from "../protocol.ts";
import type { Json } from "./database.ts";
import type { Scope } from "./tables.ts";

interface IdempotencyTokens {
  /**
   * Runs the request unless it has succeeded under this token before; a failed one may be tried again.
   * @throws AwsError `IdempotentParameterMismatchException` where another request used the token,
   * `TransactionInProgressException` while the same one is under way
   */
  once: (scope: Scope, token: string, request: unknown, run: () => Promise<Json>) => Promise<Json>;
}

/** "A client request token is valid for 10 minutes after the first request that uses it is completed." */
const validForMs = 10 * 60 * 1000;

interface Use {
  digest: string;
  /** Undefined while it runs. */
  validUntilMs?: number;
}

export function createIdempotencyTokens(clock: () => number): IdempotencyTokens {
  const uses = new Map<string, Use>();

  /** The first to expire were put in first, but for those that ran long. */
  const dropExpired = () => {
    for (const [key, { validUntilMs }] of uses) {
      if (validUntilMs === undefined || validUntilMs > clock()) return;
      uses.delete(key);
    }
  };

  const isDone = ({ digest, validUntilMs }: Use, wanted: string): boolean => {
    if (digest !== wanted)
      throw new AwsError(
        "IdempotentParameterMismatchException",
        "The request uses the same client token as a previous, but non-identical request.",
      );
    if (validUntilMs === undefined)
      throw new AwsError(
        "TransactionInProgressException",
        "The transaction with the given request token is in progress.",
      );
    return validUntilMs > clock();
  };

  return {
    once: async (scope, token, request, run) => {
      dropExpired();
      const key = `${scope.accountId} ${scope.region} ${token}`;
      const digest = hash("sha256", JSON.stringify(request));
      const earlier = uses.get(key);
      if (earlier && isDone(earlier, digest)) return {};

      uses.delete(key);
      uses.set(key, { digest });
      try {
        const reply = await run();
        uses.set(key, { digest, validUntilMs: clock() + validForMs });
        return reply;
      } catch (error) {
        uses.delete(key);
        throw error;
      }
    },
  };
}
