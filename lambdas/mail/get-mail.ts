// GET /mail/{mailId}: what became of a mail that was sent through us, recipient by recipient.
import * as v from "valibot";
import { authorize } from "../../shared/contract/actor.ts";
import { mailIdText, mailKeptDays, type MailRecipientView, type MailView } from "../../shared/contract/api/mail.ts";
import { AppError } from "../../shared/contract/error.ts";
import type { Attempts, StoredMail } from "../../shared/store/attempts.ts";
import type { Ledger } from "../../shared/store/ledger/ledger.ts";
import { ok, type ApiRequest, type ApiResponse } from "../runtime/http.ts";
import { parseInput } from "../runtime/input.ts";
import { knownResults, runsAtMostMs } from "./known-results.ts";

const mailPath = v.object({ mailId: mailIdText });

export interface GetMailDeps {
  attempts: Pick<Attempts, "findMail">;
  ledger: Pick<Ledger, "findOutcomes">;
  clock: () => number;
}

export const getMail =
  ({ attempts, ledger, clock }: GetMailDeps) =>
  async (request: ApiRequest): Promise<ApiResponse> => {
    const { mailId } = parseInput(mailPath, request.pathParameters, "path");
    const tenantId = authorize(request.actor, "events:read");
    const mail = await attempts.findMail(tenantId, mailId, clock());
    if (!mail)
      throw new AppError("not_found", `There is no mail ${mailId}: a mail is told of for ${mailKeptDays} days.`);
    const recipients = currentResults(mail, clock());
    const sent = recipients.flatMap((result) =>
      result.status === "sent" ? [{ recipient: result.recipient, messageId: result.messageId }] : [],
    );
    const outcomes = new Map(
      (await ledger.findOutcomes(tenantId, sent)).map(({ recipient, status }) => [recipient, status]),
    );
    return ok({
      id: mailId,
      createdAt: new Date(mail.createdAtMs).toISOString(),
      recipients: recipients.map((result) => {
        const outcome = outcomes.get(result.recipient);
        return outcome === undefined ? result : Object.assign(result, { outcome });
      }),
    } satisfies MailView);
  };

/** While the request may still run nobody is in doubt yet. */
function currentResults(mail: StoredMail, nowMs: number): MailRecipientView[] {
  const isRunning = !mail.answer && nowMs - mail.createdAtMs < runsAtMostMs;
  return knownResults(mail).map((result) =>
    isRunning && result.status === "unknown" ? { recipient: result.recipient, status: "sending" } : result,
  );
}
