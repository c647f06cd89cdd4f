// The part of a mail that goes out by a line, as it is stored there; and the rest of a mail: whom the account's rate does not take now goes into its connection's line, before all bulks.
import type { BulkQueue } from "../../shared/aws/bulk-queue.ts";
import type { RecipientResult } from "../../shared/contract/api/mail.ts";
import type { Bulks } from "../../shared/store/bulk/bulks.ts";
import type { Lines } from "../../shared/store/bulk/line.ts";
import type { Connection } from "../../shared/store/connections.ts";
import { log } from "../runtime/log.ts";
import { wake } from "./bulk/wake.ts";
import type { BulkContent, BulkRecipient } from "./line/bulk-content.ts";
import type { MailPlan } from "./plan-mail.ts";

export interface RestDeps {
  bulks: Pick<Bulks, "createBulk">;
  lines: Pick<Lines, "listLine">;
  queue: BulkQueue;
  clock: () => number;
}

export interface Rest {
  mailId: string;
  connection: Connection;
  /** As it was sent to the others. */
  plan: MailPlan;
  /** Where links in mail lead. */
  linksUrl: string;
}

/** Under which id the rest of a mail is kept. */
export const restIdOf = (mailId: string): string => mailId.replace(/^mai_/, "blk_");

/** What is stored of a mail that goes out by a line. */
export const restContent = ({ connection, plan, linksUrl }: Omit<Rest, "mailId">): BulkContent => ({
  mime: plan.content,
  tags: plan.tags,
  configurationSet: connection.configurationSet,
  isGroup: plan.isGroup,
  isTemplate: false,
  ...(plan.subscription ? { leaving: { subscription: plan.subscription, linksUrl } } : {}),
});

export const restRecipients = ({ recipients }: MailPlan): BulkRecipient[] =>
  recipients.map(({ kind, recipient, address }) => ({ kind, recipient, address }));

/** How it is shown, and in whose line it is. */
export const restBulk = (mailId: string, { connectionId }: Connection, { content }: MailPlan) =>
  ({
    bulkId: restIdOf(mailId),
    kind: "mail",
    connectionId,
    from: content.from.address,
    subject: content.subject,
  }) as const;

/** The results, in which those are `queued` who are in the line now. What cannot be queued stays as it was. */
export async function queueRest(
  { bulks, lines, queue, clock }: RestDeps,
  rest: Rest,
  results: readonly RecipientResult[],
): Promise<RecipientResult[]> {
  const { mailId, connection, plan } = rest;
  const { tenantId, connectionId } = connection;
  const late = new Set(
    results.flatMap((result) =>
      result.status === "failed" && result.code === "rate_limited" ? [result.recipient] : [],
    ),
  );
  if (late.size === 0) return [...results];
  const createdAtMs = clock();
  const bulk = { ...restBulk(mailId, connection, plan), createdAtMs };
  try {
    await lines.listLine({ tenantId, connectionId }, createdAtMs);
    await bulks.createBulk(tenantId, bulk, {
      content: restContent(rest),
      recipients: restRecipients(plan).filter(({ recipient }) => late.has(recipient)),
    });
  } catch (error) {
    log.warn("The rest of a mail could not be queued.", { tenantId, mailId, error });
    return [...results];
  }
  await wake(queue, { tenantId, connectionId });
  return results.map((result) =>
    late.has(result.recipient) ? { recipient: result.recipient, status: "queued" } : result,
  );
}
