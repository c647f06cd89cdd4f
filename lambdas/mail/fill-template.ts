// The template that a mail names.
import type { SendMailRequest } from "../../shared/contract/api/mail.ts";
import { AppError } from "../../shared/contract/error.ts";
import type { StoredTemplate, Templates } from "../../shared/store/templates.ts";

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
