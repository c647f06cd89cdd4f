// What the route of a message's content answers.
import * as v from "valibot";
import type { MessageContentView } from "../../api/contents.ts";
import { instant, viewOf } from "../view.ts";

export const messageContentView = viewOf<MessageContentView>()(
  v.object({
    messageId: v.string(),
    subject: v.string(),
    html: v.optional(v.string()),
    text: v.optional(v.string()),
    keptUntil: instant,
  }),
);
