// What every operation of the wire protocol works on: one call of one account, and pages of lists.
import type * as v from "valibot";
import type { Caller } from "../protocol.ts";
import type { Bus } from "./buses.ts";

/** One call: its input, and the account and region that it is about. */
export interface Request {
  read: <const Schema extends v.GenericSchema>(schema: Schema) => v.InferOutput<Schema>;
  caller: Caller;
  accountId: string;
  region: string;
  /** A bus of the caller's own. @throws AwsError `ResourceNotFoundException`, `AccessDeniedException` */
  openBus: (nameOrArn: string) => Bus;
}

export type Operation = (request: Request) => unknown;

/** One page of a list that is sorted by name; the token is the last name of the page before. */
export function pageOf<Item extends { name: string }>(
  items: Item[],
  { Limit, NextToken }: { Limit: number; NextToken?: string | undefined },
): { page: Item[]; token: { NextToken?: string } } {
  const sorted = items.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const rest = NextToken === undefined ? sorted : sorted.filter(({ name }) => name > NextToken);
  const page = rest.slice(0, Limit);
  const last = page.at(-1);
  return { page, token: last && rest.length > page.length ? { NextToken: last.name } : {} };
}
