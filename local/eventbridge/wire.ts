// EventBridge over AWS JSON 1.1: finds the operation and who calls. The operations are by subject in wire-*.ts.
import { parseBody, parseInput } from "../json-input.ts";
import { AwsError, jsonReply, targetOperation, unsupported, type AwsService } from "../protocol.ts";
import type { Archives } from "./archives.ts";
import type { Bus, Buses } from "./buses.ts";
import { resolveBusArn, type EventEnvelope } from "./event.ts";
import { createPutEvents, putEventsInput } from "./put-events.ts";
import { archiveOperations } from "./wire-archives.ts";
import { busOperations } from "./wire-buses.ts";
import type { Operation } from "./wire-request.ts";
import { ruleOperations } from "./wire-rules.ts";

export interface WireDeps {
  clock: () => number;
  buses: Buses;
  archives: Archives;
  publish: (bus: Bus, event: EventEnvelope) => void;
  faults?: (operation: string) => Promise<void> | void;
}

export function createWire(deps: WireDeps): AwsService {
  const { buses } = deps;
  const putEvents = createPutEvents(deps);
  const operations: Record<string, Operation> = {
    PutEvents: ({ read, caller, region }) => putEvents(read(putEventsInput).Entries, caller, region),
    ...busOperations(buses),
    ...ruleOperations(buses),
    ...archiveOperations(deps.archives),
  };

  return async (call) => {
    const name = targetOperation(call);
    const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
    if (!operation) throw unsupported(`the EventBridge operation ${name}`);
    const { caller, region } = call;
    if (!caller) throw new AwsError("MissingAuthenticationToken", "Missing Authentication Token", { status: 403 });
    await deps.faults?.(name);
    const body = parseBody(call);
    const result = await operation({
      read: (schema) => parseInput(schema, body, { what: name, code: "ValidationException" }),
      caller,
      accountId: caller.accountId,
      region,
      openBus: (nameOrArn) => {
        const bus = buses.getBus(resolveBusArn(nameOrArn, { accountId: caller.accountId, region }));
        if (bus.accountId === caller.accountId) return bus;
        const message = `User: ${caller.arn} is not authorized to perform: events:${name} on resource: ${bus.arn}`;
        throw new AwsError("AccessDeniedException", message);
      },
    });
    return jsonReply(result ?? {}, "1.1");
  };
}
