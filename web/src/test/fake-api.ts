// The network as the dashboard sees it: `fetch` and a signed-in browser, replaced for one test.
import { query } from "@solidjs/router";
import { onTestFinished } from "vitest";
import type { DashboardConfig } from "../../../shared/contract/api/config.ts";

type Answer = { status?: number; headers?: Record<string, string>; body: unknown };
/** `GET /events` → its answer; it may take its time, and may depend on the address and what was sent. */
type Routes = Record<string, (url: URL, sent: unknown) => Answer | Promise<Answer>>;

export interface FakeApi {
  /** `GET /events?status=sent`, in order. */
  requests: string[];
  /** The `Idempotency-Key` of each request that had one. */
  idempotencyKeys: string[];
  routes: Routes;
}

const config: DashboardConfig = {
  region: "eu-west-1",
  userPoolId: "eu-west-1_abc123",
  userPoolClientId: "client",
  apiUrl: "https://api.example",
};

const encode = (part: object): string => btoa(JSON.stringify(part)).replaceAll("=", "");
/** Nobody here checks the signature. */
const unsignedToken = (claims: object): string =>
  `${encode({ alg: "RS256" })}.${encode({ sub: "ada", exp: 4_102_444_800, iat: 0, ...claims })}.AAAA`;

/** Where Amplify keeps its tokens (aws-amplify 6, tokenProvider). */
function signIn(): void {
  const prefix = `CognitoIdentityServiceProvider.${config.userPoolClientId}`;
  localStorage.setItem(`${prefix}.LastAuthUser`, "ada");
  localStorage.setItem(`${prefix}.ada.idToken`, unsignedToken({ token_use: "id", email: "ada@shop.example" }));
  localStorage.setItem(`${prefix}.ada.accessToken`, unsignedToken({ token_use: "access", username: "ada" }));
  localStorage.setItem(`${prefix}.ada.refreshToken`, "refresh");
  localStorage.setItem(`${prefix}.ada.clockDrift`, "0");
}

/** Until the test is over. A request without a route fails as if the network did. */
export function startFakeApi(routes: Routes, options: { signedIn: boolean } = { signedIn: true }): FakeApi {
  const realFetch = globalThis.fetch;
  const requests: string[] = [];
  const api: FakeApi = { requests, idempotencyKeys: [], routes };
  onTestFinished(() => {
    globalThis.fetch = realFetch;
    localStorage.clear();
    query.clear();
  });
  if (options.signedIn) signIn();
  globalThis.fetch = async (input, init) => {
    const address = input instanceof Request ? input.url : String(input);
    if (address === "/config.json") return Response.json(config);
    const url = new URL(address);
    const method = init?.method ?? "GET";
    requests.push(`${method} ${url.pathname}${url.search}`);
    const key = new Headers(init?.headers).get("idempotency-key");
    if (key !== null) api.idempotencyKeys.push(key);
    const route = api.routes[`${method} ${url.pathname}`];
    if (!route) throw new TypeError(`the test has no answer for ${method} ${url.pathname}`);
    const {
      status = 200,
      headers = {},
      body,
    } = await route(url, typeof init?.body === "string" ? JSON.parse(init.body) : undefined);
    if (status === 204) return new Response(null, { status });
    return typeof body === "string"
      ? new Response(body, { status, headers })
      : Response.json(body, { status, headers });
  };
  return api;
}

export const failing = (message: string): Answer => ({ status: 500, body: { error: { code: "internal", message } } });
export const never = (): Promise<Answer> => new Promise(() => {});
