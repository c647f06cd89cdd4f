// A bulk as the API shows it.
import type {
  BulkRecipientStatus,
  BulkStatus,
  BulkView,
  BulkRecipientView,
} from "../../../shared/contract/api/bulk.ts";
import { sumOf, type RecipientState } from "../../../shared/domain/bulk-progress.ts";
import { sendFailure } from "../../../shared/aws/send-failure.ts";
import type { StoredBulk } from "../../../shared/store/bulk/bulk-item.ts";
import type { Lease } from "../../../shared/store/bulk/line.ts";
import type { RecipientErrorCode } from "../../../shared/contract/api/mail-result.ts";

/** @param lease of its line; who was begun by a worker that is gone is in doubt */
export function toBulkView(bulk: StoredBulk, lease: Lease | undefined, nowMs: number): BulkView {
  const { bulkId, kind: _kind, name, from, subject, connectionId, total, counts, state } = bulk;
  const { begun, ...ended } = counts;
  const isWorking = isInHand(bulk, lease, nowMs);
  const open = total - sumOf(counts);
  const rest = state === "active" && lease?.rest && lease.rest.untilMs > nowMs ? lease.rest : undefined;
  return {
    id: bulkId,
    name: name ?? subject,
    status: statusOf(bulk),
    from,
    subject,
    connection: connectionId,
    createdAt: new Date(bulk.createdAtMs).toISOString(),
    ...(bulk.scheduledAtMs === undefined ? {} : { scheduledAt: new Date(bulk.scheduledAtMs).toISOString() }),
    ...(bulk.finishedAtMs === undefined ? {} : { finishedAt: new Date(bulk.finishedAtMs).toISOString() }),
    total,
    counts: {
      ...ended,
      sending: isWorking ? begun : 0,
      unknown: ended.unknown + (isWorking ? 0 : begun),
      waiting: state === "cancelled" ? 0 : open,
      cancelled: state === "cancelled" ? open : 0,
    },
    ...(rest ? { waitingUntil: new Date(rest.untilMs).toISOString(), waitingFor: rest.code } : {}),
  };
}

/** Whether the worker that began recipients of it may still tell what became of them. */
export const isInHand = (bulk: StoredBulk, lease: Lease | undefined, nowMs: number): boolean =>
  lease !== undefined && lease.untilMs > nowMs && lease.fence === bulk.fence;

function statusOf({ state, counts }: StoredBulk): BulkStatus {
  if (state !== "active") return state;
  return sumOf(counts) > 0 ? "sending" : "queued";
}

export function toRecipientView(
  recipient: string,
  state: RecipientState | undefined,
  { isWorking, isCancelled }: { isWorking: boolean; isCancelled: boolean },
): BulkRecipientView {
  if (state === undefined) return { recipient, status: isCancelled ? "cancelled" : "waiting" };
  if (state.status !== "begun") return { recipient, ...state } as BulkRecipientView;
  if (isWorking) return { recipient, status: "sending" };
  const { code, message } = sendFailure("no_answer");
  return { recipient, status: "unknown", code: code satisfies RecipientErrorCode, message };
}

export const recipientStatusOf = (view: BulkRecipientView): BulkRecipientStatus => view.status;
