// The plain pages of the front door (inbox, tracking, keys, console), chosen by the longest prefix of the path.
import type { IncomingMessage, ServerResponse } from "node:http";

/** Answers a plain request; what it throws becomes a 500. */
export type RouteHandler = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

export interface Routes {
  /** `/inbox` serves `/inbox` and `/inbox/…`, not `/inboxes`; `/` serves what nobody else does. */
  add: (prefix: string, handler: RouteHandler) => void;
  find: (path: string) => RouteHandler | undefined;
}

export function createRoutes(): Routes {
  const handlers = new Map<string, RouteHandler>();

  return {
    add: (prefix, handler) => {
      if (!prefix.startsWith("/")) throw new Error(`A route begins with "/": ${prefix}`);
      handlers.set(prefix === "/" ? "" : prefix.replace(/\/$/, ""), handler);
    },
    find: (path) => {
      let prefix = path.replace(/\/+$/, "");
      for (;;) {
        const handler = handlers.get(prefix);
        if (handler || prefix === "") return handler;
        prefix = prefix.slice(0, prefix.lastIndexOf("/"));
      }
    },
  };
}
