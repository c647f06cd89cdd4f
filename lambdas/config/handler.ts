// Entry of GET /config: wiring only.
import { parseEnv } from "../runtime/env.ts";
import { publicHttpHandler } from "../runtime/http.ts";
import { getConfig } from "./operations.ts";

export const handler = publicHttpHandler({ "GET /config": getConfig(parseEnv("config")) });
