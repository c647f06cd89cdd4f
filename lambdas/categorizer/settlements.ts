// Whom the events settle: recipients of mails, and of bulks.
import { isOfBulk } from "../../shared/domain/message-tags.ts";
import type { Attempts } from "../../shared/store/attempts.ts";
import type { BulkSettlement } from "../../shared/store/bulk/settle-bulk.ts";

/** Both in the place of one. */
export const createSettlements = (
  attempts: Pick<Attempts, "settleMessages">,
  bulks: BulkSettlement,
): Pick<Attempts, "settleMessages"> => ({
  settleMessages: async (tenantId, messages) => {
    await Promise.all([
      attempts.settleMessages(
        tenantId,
        messages.filter((message) => !isOfBulk(message)),
      ),
      bulks.settleMessages(tenantId, messages.filter(isOfBulk)),
    ]);
  },
});
