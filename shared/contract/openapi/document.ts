// The table of operations → an OpenAPI 3.1 document (spec.openapis.org/oas/v3.1.1).
import { httpStatusByCode, type ErrorCode } from "../error.ts";
import { toComponents, type JsonSchema } from "./json-schema.ts";
import { tags, type Answer, type Operation } from "./operation.ts";
import { operations as allOperations } from "./operations.ts";
import { fieldTexts } from "./field-texts.ts";
import { schemas, type SchemaName } from "./schemas.ts";

type Reference = Required<Pick<JsonSchema, "$ref">>;

interface MediaType {
  schema?: Reference;
  example?: unknown;
}

export interface Parameter {
  name: string;
  in: "path" | "query" | "header";
  required: boolean;
  /** Undefined is left out, as JSON does. */
  description?: string | undefined;
  schema: JsonSchema;
}

export interface DocumentedResponse {
  description: string;
  headers?: Record<string, { description: string; schema: JsonSchema }>;
  content?: Record<string, MediaType>;
}

export interface DocumentedOperation {
  operationId: string;
  tags: string[];
  summary: string;
  description?: string;
  security: Record<string, string[]>[];
  parameters?: Parameter[];
  requestBody?: { required: true; content: Record<string, MediaType> };
  /** By status, as text. */
  responses: Record<string, DocumentedResponse>;
}

export interface OpenApiDocument {
  openapi: "3.1.1";
  info: { title: string; version: string; description: string };
  servers: { url: string }[];
  tags: { name: string; description: string }[];
  /** Path → method in lower case → operation. */
  paths: Record<string, Record<string, DocumentedOperation>>;
  components: { schemas: Record<string, JsonSchema>; securitySchemes: Record<string, unknown> };
}

const version = "0.1.0";

/**
 * The whole document but for where the API is: `servers` is empty. The same every time.
 * @throws Error for a schema that cannot be converted
 */
export function openApiDocument(operations: readonly Operation[] = allOperations): OpenApiDocument {
  const components = toComponents(schemas);
  for (const [name, texts] of Object.entries(fieldTexts))
    components[name as SchemaName] = withTexts(components[name as SchemaName], texts);
  const paths: OpenApiDocument["paths"] = {};
  for (const operation of operations)
    (paths[operation.path] ??= {})[operation.method.toLowerCase()] = documented(operation, components);
  return {
    openapi: "3.1.1",
    info: {
      title: "SESami",
      version,
      description: "Sends mail through your own Amazon SES, and tells what became of each one.",
    },
    servers: [],
    tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      schemas: components,
      securitySchemes: {
        apiKey: { type: "http", scheme: "bearer", description: "An API key, `sk_…`." },
        idToken: {
          type: "http",
          scheme: "bearer",
          bearerFormat: "JWT",
          description: "The ID token of a signed-in user.",
        },
      },
    },
  };
}

function withTexts(schema: JsonSchema, texts: Record<string, string>): JsonSchema {
  const properties = Object.entries(schema.properties ?? {}).map(([name, member]) => {
    const description = [texts[name], member.description].filter(Boolean).join(" ");
    return [name, description === "" ? member : { ...member, description }] as const;
  });
  return { ...schema, properties: Object.fromEntries(properties) };
}

const referenceTo = (name: SchemaName): Reference => ({ $ref: `#/components/schemas/${name}` });

const securityOf: Record<Operation["caller"], DocumentedOperation["security"]> = {
  anyone: [],
  app: [{ apiKey: [] }, { idToken: [] }],
  person: [{ idToken: [] }],
};

function documented(operation: Operation, components: Record<SchemaName, JsonSchema>): DocumentedOperation {
  const parameters = parametersOf(operation, components);
  const { operationId, tag, summary, description, body, answers, caller } = operation;
  return {
    operationId,
    tags: [tag],
    summary,
    ...(description === undefined ? {} : { description }),
    security: securityOf[caller],
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(body
      ? {
          requestBody: {
            required: true,
            content: { "application/json": { schema: referenceTo(body.schema), example: body.example } },
          },
        }
      : {}),
    responses: {
      ...Object.fromEntries(Object.entries(answers).map(([status, answer]) => [status, responseOf(answer)])),
      ...errorResponses(operation),
    },
  };
}

