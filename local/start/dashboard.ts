// Serves the built dashboard as Amplify Hosting would: files, the single-page fallback, and /config.json from the API.
import { createReadStream, existsSync, statSync } from "node:fs";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import { pipeline } from "node:stream/promises";
import { dashboardHeaders } from "../../shared/contract/dashboard-headers.ts";

const contentTypes: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".json": "application/json",
  ".woff2": "font/woff2",
  ".txt": "text/plain; charset=utf-8",
};

type Headers = Record<string, string>;

export interface Dashboard {
  url: string;
  close: () => Promise<void>;
}

/** The rewrite of the web stack: the API's answer under the dashboard's own address. */
async function sendConfig(apiUrl: string, headers: Headers, response: ServerResponse): Promise<void> {
  const answer = await fetch(`${apiUrl}/config`);
  response.writeHead(answer.status, { ...headers, "content-type": "application/json", "cache-control": "no-store" });
  response.end(await answer.text());
}

async function sendFile(folder: string, path: string, headers: Headers, response: ServerResponse): Promise<void> {
  const wanted = join(folder, normalize(`/${decodeURIComponent(path)}`));
  const isFile = existsSync(wanted) && statSync(wanted).isFile();
  const file = isFile ? wanted : join(folder, "index.html");
  const isHashed = isFile && /[/\\](_build|assets)[/\\]/.test(file);
  response.writeHead(isFile || !extname(path) ? 200 : 404, {
    ...headers,
    "content-type": contentTypes[extname(file)] ?? "application/octet-stream",
    "cache-control": isHashed ? "public, max-age=31536000, immutable" : "no-cache",
  });
  await pipeline(createReadStream(file), response);
}

export async function serveDashboard(options: {
  folder: string;
  port: number;
  apiUrl: string;
  /** Where the user pool answers. */
  userPoolUrl: string;
}): Promise<Dashboard> {
  const { folder, apiUrl, userPoolUrl } = options;
  const headers = dashboardHeaders([apiUrl, userPoolUrl]);
  const server: Server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://dashboard.invalid");
    const answer =
      pathname === "/config.json"
        ? sendConfig(apiUrl, headers, response)
        : sendFile(folder, pathname, headers, response);
    answer.catch(() => {
      if (!response.headersSent) response.writeHead(502);
      response.end();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, "127.0.0.1", resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
