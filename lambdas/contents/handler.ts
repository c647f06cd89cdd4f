// Entry of GET /messages/{messageId}/content: wiring only. A function of its own: beside the export of a
// recipient no other can read contents.
import { createDocumentClient } from "../../shared/aws/dynamodb.ts";
import { createContentKeepings } from "../../shared/store/content-keeping.ts";
import { createContents } from "../../shared/store/contents.ts";
import { parseEnv } from "../runtime/env.ts";
import { httpHandler } from "../runtime/http.ts";
import { limitRequests } from "../runtime/request-limits.ts";
import { getMessageContent } from "./operations.ts";

const env = parseEnv("contents");
const client = createDocumentClient(env);

export const handler = httpHandler(
  limitRequests(
    {
      "GET /messages/{messageId}/content": getMessageContent({
        keepings: createContentKeepings({ client, tableName: env.DIRECTORY_TABLE }),
        contents: createContents({ client, tableName: env.CONTENTS_TABLE }),
        clock: Date.now,
      }),
    },
    { client, tableName: env.DIRECTORY_TABLE, kind: "reading" },
  ),
);
