// What an operation of the SES v2 API is given and answers.
import type { Caller } from "../protocol.ts";
import type { SesAccount } from "./accounts.ts";

export interface V2Request {
  caller: Caller;
  region: string;
  account: SesAccount;
  query: URLSearchParams;
  body: unknown;
  /** What stands in the place of `{…}` in the route. */
  name: string;
}

/** Answers the body of the reply. */
export type V2Operation = (request: V2Request) => unknown;
