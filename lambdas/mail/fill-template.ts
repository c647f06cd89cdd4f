// The template that a mail names, filled in with the mail's data.
import type { SendMailRequest } from "../../shared/contract/api/mail.ts";
import { AppError } from "../../shared/contract/error.ts";
import type { StoredTemplate, Templates } from "../../shared/store/templates.ts";
import type { MailBodies } from "./plan-mail.ts";
import { renderMail } from "./render-mail.ts";

type Named = NonNullable<SendMailRequest["template"]>;

/**
 * @param path where the request names it
 * @throws AppError `not_found`, `unavailable`
 */
export async function getNamedTemplate(
  { templates }: { templates: Pick<Templates, "getTemplate"> },
  tenantId: string,
  named: Named,
  path: string,
): Promise<StoredTemplate> {
  const { id, version } = typeof named === "string" ? { id: named } : named;
  try {
    return await templates.getTemplate(tenantId, id, version);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== "not_found") throw error;
    throw new AppError(error.code, error.message, { details: [{ path, message: "does not exist" }], cause: error });
  }
}

/** @throws AppError `not_found`, `unavailable`, `too_large`; `invalid_request` naming everything that the data lack */
export async function fillTemplate(
  deps: { templates: Pick<Templates, "getTemplate"> },
  tenantId: string,
  { template, data = {} }: { template: Named; data?: Record<string, unknown> | undefined },
): Promise<MailBodies> {
  return renderMail(await getNamedTemplate(deps, tenantId, template, "template"), data, "data");
}
