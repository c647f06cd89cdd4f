// GET /recipients/{address}/export: everything that a tenant has stored of a person, to be handed over.
import { authorize, isGranted } from "../../shared/contract/actor.ts";
import {
  exportRecipientQuery,
  type ExportedSuppression,
  type RecipientExport,
} from "../../shared/contract/api/recipient-rights.ts";
import type { ContentKeepings } from "../../shared/store/content-keeping.ts";
import type { Contents } from "../../shared/store/contents.ts";
import type { Erasures } from "../../shared/store/erasures.ts";
import type { Ledger } from "../../shared/store/ledger/ledger.ts";
import type { SentRecords } from "../../shared/store/sent-records.ts";
import type { SuppressionRecord, Suppressions } from "../../shared/store/suppressions.ts";
import type { Cursors, CursorScope } from "../runtime/cursor.ts";
import { ok, type ApiRequest, type ApiResponse } from "../runtime/http.ts";
import { parseInput } from "../runtime/input.ts";
import { parseAddress } from "./address.ts";
import { toErasureView } from "./erase.ts";

export interface ExportDeps {
  ledger: Pick<Ledger, "exportRecipient">;
  suppressions: Pick<Suppressions, "findSuppressions">;
  erasures: Pick<Erasures, "findErasure">;
  sentRecords: Pick<SentRecords, "findSentRecords" | "findInBulks">;
  keepings: Pick<ContentKeepings, "findContentKeeping">;
  contents: Pick<Contents, "listContents">;
  cursors: Cursors;
  clock: () => number;
}

/** What is handed over, one after the other. */
const parts = ["outcomes", "bulks", "contents"] as const;

/** A cursor's content. */
interface Place {
  part: (typeof parts)[number];
  after?: string | undefined;
}

/** 50 recipients each. */
const maxBlocksOfPage = 200;
/** An answer takes 6 MB (lambdas/runtime/http.ts); one content may have 4 of them, so little else goes with contents. */
const fullBytes = 100_000;
const contentBytes = 2_000_000;

type Found = Pick<RecipientExport, "outcomes" | "furtherEvents" | "sentMail" | "bulks" | "contents">;

export const exportRecipient =
  (deps: ExportDeps) =>
  async (request: ApiRequest): Promise<ApiResponse> => {
    const { suppressions, erasures, cursors, clock } = deps;
    const address = parseAddress(request);
    const { cursor } = parseInput(exportRecipientQuery, request.query, "query");
    const tenantId = authorize(request.actor, "recipients:export");
    const mayReadContents = isGranted(request.actor, "content:read");
    const scope: CursorScope = { list: "recipient export", tenantId, filter: [address, mayReadContents] };
    let place: Place | undefined =
      cursor === undefined ? { part: "outcomes" } : ((await cursors.open(cursor, scope)) as Place);
    const once = cursor === undefined ? await exportOnce({ suppressions, erasures }, tenantId, address) : {};
    const found: Found = { outcomes: [], furtherEvents: [], sentMail: [], bulks: [], contents: [] };
    do place = await readPart(deps, tenantId, address, { place, mayReadContents }, found);
    while (place && place.after === undefined && JSON.stringify(found).length < fullBytes);
    return {
      ...ok({
        address,
        exportedAt: new Date(clock()).toISOString(),
        ...found,
        ...(mayReadContents ? {} : { withoutContents: true }),
        ...once,
        ...(place ? { cursor: await cursors.seal(place, scope) } : {}),
      } satisfies RecipientExport),
      headers: { "content-disposition": 'attachment; filename="recipient-export.json"' },
    };
  };

/** Adds a page of a part. Answers where to go on: in that part, or at the beginning of the next. */
async function readPart(
  deps: ExportDeps,
  tenantId: string,
  address: string,
  { place, mayReadContents }: { place: Place; mayReadContents: boolean },
  found: Found,
): Promise<Place | undefined> {
  const { part, after } = place;
  const read = { outcomes: readOutcomes, bulks: readBulks, contents: mayReadContents ? readContents : readNothing };
  const next = await read[part](deps, tenantId, address, after, found);
  if (next !== undefined) return { part, after: next };
  const following = parts[parts.indexOf(part) + 1];
  return following && { part: following };
}

type ReadPart = (
  deps: ExportDeps,
  tenantId: string,
  address: string,
  after: string | undefined,
  found: Found,
) => Promise<string | undefined>;

const readNothing: ReadPart = async () => undefined;

const readOutcomes: ReadPart = async ({ ledger, sentRecords }, tenantId, address, after, found) => {
  const page = await ledger.exportRecipient(tenantId, address, { after });
  found.outcomes.push(...page.outcomes);
  found.furtherEvents.push(...page.events);
  found.sentMail.push(...(await sentRecords.findSentRecords(tenantId, address, page.outcomes)));
  return page.after;
};

const readBulks: ReadPart = async ({ sentRecords }, tenantId, address, after, found) => {
  const page = await sentRecords.findInBulks(tenantId, address, { after, maxBlocks: maxBlocksOfPage });
  found.bulks.push(...page.records);
  return page.after;
};

const readContents: ReadPart = async ({ keepings, contents, clock }, tenantId, address, after, found) => {
  const keeping = await keepings.findContentKeeping(tenantId);
  if (!keeping) return undefined;
  const options = { after, maxBytes: contentBytes, nowMs: clock() };
  const page = await contents.listContents(tenantId, keeping, address, options);
  for (const { messageId, content, expiresAtMs } of page.contents)
    found.contents.push({ messageId, ...content, expiresAt: new Date(expiresAtMs).toISOString() });
  return page.after;
};

/** What the first page alone has. */
async function exportOnce(
  { suppressions, erasures }: Pick<ExportDeps, "suppressions" | "erasures">,
  tenantId: string,
  address: string,
): Promise<Pick<RecipientExport, "suppressions" | "erasure">> {
  const [suppressed, erasure] = await Promise.all([
    suppressions.findSuppressions(tenantId, [address]),
    erasures.findErasure(tenantId, address),
  ]);
  const { address: _address, ...erasureView } = erasure ? toErasureView(address, erasure) : {};
  return {
    suppressions: suppressed.get(address)?.reasons.map(toExportedSuppression) ?? [],
    ...(erasure ? { erasure: erasureView as RecipientExport["erasure"] } : {}),
  };
}

const toExportedSuppression = ({ address: _address, ...record }: SuppressionRecord): ExportedSuppression => record;
