// The parts that every operation works with. They are put together in dynamodb.ts.
import type { Meter } from "./capacity.ts";
import type { ExpiryWatch } from "./expiry-watch.ts";
import type { Storage } from "./storage.ts";
import type { Streams } from "./stream.ts";
import type { Scope, Tables } from "./tables.ts";

export interface Database {
  clock: () => number;
  storage: Storage;
  tables: Tables;
  streams: Streams;
  expiry: ExpiryWatch;
  meter: Meter;
  /** Where tests make an operation fail; see DynamoDbDeps. */
  faults: (operation: string) => Promise<void> | void;
}

/** A request or a reply, in DynamoDB's JSON. */
export type Json = Record<string, unknown>;

export type Operation = (input: Json, scope: Scope) => Json | Promise<Json>;

export type Operations = Record<string, Operation>;
