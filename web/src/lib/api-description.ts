// The API's description (OpenAPI) → what the API page shows of it.
import type { DocumentedOperation, OpenApiDocument } from "../../../shared/contract/openapi/document.ts";
import type { JsonSchema } from "../../../shared/contract/openapi/json-schema.ts";

export interface DescribedOperation extends DocumentedOperation {
  /** `POST` */
  method: string;
  path: string;
}

export interface OperationGroup {
  name: string;
  description: string;
  operations: DescribedOperation[];
}

/** In the order of the document; a group without operations is left out. */
export function groupOperations({ paths, tags }: OpenApiDocument): OperationGroup[] {
  const all = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) =>
      Object.assign({ path, method: method.toUpperCase() }, operation),
    ),
  );
  return tags
    .map((tag) => ({ ...tag, operations: all.filter((operation) => operation.tags.includes(tag.name)) }))
    .filter(({ operations }) => operations.length > 0);
}

export const callerText = ({ security }: DocumentedOperation): string =>
  ["Anyone may ask.", "A signed-in user.", "An API key, or a signed-in user."][security.length] ?? "";

const followed = (schema: JsonSchema, document: OpenApiDocument): JsonSchema =>
  schema.$ref === undefined ? schema : (document.components.schemas[schema.$ref.split("/").at(-1) ?? ""] ?? schema);

export interface FieldRow {
  name: string;
  type: string;
  isRequired: boolean;
  description: string;
}

const rowOf = (name: string, schema: JsonSchema, isRequired: boolean, document: OpenApiDocument): FieldRow => ({
  name,
  type: typeText(schema),
  isRequired,
  description: schema.description ?? followed(schema, document).description ?? "",
});

/** Path, query and header parameters. */
export const parameterRows = ({ parameters = [] }: DocumentedOperation, document: OpenApiDocument): FieldRow[] =>
  parameters.map(({ name, required, description = "", schema }) => ({
    ...rowOf(name, schema, required, document),
    description,
  }));

/** The members of the JSON body; of a list, those of its items. */
export function bodyRows({ requestBody }: DocumentedOperation, document: OpenApiDocument): FieldRow[] {
  const schema = requestBody?.content["application/json"]?.schema;
  if (!schema) return [];
  const body = followed(schema, document);
  const { properties = {}, required = [] } = followed(body.items ?? body, document);
  return Object.entries(properties).map(([name, member]) => rowOf(name, member, required.includes(name), document));
}

/** `string`, `list of Attachment`, `one of csv, ndjson` */
function typeText(schema: JsonSchema): string {
  const { $ref, type, items, anyOf, additionalProperties } = schema;
  if ($ref !== undefined) return $ref.split("/").at(-1) ?? "";
  if (schema.enum) return `one of ${schema.enum.join(", ")}`;
  if (anyOf) return anyOf.map((each) => typeText(each)).join(" or ");
  if (type === "array" && items) return `list of ${typeText(items)}`;
  if (type === "object" && typeof additionalProperties === "object") return `${typeText(additionalProperties)} by name`;
  return typeof type === "string" ? type : "any";
}

const singleQuoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** `mailId` → `MAIL_ID` */
const placeholder = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();

/** A command for a POSIX shell; words in capitals are to be replaced. */
export function curlFor(operation: DescribedOperation, apiUrl: string): string {
  const { method, path, parameters = [], requestBody, security } = operation;
  const query = parameters
    .filter((parameter) => parameter.in === "query" && parameter.required)
    .map(({ name, schema }) => `${name}=${schema.enum?.[0] ?? placeholder(name)}`)
    .join("&");
  const url = `${apiUrl}${path.replaceAll(/\{(\w+)\}/g, (_, name: string) => placeholder(name))}${query && `?${query}`}`;
  const example = requestBody?.content["application/json"]?.example;
  const hasKey = security.some((scheme) => "apiKey" in scheme);
  return [
    `curl ${method === "GET" || (method === "POST" && example) ? "" : `-X ${method} `}${singleQuoted(url)}`,
    ...(security.length > 0 ? [`-H "Authorization: Bearer ${hasKey ? "$SESAMI_API_KEY" : "$ID_TOKEN"}"`] : []),
    ...(example === undefined
      ? []
      : [`-H "Content-Type: application/json"`, `-d ${singleQuoted(JSON.stringify(example, null, 2))}`]),
  ].join(" \\\n  ");
}
