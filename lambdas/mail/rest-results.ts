// What became of the part of a mail that went into a line.
import type { MailRecipientView } from "../../shared/contract/api/mail.ts";
import { countOfBlocks } from "../../shared/domain/bulk-progress.ts";
import type { BulkStates } from "../../shared/store/bulk/bulk-states.ts";
import type { Bulks } from "../../shared/store/bulk/bulks.ts";
import type { Lines } from "../../shared/store/bulk/line.ts";
import { isInHand, toRecipientView } from "./bulk/bulk-view.ts";
import type { BulkRecipient } from "./line/bulk-content.ts";
import { restIdOf } from "./queue-rest.ts";

export interface RestResultDeps {
  bulks: Pick<Bulks, "findBulk" | "listRecipients">;
  states: Pick<BulkStates, "readBlocks">;
  lines: Pick<Lines, "findLease">;
  clock: () => number;
}

/** By recipient. Empty when no part of the mail went into a line. */
export async function findRestResults(
  { bulks, states, lines, clock }: RestResultDeps,
  tenantId: string,
  mailId: string,
): Promise<Map<string, MailRecipientView>> {
  const bulkId = restIdOf(mailId);
  const bulk = await bulks.findBulk(tenantId, bulkId, clock());
  if (!bulk) return new Map();
  const blocks = Array.from({ length: countOfBlocks(bulk.total) }, (_, block) => block);
  const [known, recipients, lease] = await Promise.all([
    states.readBlocks(tenantId, bulkId, blocks),
    bulks.listRecipients(tenantId, bulkId, blocks),
    lines.findLease({ tenantId, connectionId: bulk.connectionId }),
  ]);
  const stand = { isWorking: isInHand(bulk, lease, clock()), isCancelled: bulk.state === "cancelled" };
  return new Map(
    blocks.flatMap((block) =>
      (recipients[block] as BulkRecipient[]).map(({ recipient }, place): [string, MailRecipientView] => {
        const view = toRecipientView(recipient, known.get(block)?.states[place], stand);
        if (view.status !== "waiting") return [recipient, view as MailRecipientView];
        return [recipient, { recipient, status: bulk.state === "scheduled" ? "scheduled" : "queued" }];
      }),
    ),
  );
}
