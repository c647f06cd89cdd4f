// Entry of GET /openapi.json: wiring only.
import { parseEnv } from "../runtime/env.ts";
import { publicHttpHandler } from "../runtime/http.ts";
import { getOpenApi } from "./operations.ts";

parseEnv("openapi");

export const handler = publicHttpHandler({ "GET /openapi.json": getOpenApi() });
