// PutEvents: each entry is taken or refused by itself; no one may speak for an AWS service.
import * as v from "valibot";
import { evaluatePolicy } from "../identity/policy.ts";
import { AwsError, type Caller } from "../protocol.ts";
import type { Bus, Buses } from "./buses.ts";
import { createEnvelope, resolveBusArn, type EventEnvelope } from "./event.ts";

const entrySchema = v.strictObject({
  Source: v.optional(v.string()),
  DetailType: v.optional(v.string()),
  Detail: v.optional(v.string()),
  Resources: v.optional(v.array(v.string())),
  /** Seconds since the epoch. */
  Time: v.optional(v.number()),
  EventBusName: v.optional(v.string()),
  TraceHeader: v.optional(v.string()),
});

export const putEventsInput = v.strictObject({ Entries: v.array(entrySchema) });

type Entry = v.InferOutput<typeof entrySchema>;
type EntryResult = { EventId: string } | { ErrorCode: string; ErrorMessage: string };

const maximumEntries = 10;
/** 1 MB for all entries of a request. */
const maximumSizeBytes = 1_048_576;

/** User guide, "Calculating PutEvents event entry size in Amazon EventBridge". */
function entrySizeBytes({ Time, Source = "", DetailType = "", Detail = "", Resources = [] }: Entry): number {
  const texts = [Source, DetailType, Detail, ...Resources];
  return texts.reduce((size, text) => size + Buffer.byteLength(text), Time === undefined ? 0 : 14);
}

function findFault({ Source, DetailType, Detail }: Entry): EntryResult | undefined {
  const required = { Source, DetailType, Detail };
  const missing = Object.entries(required).find(([, value]) => !value)?.[0];
  if (missing !== undefined)
    return {
      ErrorCode: "InvalidArgument",
      ErrorMessage: `Parameter ${missing} is not valid. Reason: ${missing} is a required argument.`,
    };
  if (Source?.toLowerCase().startsWith("aws."))
    return { ErrorCode: "NotAuthorizedForSourceException", ErrorMessage: "Not authorized for the source." };
  return parseDetail(Detail) ? undefined : { ErrorCode: "MalformedDetail", ErrorMessage: "Detail is malformed." };
}

/** A detail is a JSON object. */
function parseDetail(text = ""): object | undefined {
  try {
    const detail: unknown = JSON.parse(text);
    return typeof detail === "object" && detail !== null && !Array.isArray(detail) ? detail : undefined;
  } catch {
    return undefined;
  }
}

interface PutEventsDeps {
  clock: () => number;
  buses: Buses;
  publish: (bus: Bus, event: EventEnvelope) => void;
}

export function createPutEvents({ clock, buses, publish }: PutEventsDeps) {
  const assertMayPut = (bus: Bus, entry: Entry, caller: Caller) => {
    const policy = bus.policy.document();
    const effect = policy
      ? evaluatePolicy(policy, {
          action: "events:PutEvents",
          resource: bus.arn,
          principal: caller,
          context: { "events:source": entry.Source ?? "", "events:detail-type": entry.DetailType ?? "" },
        })
      : "none";
    if (effect === "allow" || (effect === "none" && bus.accountId === caller.accountId)) return;
    throw new AwsError(
      "AccessDeniedException",
      `User: ${caller.arn} is not authorized to perform: events:PutEvents on resource: ${bus.arn} because no resource-based policy allows the events:PutEvents action`,
    );
  };

  /** @throws AwsError `AccessDeniedException`, `ValidationException`: then no entry was taken */
  return (entries: Entry[], caller: Caller, region: string): { FailedEntryCount: number; Entries: EntryResult[] } => {
    if (entries.length === 0 || entries.length > maximumEntries)
      throw new AwsError("ValidationException", `A request has 1 to ${maximumEntries} entries.`);
    if (entries.reduce((size, entry) => size + entrySizeBytes(entry), 0) > maximumSizeBytes)
      throw new AwsError("ValidationException", "Total size of the entries in the request is over the limit.");

    const place = { accountId: caller.accountId, region };
    const routed = entries.map((entry) => {
      const bus = buses.findBus(resolveBusArn(entry.EventBusName ?? "default", place));
      if (bus) assertMayPut(bus, entry, caller);
      return { entry, bus };
    });
    const Entries = routed.map(({ entry, bus }): EntryResult => {
      const fault = findFault(entry);
      if (fault) return fault;
      if (!bus)
        return {
          ErrorCode: "ResourceNotFoundException",
          ErrorMessage: `Event bus ${entry.EventBusName} does not exist.`,
        };
      const { Source = "", DetailType = "", Detail, Resources = [], Time } = entry;
      const event = createEnvelope(
        {
          source: Source,
          "detail-type": DetailType,
          detail: parseDetail(Detail),
          resources: Resources,
          ...(Time !== undefined && { time: new Date(Time * 1000) }),
        },
        place,
        clock(),
      );
      publish(bus, event);
      return { EventId: event.id };
    });
    return { FailedEntryCount: Entries.filter((entry) => "ErrorCode" in entry).length, Entries };
  };
}
