// What an HTTP API makes of a function's result: payload format 2.0, with the parts that it infers.
// Source: API Gateway developer guide, "Lambda function response for format 2.0".
import * as v from "valibot";

export interface ApiResponse {
  status: number;
  /** A name may come several times: cookies do. */
  headers: [name: string, value: string][];
  body: Buffer;
}

const scalar = v.union([v.string(), v.number(), v.boolean()]);

const responseSchema = v.object({
  statusCode: v.pipe(v.union([v.number(), v.pipe(v.string(), v.transform(Number))]), v.integer(), v.minValue(100)),
  headers: v.nullish(v.record(v.string(), scalar)),
  cookies: v.nullish(v.array(v.string())),
  body: v.nullish(v.string()),
  isBase64Encoded: v.nullish(v.boolean()),
});

/** The API's own answer. */
export const messageResponse = (status: number, message: string): ApiResponse => ({
  status,
  headers: [["content-type", "application/json"]],
  body: Buffer.from(JSON.stringify({ message })),
});

export const internalServerError = (): ApiResponse => messageResponse(500, "Internal Server Error");

const isStructured = (result: unknown): boolean =>
  typeof result === "object" && result !== null && "statusCode" in result;

/** The response, or undefined for a result with a status code that is no valid response. */
export function findResponse(result: unknown): ApiResponse | undefined {
  if (!isStructured(result)) {
    const body = typeof result === "string" ? result : JSON.stringify(result);
    return { status: 200, headers: [["content-type", "application/json"]], body: Buffer.from(body) };
  }
  const parsed = v.safeParse(responseSchema, result);
  if (!parsed.success) return undefined;
  const { statusCode, headers, cookies, body, isBase64Encoded } = parsed.output;
  const entries = Object.entries(headers ?? {}).map(([name, value]): [string, string] => [
    name.toLowerCase(),
    String(value),
  ]);
  if (!entries.some(([name]) => name === "content-type")) entries.push(["content-type", "text/plain; charset=utf-8"]);
  for (const cookie of cookies ?? []) entries.push(["set-cookie", cookie]);
  return {
    status: statusCode,
    headers: entries,
    body: Buffer.from(body ?? "", isBase64Encoded === true ? "base64" : "utf8"),
  };
}
