// The body of every answer that is not a success.
import * as v from "valibot";
import { httpStatusByCode, type ErrorBody, type ErrorCode } from "../../error.ts";
import { viewOf } from "../view.ts";

export const errorBody = viewOf<ErrorBody>()(
  v.object({
    error: v.object({
      code: v.picklist(Object.keys(httpStatusByCode) as ErrorCode[]),
      message: v.string(),
      details: v.optional(v.array(v.object({ path: v.string(), message: v.string() }))),
      requestId: v.optional(v.string()),
    }),
  }),
);

/** API Gateway refuses some callers by itself, with `message` alone. */
export const refusal = v.union([errorBody, v.object({ message: v.string() })]);
