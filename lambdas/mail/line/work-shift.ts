// What a worker does while it holds a line's lease: takes the bulks in their order, begins recipients at the pace of the
// account, and sees that all that was begun is recorded before it ends.
import { sendFailure } from "../../../shared/aws/send-failure.ts";
import type { FindSendQuota, SendQuota } from "../../../shared/aws/send-rate.ts";
import { AppError } from "../../../shared/contract/error.ts";
import type { Metric } from "../../../shared/contract/metrics.ts";
import { recipientsPerBlock } from "../../../shared/domain/bulk-progress.ts";
import type { Bulks } from "../../../shared/store/bulk/bulks.ts";
import type { Line, LineEntry, Lines, Rest } from "../../../shared/store/bulk/line.ts";
import type { Connection, Connections } from "../../../shared/store/connections.ts";
import { createPace } from "./pace.ts";
import { restFor, type Shift } from "./send-message.ts";
import { endWithoutConnection, openSending, type Sending, type SendingDeps } from "./sending.ts";

export interface ShiftDeps extends SendingDeps {
  lines: Pick<Lines, "renewLease" | "listNext" | "leave">;
  bulks: Pick<Bulks, "findBulk" | "getContent" | "getRecipients" | "changeState">;
  connections: Pick<Connections, "getConnection">;
  findSendQuota: FindSendQuota;
}

/** Renewed while it works. After a worker that died the next one waits as long. */
export const leaseMs = 30_000;

/** With the tail of what is under way, some 15 s, it ends within the function's minute (infra/constructs/bulk-sender.ts). */
export const shiftMs = 40_000;

const lookEveryMs = 1000;
const renewEveryMs = leaseMs / 4;
const quotaEveryMs = 60_000;

/** Of an account that does not tell: SES's throttling finds its rate. */
const unknownQuota: SendQuota = { ratePerSecond: 10, left: Infinity };

/** The next bulk may begin while the last answers of one come in: a line of many small ones is as fast as one of a large. */
const maxInHand = 20;

/** Begun at once: a quarter of a second's worth. So few are in doubt after a crash, and the table is asked four times a second. */
const portionSeconds = 0.25;

/** @returns till when the line is to rest, and why, if it is */
export async function workShift(given: ShiftDeps, line: Line, fence: number): Promise<Rest | undefined> {
  const { tenantId } = line;
  const tally = new Map<Metric, number>();
  const deps = {
    ...given,
    count: (metric: Metric, many: number) => void tally.set(metric, (tally.get(metric) ?? 0) + many),
  };
  const { lines, bulks, clock, sleep } = deps;
  const connection = await findConnection(deps.connections, line);
  let quota = (connection && (await deps.findSendQuota(connection))) ?? unknownQuota;
  const pace = createPace(deps, quota.ratePerSecond);
  const shift: Shift = { pace, endsAtMs: clock() + shiftMs };
  const inHand = new Map<string, Sending>();
  const ending = new Set<string>();
  const passed = new Set<string>();
  let order: LineEntry[] = [];
  let lookedAtMs = -Infinity;
  let [renewedAtMs, quotaAtMs] = [clock(), clock()];

  /** What may have changed meanwhile: who holds the lease, what the account takes, who is first. */
  async function look(): Promise<boolean> {
    lookedAtMs = clock();
    if (lookedAtMs - renewedAtMs >= renewEveryMs) {
      if (!(await lines.renewLease(line, fence, lookedAtMs + leaseMs))) return false;
      renewedAtMs = lookedAtMs;
    }
    if (connection && lookedAtMs - quotaAtMs >= quotaEveryMs) {
      quota = (await deps.findSendQuota(connection)) ?? unknownQuota;
      pace.setRate(quota.ratePerSecond);
      quotaAtMs = lookedAtMs;
    }
    order = (await lines.listNext(line, maxInHand)).filter(({ bulkId }) => !passed.has(bulkId));
    return true;
  }

  async function open(entry: LineEntry): Promise<Sending | undefined> {
    const bulk = await bulks.findBulk(tenantId, entry.bulkId, clock());
    if (!bulk) await lines.leave(line, entry);
    else if (!connection) await endWithoutConnection(deps, { tenantId, bulk, fence });
    else {
      const sending = await openSending(deps, { tenantId, connection, shift, fence, bulk });
      if (sending) inHand.set(entry.bulkId, sending);
      return sending;
    }
    return undefined;
  }

  /** Whose turn it is. */
  async function findNext(): Promise<Sending | undefined> {
    for (const entry of order) {
      if (passed.has(entry.bulkId)) continue;
      const sending = inHand.get(entry.bulkId) ?? (await open(entry));
      if (sending && !sending.isExhausted()) return sending;
      if (sending) letEnd(entry.bulkId, sending);
      else passed.add(entry.bulkId);
    }
    return undefined;
  }

  /** While others go on. What fails in it, it says again when all are settled. */
  function letEnd(bulkId: string, sending: Sending): void {
    if (ending.has(bulkId)) return;
    ending.add(bulkId);
    const leave = () => {
      passed.add(bulkId);
      inHand.delete(bulkId);
    };
    void sending.settle().then(leave, () => undefined);
  }

  async function settleAll(): Promise<void> {
    await Promise.all(
      [...inHand].map(async ([bulkId, sending]) => {
        await sending.settle();
        if (sending.isExhausted()) passed.add(bulkId);
      }),
    );
  }

  async function sendNext(sending: Sending): Promise<void> {
    if (quota.left <= 0) {
      const { code, message } = sendFailure("quota_exceeded");
      // Those who were begun are within the quota.
      await settleAll();
      if (sending.isLate()) await sending.giveUp(code, message);
      else shift.hindrance ??= restFor(code, message);
      return;
    }
    const portion = Math.max(1, Math.min(recipientsPerBlock, Math.ceil(pace.rate() * portionSeconds)));
    quota.left -= await sending.sendSome(Math.min(portion, quota.left));
  }

  try {
    while (clock() < shift.endsAtMs && !shift.hindrance) {
      if (clock() - lookedAtMs >= lookEveryMs && !(await look())) break;
      const sending = await findNext();
      if (sending) {
        await sendNext(sending);
        continue;
      }
      // The last ones are under way; meanwhile somebody may have entered the line.
      await Promise.race([settleAll(), sleep(lookEveryMs)]);
      if (!(await look()) || order.length === 0) break;
    }
    await settleAll();
  } finally {
    for (const [metric, many] of tally) given.count(metric, many);
  }
  const { hindrance } = shift;
  return hindrance && { code: hindrance.code, untilMs: clock() + hindrance.forMs };
}

/** Undefined when it is gone, or is not to be sent through. */
async function findConnection(
  connections: ShiftDeps["connections"],
  { tenantId, connectionId }: Line,
): Promise<Connection | undefined> {
  try {
    const connection = await connections.getConnection(tenantId, connectionId);
    return connection.state === "pending" ? undefined : connection;
  } catch (error) {
    if (error instanceof AppError && error.code === "not_found") return undefined;
    throw error;
  }
}
