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

export const getMail =
  (deps: GetMailDeps) =>
  async (request: ApiRequest): Promise<ApiResponse> => {
    const { attempts, ledger, erasures, clock } = deps;
    const { mailId } = parseInput(mailPath, request.pathParameters, "path");
    const tenantId = authorize(request.actor, "events:read");
    const mail = await attempts.findMail(tenantId, mailId, clock());
    if (!mail)
      throw new AppError("not_found", `There is no mail ${mailId}: a mail is told of for ${mailKeptDays} days.`);
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
    return ok({
      id: mailId,
      createdAt,
      recipients: recipients.map((result) => {
        const outcome = outcomes.get(result.recipient);
        // Mail without an outcome has kept the address: it is told no more, and expires.
        if (createdAt <= (erasedAt.get(result.recipient) ?? ""))
          return Object.assign(result, { recipient: erasedText });
        return outcome === undefined ? result : Object.assign(result, { outcome });
      }),
    } satisfies MailView);
  };

const addressOf = ({ recipient }: StoredMail["recipients"][number]): string => recipient;

/** With what became of those who were queued; or may have been, by a request that crashed. */
async function withRest(
  deps: GetMailDeps,
  tenantId: string,
  mail: StoredMail,
  results: MailRecipientView[],
): Promise<MailRecipientView[]> {
  const isOpen = ({ status }: MailRecipientView) => status === "queued" || (!mail.answer && status === "unknown");
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
