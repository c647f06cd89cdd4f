// Cursors: where a list's next page begins, sealed so that no caller can write one, move one to another list, or take it
// to another tenant. Tenant and partition of a query come from the caller's identity, never from here.
import { findBase64Url, toBase64Url } from "../../shared/domain/base64-url.ts";
import { invalidInput } from "./input.ts";

/** What a cursor is good for: it opens only for the same scope. */
export interface CursorScope {
  list:
    | "events"
    | "eventsExport"
    | "recipient"
    | "recipient export"
    | "suppressions"
    | "suppressionsExport"
    | "recipientMessagesExport"
    | "bulkRecipientsExport"
    | "templates"
    | "template versions"
    | "bulks"
    | "bulk recipients";
  tenantId: string;
  /** The filters of the list, as JSON would write them. */
  filter: unknown;
}

export interface Cursors {
  seal: (position: unknown, scope: CursorScope) => Promise<string>;
  /** @throws AppError `invalid_request` for a cursor that was changed, cut, or made for another scope */
  open: (cursor: string, scope: CursorScope) => Promise<unknown>;
}

const algorithm = { name: "HMAC", hash: "SHA-256" };

/** @param getSecret read once, at the first cursor */
export function createCursors(getSecret: () => Promise<string>): Cursors {
  const getKey = async () =>
    crypto.subtle.importKey("raw", utf8(await getSecret()), algorithm, false, ["sign", "verify"]);

  return {
    seal: async (position, scope) => {
      const text = JSON.stringify(position);
      const mac = await crypto.subtle.sign(algorithm, await getKey(), sealed(text, scope));
      return `${toBase64Url(utf8(text))}.${toBase64Url(new Uint8Array(mac))}`;
    },
    open: async (cursor, scope) => {
      const parts = /^([\w-]+)\.([\w-]+)$/.exec(cursor);
      const [text, mac] = parts ? [findBase64Url(parts[1] ?? ""), findBase64Url(parts[2] ?? "")] : [];
      // verify compares in constant time (Web Cryptography API, "HMAC").
      if (!text || !mac || !(await crypto.subtle.verify(algorithm, await getKey(), mac, sealed(decode(text), scope))))
        throw invalidInput([
          { path: "query.cursor", message: "does not belong to this list with these filters: begin again without it" },
        ]);
      return JSON.parse(decode(text));
    },
  };
}

const sealed = (position: string, { list, tenantId, filter }: CursorScope): Uint8Array<ArrayBuffer> =>
  utf8(JSON.stringify([list, tenantId, filter, position]));

const utf8 = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
