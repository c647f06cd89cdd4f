// EventBridge Scheduler on the wire: REST with JSON.
import type { Identity } from "../identity/identity.ts";
import { parseBody, parseInput } from "../json-input.ts";
import { AwsError, jsonReply, unsupported, type AwsCall, type AwsService } from "../protocol.ts";
import { findTrustingRole } from "./delivery.ts";
import {
  arnOf,
  assertSupported,
  createScheduleInput,
  invalid,
  parseDueTime,
  scheduleName,
  type Schedule,
} from "./schedule.ts";
import { defaultGroup, type ScheduleStore } from "./schedule-store.ts";

export interface WireDeps {
  store: ScheduleStore;
  clock: () => number;
  identity: Pick<Identity, "findRole">;
  follow: (schedule: Schedule) => void;
  forget: (schedule: Schedule) => void;
  faults?: (operation: string) => Promise<void> | void;
}

interface Request {
  place: { accountId: string; region: string };
  name: string;
  group: string;
  body: unknown;
}

const operationByMethod: Record<string, string> = {
  POST: "CreateSchedule",
  GET: "GetSchedule",
  DELETE: "DeleteSchedule",
};

export function createWire({ store, clock, identity, follow, forget, faults }: WireDeps): AwsService {
  function create({ place, name, body }: Request): unknown {
    const what = "CreateSchedule";
    const parsed = parseInput(createScheduleInput, body, { what, code: "ValidationException" });
    parseInput(scheduleName, name, { what: `Name of ${what}`, code: "ValidationException" });
    assertSupported(parsed);
    const dueAtMs = parseDueTime(parsed);
    store.assertGroup(place, parsed.GroupName);
    findTrustingRole(identity, { ...parsed, ...place });
    const known = store.find(place, parsed.GroupName, name);
    if (known) {
      // The client's own retry of the call that made it.
      if (parsed.ClientToken !== undefined && known.ClientToken === parsed.ClientToken)
        return { ScheduleArn: arnOf(known) };
      throw new AwsError("ConflictException", `Schedule ${name} already exists.`, { status: 409 });
    }
    if (dueAtMs < clock()) throw unsupported(`a time that is over in ScheduleExpression of ${what}`);
    const schedule = { ...parsed, ...place, name, dueAtMs, createdAtMs: clock(), isCompleted: false };
    store.put(schedule);
    follow(schedule);
    return { ScheduleArn: arnOf(schedule) };
  }

  function get({ place, name, group }: Request): unknown {
    const schedule = store.get(place, group, name);
    const { createdAtMs, dueAtMs: _due, accountId: _account, region: _region, isCompleted: _done, ...shown } = schedule;
    const { name: Name, ClientToken: _token, ...settings } = shown;
    const time = createdAtMs / 1000;
    return { Arn: arnOf(schedule), Name, ...settings, CreationDate: time, LastModificationDate: time };
  }

  function remove({ place, name, group }: Request): unknown {
    const schedule = store.get(place, group, name);
    forget(schedule);
    store.remove(schedule);
    return {};
  }

  const operations: Record<string, (request: Request) => unknown> = {
    CreateSchedule: create,
    GetSchedule: get,
    DeleteSchedule: remove,
  };

  return async (call: AwsCall) => {
    const [, name] = /^\/schedules\/([^/]+)$/.exec(call.path) ?? [];
    const operation = operationByMethod[call.method] ?? "";
    const run = operations[operation];
    if (name === undefined || !run)
      throw unsupported(`the EventBridge Scheduler operation ${call.method} ${call.path}`);
    await faults?.(operation);
    if (!call.caller) throw new AwsError("AccessDeniedException", "The request is not signed.", { status: 403 });
    const { accountId } = call.caller;
    return jsonReply(
      run({
        place: { accountId, region: call.region },
        name: decodeName(name),
        group: call.query.get("groupName") ?? defaultGroup,
        body: parseBody(call),
      }),
      "rest",
    );
  };
}

function decodeName(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    throw invalid(`Invalid Name ${name}.`);
  }
}
