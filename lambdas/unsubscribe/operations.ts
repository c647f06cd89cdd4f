// GET and POST /unsubscribe/{token}: a recipient leaves a tenant's mail, or comes back. The link is all the proof there is: no
// cookie, no session. A GET changes nothing, for programs fetch every link that a mail has.
import type { UnsubscribeLink, UnsubscribeLinks } from "../../shared/aws/unsubscribe-links.ts";
import { AppError } from "../../shared/contract/error.ts";
import type { Metric } from "../../shared/contract/metrics.ts";
import { standsAgainst } from "../../shared/domain/suppression.ts";
import { isBusy } from "../../shared/store/dynamo-retry.ts";
import type { SuppressionRecord, Suppressions } from "../../shared/store/suppressions.ts";
import type { ApiResponse, PublicRequest, Route } from "../runtime/http.ts";
import type { LogFields } from "../runtime/log.ts";
import { findChoice } from "./choice.ts";
import { pageResponse, type MailOfLink, type Page } from "./page.ts";

export interface UnsubscribeDeps {
  links: Pick<UnsubscribeLinks, "open">;
  suppressions: Pick<Suppressions, "findSuppressions" | "recordSuppression" | "removeSuppression">;
  clock: () => number;
  count: (metric: Metric, value?: number, fields?: LogFields) => void;
}

/** The page of the link as it stands: with the button that leaves, or the one that comes back. */
export const showLink = ({ links, suppressions }: UnsubscribeDeps): Route<PublicRequest> =>
  answering({ links }, async (link) => {
    const { tenantId, address } = link;
    const found = await suppressions.findSuppressions(tenantId, [address], { consistent: true });
    const { reasons = [] } = found.get(address) ?? {};
    const standing = reasons.filter(isLeaving(link));
    return standing.length > 0 ? { kind: "left", mail: asLeft(link, standing) } : { kind: "ask", mail: link };
  });

/** Again, it changes nothing. Mail programs read the status alone. */
export const useLink = ({ links, suppressions, clock, count }: UnsubscribeDeps): Route<PublicRequest> =>
  answering({ links }, async (link, { body, headers, requestId }) => {
    const { tenantId, address, list, sentAt } = link;
    const nowMs = clock();
    const choice = findChoice(typeof body === "string" ? body : "", headers["content-type"] ?? "");
    if (choice === undefined) return { kind: "unclear" };
    if (choice === "return") {
      const removed = await suppressions.removeSuppression(tenantId, address, { isMeant: isLeaving(link), nowMs });
      count("subscribedAgain", 1, { requestId, tenantId });
      return { kind: "returned", mail: asLeft(link, removed) };
    }
    await suppressions.recordSuppression(tenantId, {
      address,
      reason: "unsubscribe",
      ...(list === undefined ? {} : { list }),
      since: new Date(nowMs).toISOString(),
      mailSentAt: sentAt,
    });
    count("unsubscribed", 1, { requestId, tenantId });
    return { kind: "left", mail: link };
  });

/** Of what its recipient said, what stands against the mail of the link. */
const isLeaving =
  (link: UnsubscribeLink) =>
  (record: Pick<SuppressionRecord, "reason" | "list">): boolean =>
    record.reason === "unsubscribe" && standsAgainst(record, link);

/** Who left everything sees that, also by the link of a list. */
const asLeft = (link: UnsubscribeLink, records: readonly SuppressionRecord[]): MailOfLink =>
  records.some(({ list }) => list === undefined) ? { ...link, list: undefined } : link;

const answering =
  (
    { links }: Pick<UnsubscribeDeps, "links">,
    answer: (link: UnsubscribeLink, request: PublicRequest) => Promise<Page>,
  ): Route<PublicRequest> =>
  async (request): Promise<ApiResponse> => {
    try {
      const link = await links.open(request.pathParameters["token"] ?? "");
      return pageResponse(link ? await answer(link, request) : { kind: "wrongLink" });
    } catch (error) {
      const isPassing = isBusy(error) || (error instanceof AppError && error.code === "unavailable");
      if (isPassing) return pageResponse({ kind: "unavailable" });
      throw error;
    }
  };
