// Writes index.html after the build: without a server, SolidStart emits none, so its own server entry is asked once.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Plugin } from "vite";

interface ServerEntry {
  default: { fetch: (request: Request) => Promise<Response> };
}

export function singlePageHtml(): Plugin {
  return {
    name: "single-page-html",
    apply: "build",
    buildApp: {
      order: "post",
      async handler({ config: { root } }) {
        const entry = (await import(pathToFileURL(join(root, "dist/server/entry-server.js")).href)) as ServerEntry;
        const response = await entry.default.fetch(new Request("http://dashboard.invalid/"));
        await writeFile(join(root, "dist/client/index.html"), await response.text());
      },
    },
  };
}
