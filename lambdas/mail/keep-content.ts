// Keeps what was sent, for tenants that want it kept. Best effort, and after SES: no mail waits for it or fails by it.
import type { ContentKeeping, ContentKeepings } from "../../shared/store/content-keeping.ts";
import type { Contents, KeptMail } from "../../shared/store/contents.ts";
import { log } from "../runtime/log.ts";

/** How long a change of the setting can go unnoticed. */
const ttlMs = 30_000;
const maxEntries = 1000;

export type KeepContent = (
  tenantId: string,
  /** The content is asked for only where it is kept. */
  mail: Omit<KeptMail, "content"> & { content: () => Promise<KeptMail["content"]> },
) => Promise<void>;

/** Never throws: what could not be kept is logged, without the content. */
export function createContentKeeper({
  keepings,
  contents,
  clock,
}: {
  keepings: Pick<ContentKeepings, "findContentKeeping">;
  contents: Pick<Contents, "recordContent">;
  clock: () => number;
}): KeepContent {
  const remembered = new Map<string, { keeping: ContentKeeping | undefined; untilMs: number }>();

  const findKeeping = async (tenantId: string): Promise<ContentKeeping | undefined> => {
    const known = remembered.get(tenantId);
    if (known && known.untilMs > clock()) return known.keeping;
    const keeping = await keepings.findContentKeeping(tenantId);
    if (remembered.size >= maxEntries) remembered.clear();
    remembered.set(tenantId, { keeping, untilMs: clock() + ttlMs });
    return keeping;
  };

  return async (tenantId, { content, ...mail }) => {
    if (mail.messages.length === 0) return;
    try {
      const keeping = await findKeeping(tenantId);
      if (keeping) await contents.recordContent(tenantId, keeping, { ...mail, content: await content() });
    } catch (error) {
      log.warn("The content of a mail could not be kept.", { tenantId, mailId: mail.mailId, error });
    }
  };
}
