// POST /mail/bulk/{bulkId}/pause, /resume, /cancel: whoever was begun before goes out, within a second nobody else is begun.
// And /reschedule, of those that wait for their time.
import { authorize } from "../../../shared/contract/actor.ts";
import { rescheduleRequest } from "../../../shared/contract/api/schedule.ts";
import { AppError } from "../../../shared/contract/error.ts";
import type { BulkQueue } from "../../../shared/aws/bulk-queue.ts";
import type { BulkState, StoredBulk } from "../../../shared/store/bulk/bulk-item.ts";
import type { Bulks } from "../../../shared/store/bulk/bulks.ts";
import type { Lines } from "../../../shared/store/bulk/line.ts";
import { ok, type ApiRequest, type ApiResponse } from "../../runtime/http.ts";
import { parseInput } from "../../runtime/input.ts";
import { reschedule, type RescheduleDeps } from "../reschedule.ts";
import { parseScheduledTime, unschedule } from "../scheduled-time.ts";
import { toBulkView } from "./bulk-view.ts";
import { getBulkOf, parseBulkPath } from "./read-bulk.ts";
import { wake } from "./wake.ts";

export interface SteerBulkDeps extends RescheduleDeps {
  bulks: Pick<Bulks, "findBulk" | "changeState" | "reschedule">;
  lines: Pick<Lines, "listLine" | "findLease">;
  queue: BulkQueue;
  clock: () => number;
}

interface Move {
  from: readonly BulkState[];
  to: BulkState;
  /** What cannot be done in another state. */
  says: string;
}

const moves = {
  pause: { from: ["active"], to: "paused", says: "be paused" },
  resume: { from: ["paused"], to: "active", says: "go on" },
  cancel: { from: ["scheduled", "active", "paused"], to: "cancelled", says: "be cancelled" },
} as const satisfies Record<string, Move>;

/** The same again is answered the same. */
export const steerBulk =
  (deps: SteerBulkDeps, move: keyof typeof moves) =>
  async (request: ApiRequest): Promise<ApiResponse> => {
    const bulkId = parseBulkPath(request);
    const tenantId = authorize(request.actor, "mail:send");
    const bulk = await getBulkOf(deps, tenantId, bulkId);
    const changed = await moveBulk(deps, tenantId, bulk, moves[move]);
    const lease = await deps.lines.findLease({ tenantId, connectionId: bulk.connectionId });
    return ok(toBulkView(changed, lease, deps.clock()));
  };

export const rescheduleBulk =
  (deps: SteerBulkDeps) =>
  async (request: ApiRequest): Promise<ApiResponse> => {
    const bulkId = parseBulkPath(request);
    const { scheduledAt } = parseInput(rescheduleRequest, request.body, "body");
    const tenantId = authorize(request.actor, "mail:send");
    const find = () => getBulkOf(deps, tenantId, bulkId);
    const scheduledAtMs = parseScheduledTime(scheduledAt, deps.clock());
    await reschedule(deps, tenantId, { find, scheduledAtMs, what: `bulk ${bulkId}` });
    return ok(toBulkView(await find(), undefined, deps.clock()));
  };

/** A bulk that is read is another one when its time is changed before it is moved. */
const maxTries = 5;

async function moveBulk(deps: SteerBulkDeps, tenantId: string, given: StoredBulk, move: Move): Promise<StoredBulk> {
  const { bulks, lines, queue, schedules, clock } = deps;
  const { connectionId, bulkId } = given;
  const line = { tenantId, connectionId };
  const nowMs = clock();
  if (move.to === "active") await lines.listLine(line, nowMs);
  let bulk = given;
  for (let tries = 1; tries <= maxTries && move.from.includes(bulk.state); tries++) {
    const isMoved = await bulks.changeState(tenantId, bulk, move.from, move.to, { nowMs });
    const { state: before, scheduledAtMs: dueAtMs } = bulk;
    bulk = await getBulkOf(deps, tenantId, bulkId);
    if (!isMoved) continue;
    if (before === "scheduled" && dueAtMs !== undefined) await unschedule(schedules, { tenantId, bulkId, dueAtMs });
    break;
  }
  if (bulk.state !== move.to)
    throw new AppError("conflict", `The bulk ${bulkId} is ${bulk.state}: it cannot ${move.says}.`);
  if (move.to === "active") await wake(queue, line);
  return bulk;
}
