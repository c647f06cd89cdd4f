// What an operation of the SES v1 API is given and answers.
import type { Caller } from "../protocol.ts";
import type { Accept } from "./accept.ts";
import type { Accounts, SesAccount } from "./accounts.ts";

export interface WireDeps {
  accounts: Accounts;
  accept: Accept;
  clock: () => number;
  /** Awaited before an operation; what it throws is answered. */
  faults?: (operation: string) => Promise<void> | void;
}

export interface V1Request {
  caller: Caller;
  region: string;
  account: SesAccount;
  form: URLSearchParams;
}

/** Answers what stands inside the operation's result element. */
export type V1Operation = (request: V1Request) => Promise<string> | string;
