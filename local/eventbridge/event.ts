// The envelope that EventBridge puts around what happened, and the ARNs of its parts.
import { randomUUID } from "node:crypto";

export interface EventEnvelope {
  version: "0";
  id: string;
  "detail-type": string;
  source: string;
  /** The account where it happened; stays the same over every bus that it passes. */
  account: string;
  /** ISO 8601 UTC, cut to the second. */
  time: string;
  region: string;
  resources: string[];
  detail: unknown;
  /** On replayed events: the name of the replay. */
  "replay-name"?: string;
}

/** What a publisher says of an event; account and region are set here, never by the publisher. */
export interface EventInput {
  source: string;
  "detail-type": string;
  detail: unknown;
  resources?: string[];
  /** ISO 8601 or a Date; now, when absent. */
  time?: string | Date;
}

interface Place {
  accountId: string;
  region: string;
}

const cutToSecond = (time: Date) => `${time.toISOString().slice(0, 19)}Z`;

export function createEnvelope(input: EventInput, { accountId, region }: Place, nowMs: number): EventEnvelope {
  return {
    version: "0",
    id: randomUUID(),
    "detail-type": input["detail-type"],
    source: input.source,
    account: accountId,
    time: cutToSecond(new Date(input.time ?? nowMs)),
    region,
    resources: input.resources ?? [],
    detail: input.detail,
  };
}

export const busArnOf = ({ accountId, region }: Place, name: string): string =>
  `arn:aws:events:${region}:${accountId}:event-bus/${name}`;

/** A bus is named by its name, or by its ARN. */
export const resolveBusArn = (nameOrArn: string, place: Place): string =>
  nameOrArn.startsWith("arn:") ? nameOrArn : busArnOf(place, nameOrArn);

export const placeOfArn = (arn: string): Place => {
  const [, , , region = "", accountId = ""] = arn.split(":");
  return { accountId, region };
};

/** Rules of the default bus leave the bus out of their ARN. */
export const ruleArnOf = (place: Place, busName: string, name: string): string =>
  `arn:aws:events:${place.region}:${place.accountId}:rule/${busName === "default" ? "" : `${busName}/`}${name}`;
