// Which route of an HTTP API takes a request. Source: API Gateway developer guide, "Create routes for HTTP APIs":
// a full match, then a greedy one, then $default; the more specific path first, a method before ANY.

export interface RouteMatch<Route> {
  route: Route;
  /** Decoded; absent where the route has no variables. */
  pathParameters: Record<string, string> | undefined;
}

interface Candidate<Route> extends RouteMatch<Route> {
  /** Whether it is greedy, one digit a segment, one for the method: the smallest text is the most specific. */
  rank: string;
}

const split = (path: string) => path.split("/").slice(1);

const rankOf = (segment: string) => (segment.endsWith("+}") ? "2" : segment.startsWith("{") ? "1" : "0");

const isGreedy = (pattern: string[]) => rankOf(pattern.at(-1) ?? "") === "2";

function matchPath(pattern: string[], segments: string[]): Record<string, string> | undefined {
  const parameters: Record<string, string> = {};
  if (isGreedy(pattern) ? segments.length < pattern.length : segments.length !== pattern.length) return undefined;
  for (const [index, part] of pattern.entries()) {
    const name = /^\{(.+?)\+?\}$/.exec(part)?.[1];
    const value = rankOf(part) === "2" ? segments.slice(index).join("/") : (segments[index] ?? "");
    if (name === undefined ? part !== value : value === "") return undefined;
    if (name !== undefined) parameters[name] = value;
  }
  return parameters;
}

function matchRoute<Route extends { routeKey: string }>(
  route: Route,
  method: string,
  segments: string[],
): Candidate<Route> | undefined {
  if (route.routeKey === "$default") return { route, pathParameters: undefined, rank: "9" };
  const [routeMethod = "", path = ""] = route.routeKey.split(" ");
  if (routeMethod !== "ANY" && routeMethod !== method) return undefined;
  const pattern = split(path);
  const parameters = matchPath(pattern, segments);
  if (!parameters) return undefined;
  return {
    route,
    pathParameters: Object.keys(parameters).length > 0 ? parameters : undefined,
    rank: [isGreedy(pattern) ? "1" : "0", ...pattern.map(rankOf), routeMethod === "ANY" ? "1" : "0"].join(""),
  };
}

/**
 * The most specific route for a path as it was sent, percent-encoded.
 * @throws URIError when an encoded character is not one
 */
export function findRoute<Route extends { routeKey: string }>(
  routes: Iterable<Route>,
  method: string,
  encodedPath: string,
): RouteMatch<Route> | undefined {
  const segments = split(encodedPath).map(decodeURIComponent);
  const candidates = [...routes]
    .map((route) => matchRoute(route, method, segments))
    .filter((candidate) => candidate !== undefined);
  return candidates.sort((one, other) => (one.rank < other.rank ? -1 : 1))[0];
}
