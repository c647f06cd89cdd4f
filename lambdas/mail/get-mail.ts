// GET /mail/{mailId}: what became of a mail that was sent through us, recipient by recipient.
import * as v from "valibot";
import { authorize } from "../../shared/contract/actor.ts";
import { mailIdText, mailKeptDays, type MailRecipientView, type MailView } from "../../shared/contract/api/mail.ts";
import { AppError } from "../../shared/contract/error.ts";
import { erasedText } from "../../shared/domain/pseudonym.ts";
import type { Attempts, StoredMail } from "../../shared/store/attempts.ts";
import type { Erasures } from "../../shared/store/erasures.ts";
import type { Ledger } from "../../shared/store/ledger/ledger.ts";
import { ok, type ApiRequest, type ApiResponse } from "../runtime/http.ts";
import { parseInput } from "../runtime/input.ts";
import { findRestResults, type RestResultDeps } from "./rest-results.ts";
import { knownResults, runsAtMostMs } from "./known-results.ts";

const mailPath = v.object({ mailId: mailIdText });

export interface GetMailDeps extends RestResultDeps {
  attempts: Pick<Attempts, "findMail">;
  ledger: Pick<Ledger, "findOutcomes">;
  erasures: Pick<Erasures, "findErasureTimes">;
}

export const parseMailPath = (request: ApiRequest): string =>
  parseInput(mailPath, request.pathParameters, "path").mailId;

export const getMail =
  (deps: GetMailDeps) =>
  async (request: ApiRequest): Promise<ApiResponse> => {
    const mailId = parseMailPath(request);
    const tenantId = authorize(request.actor, "events:read");
    return ok(await viewMail(deps, tenantId, mailId));
  };

/** @throws AppError `not_found`, for another tenant's, too */
export async function getStoredMail(
  { attempts, clock }: Pick<GetMailDeps, "attempts" | "clock">,
  tenantId: string,
  mailId: string,
): Promise<StoredMail> {
  const mail = await attempts.findMail(tenantId, mailId, clock());
  if (mail) return mail;
  throw new AppError("not_found", `There is no mail ${mailId}: a mail is told of for ${mailKeptDays} days.`);
}

/** @throws AppError `not_found` */
export async function viewMail(deps: GetMailDeps, tenantId: string, mailId: string): Promise<MailView> {
  const { ledger, erasures, clock } = deps;
  const mail = await getStoredMail(deps, tenantId, mailId);
  const recipients = await withRest(deps, tenantId, mail, currentResults(mail, clock()));
  const sent = recipients.flatMap((result) =>
    result.status === "sent" && result.recipient !== erasedText
      ? [{ recipient: result.recipient, messageId: result.messageId }]
      : [],
  );
  const createdAt = new Date(mail.createdAtMs).toISOString();
  const erasedAt = await erasures.findErasureTimes(tenantId, [...new Set(mail.recipients.map(addressOf))]);
  const outcomes = new Map(
    (await ledger.findOutcomes(tenantId, sent)).map(({ recipient, status }) => [recipient, status]),
  );
  return {
    id: mailId,
    createdAt,
    ...(mail.scheduledAtMs === undefined ? {} : { scheduledAt: new Date(mail.scheduledAtMs).toISOString() }),
    recipients: recipients.map((result) => {
      const outcome = outcomes.get(result.recipient);
      // Mail without an outcome has kept the address: it is told no more, and expires.
      if (createdAt <= (erasedAt.get(result.recipient) ?? "")) return Object.assign(result, { recipient: erasedText });
      return outcome === undefined ? result : Object.assign(result, { outcome });
    }),
  };
}

const addressOf = ({ recipient }: StoredMail["recipients"][number]): string => recipient;

/** With what became of those who were queued or scheduled; or may have been, by a request that crashed. */
async function withRest(
  deps: GetMailDeps,
  tenantId: string,
  mail: StoredMail,
  results: MailRecipientView[],
): Promise<MailRecipientView[]> {
  const isOpen = ({ status }: MailRecipientView) =>
    status === "queued" || status === "scheduled" || (!mail.answer && status === "unknown");
  if (!results.some(isOpen)) return results;
  const rest = await findRestResults(deps, tenantId, mail.mailId);
  return results.map((result) => (isOpen(result) && rest.get(result.recipient)) || result);
}

/** While the request may still run nobody is in doubt yet. */
function currentResults(mail: StoredMail, nowMs: number): MailRecipientView[] {
  const isRunning = !mail.answer && nowMs - mail.createdAtMs < runsAtMostMs;
  return knownResults(mail).map((result) =>
    isRunning && result.status === "unknown" ? { recipient: result.recipient, status: "sending" } : result,
  );
}
