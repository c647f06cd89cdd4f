// GET /mail/bulk, GET /mail/bulk/{bulkId}, GET /mail/bulk/{bulkId}/recipients: how far bulks are, and what became of whom.
import * as v from "valibot";
import { authorize } from "../../../shared/contract/actor.ts";
import {
  bulkIdText,
  bulksPerPage,
  defaultBulkResults,
  listBulkRecipientsQuery,
  listBulksQuery,
  type BulkPage,
  type BulkRecipientPage,
  type BulkRecipientView,
} from "../../../shared/contract/api/bulk.ts";
import { AppError } from "../../../shared/contract/error.ts";
import { countOfBlocks, recipientsPerBlock, sizeOfBlock } from "../../../shared/domain/bulk-progress.ts";
import type { StoredBulk } from "../../../shared/store/bulk/bulk-item.ts";
import type { BulkStates } from "../../../shared/store/bulk/bulk-states.ts";
import type { BulkPosition, Bulks } from "../../../shared/store/bulk/bulks.ts";
import type { Lease, Lines } from "../../../shared/store/bulk/line.ts";
import type { Cursors, CursorScope } from "../../runtime/cursor.ts";
import { ok, type ApiRequest, type ApiResponse } from "../../runtime/http.ts";
import { parseInput } from "../../runtime/input.ts";
import type { BulkRecipient } from "../line/bulk-content.ts";
import { isInHand, toBulkView, toRecipientView } from "./bulk-view.ts";

export interface ReadBulkDeps {
  bulks: Pick<Bulks, "findBulk" | "listBulks" | "listRecipients">;
  states: Pick<BulkStates, "readBlocks">;
  lines: Pick<Lines, "findLease">;
  cursors: Cursors;
  clock: () => number;
}

const bulkPath = v.object({ bulkId: bulkIdText });

/** Of which some may be filtered out: what one request reads at most. */
const maxBlocksRead = 20;

export const parseBulkPath = (request: ApiRequest): string =>
  parseInput(bulkPath, request.pathParameters, "path").bulkId;

/** @throws AppError `not_found`, for another tenant's and for the rest of a mail, too */
export async function getBulkOf(
  { bulks, clock }: { bulks: Pick<Bulks, "findBulk">; clock: () => number },
  tenantId: string,
  bulkId: string,
): Promise<StoredBulk> {
  const bulk = await bulks.findBulk(tenantId, bulkId, clock());
  if (bulk?.kind === "bulk") return bulk;
  throw new AppError("not_found", `There is no bulk ${bulkId}: a bulk is told of for 30 days.`);
}

export const findLeaseOf = (lines: ReadBulkDeps["lines"], tenantId: string, { connectionId, state }: StoredBulk) =>
  state === "finished" || state === "scheduled"
    ? Promise.resolve(undefined)
    : lines.findLease({ tenantId, connectionId });

export const getBulk =
  (deps: Pick<ReadBulkDeps, "bulks" | "lines" | "clock">) =>
  async (request: ApiRequest): Promise<ApiResponse> => {
    const bulkId = parseBulkPath(request);
    const tenantId = authorize(request.actor, "events:read");
    const bulk = await getBulkOf(deps, tenantId, bulkId);
    return ok(toBulkView(bulk, await findLeaseOf(deps.lines, tenantId, bulk), deps.clock()));
  };

export const listBulks =
  ({ bulks, lines, cursors, clock }: Pick<ReadBulkDeps, "bulks" | "lines" | "cursors" | "clock">) =>
  async (request: ApiRequest): Promise<ApiResponse> => {
    const { cursor } = parseInput(listBulksQuery, request.query, "query");
    const tenantId = authorize(request.actor, "events:read");
    const scope: CursorScope = { list: "bulks", tenantId, filter: null };
    const position = cursor === undefined ? undefined : ((await cursors.open(cursor, scope)) as BulkPosition);
    const page = await bulks.listBulks(tenantId, { position, limit: bulksPerPage, nowMs: clock() });
    const open = page.items.filter(({ state }) => state !== "finished" && state !== "scheduled");
    const leases = new Map<string, Lease | undefined>();
    for (const connectionId of new Set(open.map((bulk) => bulk.connectionId)))
      leases.set(connectionId, await lines.findLease({ tenantId, connectionId }));
    return ok({
      items: page.items.map((bulk) => toBulkView(bulk, leases.get(bulk.connectionId), clock())),
      ...(page.position ? { cursor: await cursors.seal(page.position, scope) } : {}),
    } satisfies BulkPage);
  };

export const listBulkRecipients =
  (deps: ReadBulkDeps) =>
  async (request: ApiRequest): Promise<ApiResponse> => {
    const bulkId = parseBulkPath(request);
    const { status, limit = defaultBulkResults, cursor } = parseInput(listBulkRecipientsQuery, request.query, "query");
    const tenantId = authorize(request.actor, "events:read");
    const bulk = await getBulkOf(deps, tenantId, bulkId);
    const scope: CursorScope = { list: "bulk recipients", tenantId, filter: [bulkId, status ?? null] };
    const from = cursor === undefined ? 0 : ((await deps.cursors.open(cursor, scope)) as { from: number }).from;
    const lease = await findLeaseOf(deps.lines, tenantId, bulk);
    const { items, next } = await readResults(deps, tenantId, bulk, { lease, from, limit, status });
    return ok({
      items,
      ...(next === undefined ? {} : { cursor: await deps.cursors.seal({ from: next }, scope) }),
    } satisfies BulkRecipientPage);
  };

interface ResultsWanted {
  lease: Lease | undefined;
  from: number;
  limit: number;
  status: BulkRecipientView["status"] | undefined;
}

/** A page may be short, or empty, and still have a next one: few of many may have the status that is asked for. */
export async function readResults(
  { bulks, states, clock }: ReadBulkDeps,
  tenantId: string,
  bulk: StoredBulk,
  { lease, from, limit, status }: ResultsWanted,
): Promise<{ items: BulkRecipientView[]; next: number | undefined }> {
  const { bulkId, total } = bulk;
  const first = Math.floor(from / recipientsPerBlock);
  const wanted = status === undefined ? Math.ceil(limit / recipientsPerBlock) + 1 : maxBlocksRead;
  const blocks = Array.from(
    { length: Math.min(wanted, maxBlocksRead, countOfBlocks(total) - first) },
    (_, offset) => first + offset,
  );
  const [known, recipients] = await Promise.all([
    states.readBlocks(tenantId, bulkId, blocks, { consistent: false }),
    bulks.listRecipients(tenantId, bulkId, blocks),
  ]);
  const stand = { isWorking: isInHand(bulk, lease, clock()), isCancelled: bulk.state === "cancelled" };
  const items: BulkRecipientView[] = [];
  let at = from;
  for (const [offset, block] of blocks.entries()) {
    const people = recipients[offset] as BulkRecipient[];
    const end = block * recipientsPerBlock + sizeOfBlock(block, total);
    for (; at < end && items.length < limit; at++) {
      const place = at % recipientsPerBlock;
      const view = toRecipientView(people[place]?.recipient ?? "", known.get(block)?.states[place], stand);
      if (status === undefined || view.status === status) items.push(view);
    }
  }
  return { items, next: at < total ? at : undefined };
}
