// A planned mail → all that is needed to send it: its bodies, from the template if it names one, its bytes, and how its
// recipients' links are made. What can fail here fails before anything is sent.
import { composeMime, type ComposedMime, type MimeContent } from "../../shared/aws/mime.ts";
import type { LinkFor, UnsubscribeLinks } from "../../shared/aws/unsubscribe-links.ts";
import type { SendMailRequest } from "../../shared/contract/api/mail.ts";
import { AppError } from "../../shared/contract/error.ts";
import type { Templates } from "../../shared/store/templates.ts";
import type { ApiRequest } from "../runtime/http.ts";
import { getNamedTemplate } from "./fill-template.ts";
import { withBodies, type MailPlan } from "./plan-mail.ts";
import { renderLinkedMail, subscriptionOf, toLinkedMail } from "./unsubscribe.ts";

export interface PrepareDeps {
  templates: Pick<Templates, "getTemplate">;
  unsubscribeLinks: Pick<UnsubscribeLinks, "linksOf">;
  /** Where links in mail lead; undefined or empty: to where the request came. */
  linksUrl?: string | undefined;
}

export interface PreparedMail {
  /** With the bodies of the template, and whether people can leave as it says. */
  plan: MailPlan;
  composed: ComposedMime;
  /** Of mail that people can leave. */
  linkFor: LinkFor | undefined;
  /** Where links in mail lead. */
  linksUrl: string;
}

/** @throws AppError, as of the template, renderLinkedMail, withBodies and subscriptionOf; `unavailable` */
export async function prepareMail(
  deps: PrepareDeps,
  { actor: { tenantId }, baseUrl }: Pick<ApiRequest, "actor" | "baseUrl">,
  { mail, plan: planned, nowMs }: { mail: SendMailRequest; plan: MailPlan; nowMs: number },
): Promise<PreparedMail> {
  const plan = mail.template === undefined ? planned : await withTemplate(deps, tenantId, mail, planned);
  const { content, subscription } = plan;
  const from = content.from.address;
  const linksUrl = deps.linksUrl || baseUrl;
  const linkFor =
    subscription &&
    (await deps.unsubscribeLinks.linksOf(toLinkedMail({ tenantId, subscription, from, nowMs, baseUrl: linksUrl })));
  const composed = await composeMime(content);
  assertComposedSize(composed, content);
  return { plan, composed, linkFor, linksUrl };
}

/** SES takes 10 MiB (SES quotas, "Message quotas"); the rest is room for what each recipient's message has of its own. */
const maxComposedBytes = 10_000_000;

/**
 * Encoding makes base64, and text of other scripts, a third larger or more, and a text made of the HTML comes beside it.
 * @throws AppError `too_large`
 */
function assertComposedSize({ sizeBytes }: ComposedMime, { attachments = [] }: MimeContent): void {
  if (sizeBytes <= maxComposedBytes) return;
  const path = attachments.length > 0 ? "attachments" : "html";
  throw new AppError("too_large", `Encoded, the mail has ${sizeBytes} bytes; Amazon SES takes ${maxComposedBytes}.`, {
    details: [{ path, message: "is too large once encoded: send less, or leave the plain text out by an empty text" }],
  });
}

/** What the request says of leaving goes before what its template says. */
async function withTemplate(
  deps: PrepareDeps,
  tenantId: string,
  mail: SendMailRequest,
  plan: MailPlan,
): Promise<MailPlan> {
  const template = await getNamedTemplate(deps, tenantId, mail.template!, "template");
  const unsubscribe = mail.unsubscribe ?? template.unsubscribe;
  const bodies = renderLinkedMail(template, mail.data ?? {}, { canLeave: Boolean(unsubscribe), path: "data" });
  const content = withBodies(plan.content, bodies);
  const subscription = subscriptionOf({ unsubscribe, headers: mail.headers, isGroup: plan.isGroup, ...bodies });
  return { ...plan, content, subscription };
}
