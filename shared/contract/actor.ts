// Who is calling: what the authorizer proved, and what that actor may do.
import { AppError } from "./error.ts";

export const permissions = [
  "mail:send",
  "events:read",
  "suppressions:read",
  "suppressions:write",
  "connections:read",
  "connections:write",
  "keys:write",
  "settings:read",
  "settings:write",
  "templates:read",
  "templates:write",
  "templates:delete",
  "content:read",
  "recipients:export",
  "recipients:erase",
] as const;

export type Permission = (typeof permissions)[number];

export interface Actor {
  tenantId: string;
  kind: "user" | "key";
  /** The user's `sub`, or the id of the API key. */
  id: string;
}

/**
 * An app's key sends and reads, and says who left or came back; who connects accounts, makes keys, decides what is kept and erases is a person. A key may
 * also write templates, for they are deployed like code: each version says who made it, and none before it is lost.
 */
const granted: Record<Actor["kind"], readonly Permission[]> = {
  user: permissions,
  key: [
    "mail:send",
    "events:read",
    "suppressions:read",
    "suppressions:write",
    "connections:read",
    "templates:read",
    "templates:write",
    "recipients:export",
  ],
};

export const isGranted = ({ kind }: Pick<Actor, "kind">, permission: Permission): boolean =>
  granted[kind].includes(permission);

/**
 * The tenant on whose behalf the actor may use this permission.
 * @throws AppError `forbidden`
 */
export function authorize(actor: Actor, permission: Permission): string {
  if (!isGranted(actor, permission))
    throw new AppError("forbidden", `An API key may not do this (${permission}): sign in at the dashboard instead.`);
  return actor.tenantId;
}
