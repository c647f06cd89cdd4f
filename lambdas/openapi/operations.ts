// The API's own description, for programs and for the dashboard's API page. Public.
import { openApiDocument } from "../../shared/contract/openapi/document.ts";
import type { ApiResponse, PublicRequest } from "../runtime/http.ts";

/** Of a deployment it changes with the next one only. */
const maxAgeSeconds = 300;

/** @throws Error at the start, not at a request, for a schema that cannot be described */
export function getOpenApi(): (request: Pick<PublicRequest, "baseUrl">) => Promise<ApiResponse> {
  const document = openApiDocument();
  return async ({ baseUrl }) => ({
    status: 200,
    body: { ...document, servers: [{ url: baseUrl }] },
    headers: { "cache-control": `public, max-age=${maxAgeSeconds}` },
  });
}
