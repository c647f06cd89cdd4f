// What the table of operations says of one route.
import { nextCursorHeader } from "../api/export.ts";
import type { ErrorCode } from "../error.ts";
import type { FieldText } from "./field-texts.ts";
import type { SchemaName } from "./schemas.ts";

export const tags = {
  Mail: "Sending, and what became of it.",
  Bulks: "One mail for thousands: how far it is, pause, cancel.",
  Events: "What happened to mail: deliveries, bounces, opens, clicks.",
  Recipients: "One address: its mail, whether it may be mailed, and its rights.",
  Templates: "Mail that is written once and filled in for each recipient.",
  Connections: "The AWS accounts that send.",
  Account: "Keys and settings.",
  "Resend client": "For apps that use the `resend` client: give it this API's address as its `baseUrl`.",
  System: "For programs.",
} as const;

export type Tag = keyof typeof tags;

export interface Content {
  /** `application/json` but for files. */
  type?: string;
  schema?: SchemaName;
}

export interface Answer extends Content {
  description: string;
  headers?: Record<string, string>;
}

/** Headers of a file that comes in parts. */
export const filePages = {
  link: "Where the file goes on (`rel=next`); absent when it ends here.",
  [nextCursorHeader]: "The cursor in that link.",
};

export interface Operation {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** As API Gateway writes it: `/mail/{mailId}`. */
  path: `/${string}`;
  operationId: string;
  tag: Tag;
  summary: string;
  description?: string;
  /** `app`: an API key or a signed-in user. `person`: a signed-in user alone. */
  caller: "anyone" | "app" | "person";
  /** What the names in braces are. */
  pathFields?: Record<string, FieldText>;
  /** A component whose members are the query parameters. */
  query?: SchemaName;
  requestHeaders?: Record<string, { description: string; schema: Record<string, unknown> }>;
  body?: { schema: SchemaName; example: unknown };
  answers: Record<number, Answer>;
  /** Beside those that every operation of its caller has. */
  errors?: readonly ErrorCode[];
  /** Where the body of these errors is another one than `Error`. */
  errorSchema?: Partial<Record<ErrorCode, SchemaName>>;
}
