// A REQUEST authorizer with simple responses: whom it lets through, and for how long its answer is remembered.
// Source: API Gateway developer guide, "Control access to HTTP APIs with AWS Lambda authorizers".
import * as v from "valibot";
import { unsupported } from "../protocol.ts";
import type { Authorizer } from "./api-resources.ts";
import type { ApiPlace, ApiRequest } from "./request-event.ts";

/** `unauthorized`: an identity source is missing, and nobody was asked. */
export type Authorization =
  | { decision: "allowed"; context: Record<string, unknown> | null }
  | { decision: "forbidden" }
  | { decision: "unauthorized" };

const answerSchema = v.object({
  isAuthorized: v.boolean(),
  context: v.nullish(v.record(v.string(), v.unknown())),
});

/** The value of an identity source such as `$request.header.Authorization`; an empty one counts as missing. */
function findIdentity(source: string, request: ApiRequest, place: ApiPlace): string | undefined {
  const [, kind, name = ""] =
    /^\$(request\.header|request\.querystring|stageVariables|context)\.(.+)$/.exec(source) ?? [];
  const values: Record<string, string | undefined> = {
    "request.header": request.headers[name.toLowerCase()],
    "request.querystring": request.query?.[name],
    stageVariables: place.stageVariables?.[name],
    context: { routeKey: place.routeKey, httpMethod: request.method, path: request.path }[name],
  };
  if (kind === undefined || (kind === "context" && values["context"] === undefined))
    throw unsupported(`the identity source ${source}`);
  return values[kind] === "" ? undefined : values[kind];
}

/** One authorizer and the answers that it remembers. */
export function createAuthorization(authorizer: Authorizer, clock: () => number) {
  const remembered = new Map<string, { authorization: Authorization; expiresAtMs: number }>();
  const remembers = authorizer.resultTtlMs > 0 && authorizer.identitySources.length > 0;

  const forgetExpired = () => {
    for (const [key, { expiresAtMs }] of remembered) if (expiresAtMs <= clock()) remembered.delete(key);
  };

  /**
   * `ask` calls the authorizer's function with the identity sources.
   * @throws Error when the function fails or answers in another form
   */
  return async (
    request: ApiRequest,
    place: ApiPlace,
    ask: (identitySource: string[]) => Promise<unknown>,
  ): Promise<Authorization> => {
    const identity = authorizer.identitySources
      .map((source) => findIdentity(source, request, place))
      .filter((value) => value !== undefined);
    if (identity.length < authorizer.identitySources.length) return { decision: "unauthorized" };
    forgetExpired();
    const key = JSON.stringify(identity);
    const known = remembered.get(key);
    if (known) return known.authorization;

    const { isAuthorized, context } = v.parse(answerSchema, await ask(identity));
    const authorization: Authorization = isAuthorized
      ? { decision: "allowed", context: context ?? null }
      : { decision: "forbidden" };
    if (remembers) remembered.set(key, { authorization, expiresAtMs: clock() + authorizer.resultTtlMs });
    return authorization;
  };
}
