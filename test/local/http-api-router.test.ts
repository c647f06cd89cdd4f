// Route selection of HTTP APIs. Cases follow the example of the developer guide's "Create routes for HTTP APIs".
import { describe, expect, test } from "vitest";
import { findRoute } from "../../local/http-api/router.ts";

const routes = [
  "GET /pets/dog/1",
  "GET /pets/dog/{id}",
  "GET /pets/{proxy+}",
  "GET /{kind}/list",
  "ANY /{proxy+}",
  "ANY /events",
  "GET /events",
  "$default",
].map((routeKey) => ({ routeKey }));

describe("the route of an HTTP API", () => {
  test.each([
    ["GET", "/pets/dog/1", "GET /pets/dog/1", undefined],
    ["GET", "/pets/dog/2", "GET /pets/dog/{id}", { id: "2" }],
    ["GET", "/pets/cat/1", "GET /pets/{proxy+}", { proxy: "cat/1" }],
    ["GET", "/pets/list", "GET /{kind}/list", { kind: "pets" }],
    ["POST", "/test/5", "ANY /{proxy+}", { proxy: "test/5" }],
    ["GET", "/events", "GET /events", undefined],
    ["PUT", "/events", "ANY /events", undefined],
    ["GET", "/", "$default", undefined],
    ["GET", "/pets/dog/a%20b%2Fc", "GET /pets/dog/{id}", { id: "a b/c" }],
  ])("for %s %s is %s", (method, path, routeKey, pathParameters) => {
    const match = findRoute(routes, method, path);

    expect(match).toMatchObject({ route: { routeKey } });
    expect(match?.pathParameters).toEqual(pathParameters);
  });

  test.each([
    ["another method", "POST", "/events"],
    ["a longer path", "GET", "/events/1"],
    ["a slash at the end", "GET", "/events/"],
    ["an empty variable", "GET", "/messages/"],
  ])("does not exist for %s", (_, method, path) => {
    const match = findRoute([{ routeKey: "GET /events" }, { routeKey: "GET /messages/{id}" }], method, path);

    expect(match).toBeUndefined();
  });
});
