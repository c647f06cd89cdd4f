// The content of a message, for people alone: it may hold what only its recipient was to know.
import * as v from "valibot";
import { authorize } from "../../shared/contract/actor.ts";
import type { MessageContentView } from "../../shared/contract/api/contents.ts";
import { AppError } from "../../shared/contract/error.ts";
import type { ContentKeepings } from "../../shared/store/content-keeping.ts";
import type { Contents } from "../../shared/store/contents.ts";
import { ok, type ApiRequest, type ApiResponse } from "../runtime/http.ts";
import { parseInput } from "../runtime/input.ts";

export interface ContentsDeps {
  keepings: Pick<ContentKeepings, "findContentKeeping">;
  contents: Pick<Contents, "findContent">;
  clock: () => number;
}

/** SES's ids are much shorter. */
const messagePath = v.object({ messageId: v.pipe(v.string(), v.nonEmpty(), v.maxLength(200)) });

export const getMessageContent =
  ({ keepings, contents, clock }: ContentsDeps) =>
  async ({ actor, pathParameters }: ApiRequest): Promise<ApiResponse> => {
    const { messageId } = parseInput(messagePath, pathParameters, "path");
    const tenantId = authorize(actor, "content:read");
    const keeping = await keepings.findContentKeeping(tenantId);
    if (!keeping)
      throw new AppError("not_found", "The content of mail is not kept: the settings say whether it shall be.");
    const found = await contents.findContent(tenantId, keeping, messageId, clock());
    if (!found) throw new AppError("not_found", `No content is kept of the message ${messageId}.`);
    const { subject, html, text } = found.content;
    return ok({
      messageId,
      subject,
      ...(html === undefined ? {} : { html }),
      ...(text === undefined ? {} : { text }),
      keptUntil: new Date(found.expiresAtMs).toISOString(),
    } satisfies MessageContentView);
  };