function parametersOf(
  { path, pathFields = {}, query, requestHeaders = {} }: Operation,
  components: Record<SchemaName, JsonSchema>,
): Parameter[] {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]): Parameter => ({
    name,
    in: "path",
    required: true,
    description: pathFields[name],
    schema: { type: "string" },
  }));
  const { properties = {}, required = [] } = query ? components[query] : {};
  const inQuery = Object.entries(properties).map(([name, { description, ...schema }]): Parameter => ({
    name,
    in: "query",
    required: required.includes(name),
    description,
    schema,
  }));
  const inHeader = Object.entries(requestHeaders).map(([name, { description, schema }]): Parameter => ({
    name,
    in: "header",
    required: false,
    description,
    schema,
  }));
  return [...inPath, ...inQuery, ...inHeader];
}

function responseOf({ description, type = "application/json", schema, headers = {} }: Answer): DocumentedResponse {
  const named = Object.entries(headers).map(([name, text]) => [
    name,
    { description: text, schema: { type: "string" } },
  ]);
  const hasContent = schema !== undefined || type !== "application/json";
  return {
    description,
    ...(named.length > 0 ? { headers: Object.fromEntries(named) as NonNullable<DocumentedResponse["headers"]> } : {}),
    ...(hasContent ? { content: { [type]: schema === undefined ? {} : { schema: referenceTo(schema) } } } : {}),
  };
}

/** What each code asks its reader to do. */
const errorText: Record<ErrorCode, string> = {
  invalid_request: "Something in the request is wrong: `details` names every field.",
  unauthenticated: "No credential was sent.",
  forbidden: "The credential is wrong, revoked, or may not do this.",
  not_found: "There is no such thing, or it is another tenant's.",
  conflict: "Something else got there first: the message says what.",
  too_large: "Send, or ask for, less at once.",
  unprocessable: "Well-formed, but impossible: the message says why.",
  rate_limited: "Wait, then try again: `Retry-After` says how long, where that is known.",
  internal: "Our fault: report `requestId`.",
  connection_broken: "The connection to the AWS account is broken: check it.",
  unavailable: "Try again, waiting longer each time.",
};

/** API Gateway answers these two by itself, too. */
const ofTheAuthorizer = { unauthenticated: "Refusal", forbidden: "Refusal" } as const;

function errorResponses({ caller, body, errors = [], errorSchema }: Operation): Record<string, DocumentedResponse> {
  const schemaOf: Operation["errorSchema"] = { ...errorSchema, ...(caller === "anyone" ? {} : ofTheAuthorizer) };
  const refused = caller === "anyone" ? [] : (Object.keys(ofTheAuthorizer) as ErrorCode[]);
  // Whatever is asked for, it can be too much, the tables can be busy, and a body larger than any.
  const ofAll: ErrorCode[] = [
    "internal",
    ...(caller === "anyone" ? [] : ["rate_limited" as const, "unavailable" as const]),
    ...(body ? ["too_large" as const] : []),
  ];
  const codes = new Set<ErrorCode>([...errors, ...refused, ...ofAll]);
  return Object.fromEntries(
    [...codes]
      .map((code) => [String(httpStatusByCode[code]), code] as const)
      .sort(([one], [other]) => Number(one) - Number(other))
      .map(([status, code]) => [
        status,
        {
          ...responseOf({ description: errorText[code], schema: schemaOf[code] ?? "Error" }),
          ...(code === "rate_limited"
            ? { headers: { "Retry-After": { description: "Seconds.", schema: { type: "string" } } } }
            : {}),
        },
      ]),
  );
}
