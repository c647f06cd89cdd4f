// GET /openapi.json: a whole document whose schemas take what the API takes.
import * as v from "valibot";
import { describe, expect, it, test } from "vitest";
import { getOpenApi } from "../../../lambdas/openapi/operations.ts";
import { publicHttpHandler } from "../../../lambdas/runtime/http.ts";
import { openApiDocument, type OpenApiDocument } from "../../../shared/contract/openapi/document.ts";
import { operations } from "../../../shared/contract/openapi/operations.ts";
import { schemas } from "../../../shared/contract/openapi/schemas.ts";
import { call } from "../../support/api-request.ts";
import { hasPythonOpenApi, validateWithPython } from "../../support/python-openapi.ts";

const document = openApiDocument();

function* referencesIn(value: unknown): Generator<string> {
  if (typeof value !== "object" || value === null) return;
  for (const [key, member] of Object.entries(value)) {
    if (key === "$ref" && typeof member === "string") yield member;
    else yield* referencesIn(member);
  }
}

const resolve = (reference: string): unknown =>
  reference
    .replace(/^#\//, "")
    .split("/")
    .reduce<unknown>((place, key) => (place as Record<string, unknown> | undefined)?.[key], document);

const documented = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ route: `${method.toUpperCase()} ${path}`, operation, path })),
);

describe("the document", () => {
  it("resolves every reference within itself", () => {
    const references = [...referencesIn(document)];

    expect(references.length).toBeGreaterThan(50);
    expect(references.filter((reference) => resolve(reference) === undefined)).toEqual([]);
  });

  it("shows no schema that nothing refers to", () => {
    const named = new Set([...referencesIn(document)].map((reference) => reference.split("/").at(-1)));
    const ofQueries = new Set<string>(operations.flatMap(({ query }) => query ?? []));

    expect(Object.keys(document.components.schemas).filter((name) => !named.has(name) && !ofQueries.has(name))).toEqual(
      [],
    );
  });

  it("gives every operation a name of its own, a success, and the errors of its caller", () => {
    const ids = documented.map(({ operation }) => operation.operationId);

    expect(new Set(ids).size).toBe(operations.length);
    for (const { route, operation } of documented) {
      const statuses = Object.keys(operation.responses);
      expect(statuses.filter((status) => status.startsWith("2")).length, route).toBeGreaterThan(0);
      expect(statuses.includes("401"), route).toBe(operation.security.length > 0);
      expect(statuses, route).toContain("500");
    }
  });

  it("tells of limits, busy tables and large bodies wherever they can be met", () => {
    for (const { route, operation } of documented) {
      const statuses = Object.keys(operation.responses);
      if (operation.security.length > 0) expect(statuses, route).toEqual(expect.arrayContaining(["429", "503"]));
      if (operation.requestBody) expect(statuses, route).toContain("413");
    }
  });

  it("explains every parameter, and those in the path are those in its braces", () => {
    for (const { route, operation, path } of documented) {
      const parameters = operation.parameters ?? [];
      expect(
        parameters.filter((parameter) => parameter.in === "path").map(({ name }) => `{${name}}`),
        route,
      ).toEqual(path.match(/\{\w+\}/g) ?? []);
      expect(
        parameters.filter(({ description }) => !description).map(({ name }) => name),
        route,
      ).toEqual([]);
    }
  });

  it("shows examples that the API takes", () => {
    const bodies = operations.flatMap(({ path, body }) => (body ? [{ path, ...body }] : []));

    expect(bodies.length).toBeGreaterThan(5);
    for (const { path, schema, example } of bodies)
      expect(v.safeParse(schemas[schema], example).issues, path).toBeUndefined();
  });

  it("keeps rules that JSON Schema cannot say, in the words of their error", () => {
    const { SendMailRequest: mail, ListEventsQuery: query, Attachment: file } = document.components.schemas;

    expect(mail?.description).toContain("needs html, text or a template");
    expect(mail?.properties?.["to"]?.description).toContain("needs at least one recipient");
    expect(mail?.properties?.["from"]).toMatchObject({ minLength: 1, maxLength: 400 });
    expect(query?.properties?.["limit"]?.description).toContain("must be a number from 1 to 100");
    expect(query?.properties?.["status"]?.description).toContain("must be one of sent, delivered");
    expect(file?.properties?.["type"]?.allOf?.[0]?.pattern).toContain("\\/");
  });
});

describe.skipIf(!hasPythonOpenApi)("by Python's validators (skipped where they are not installed)", () => {
  const mail = { from: "a@shop.example", to: "b@shop.example", subject: "Hello", text: "Hi" };
  const right = [
    ...operations.flatMap(({ body }) => (body ? [{ schema: body.schema, value: body.example }] : [])),
    { schema: "SendMailRequest", value: mail },
    {
      schema: "SendMailRequest",
      value: { ...mail, tags: { campaign: "x" }, headers: { "X-A": "ü" }, cc: ["c@d.example"] },
    },
    {
      schema: "SendMailRequest",
      value: { from: mail.from, to: mail.to, template: { id: "tpl_1", version: 2 }, data: { name: "Ada" } },
    },
    { schema: "ListEventsQuery", value: { tag: "campaign:autumn\nharvest", limit: "100" } },
    { schema: "Attachment", value: { name: "a.pdf", content: "AAAA", type: "application/pdf" } },
  ];
  const wrong = [
    { schema: "SendMailRequest", value: { ...mail, subject: undefined } },
    { schema: "SendMailRequest", value: { ...mail, subject: "Hello\r\nBcc: eve@shop.example" } },
    { schema: "SendMailRequest", value: { ...mail, subjct: "Hello" } },
    { schema: "SendMailRequest", value: { ...mail, to: [""] } },
    { schema: "SendMailRequest", value: { ...mail, tags: { "a b": "c" } } },
    { schema: "SendMailRequest", value: { from: mail.from, to: mail.to, template: "order" } },
    { schema: "ListEventsQuery", value: { tag: "campaign" } },
    { schema: "ListEventsQuery", value: { period: "8d" } },
    { schema: "Attachment", value: { name: "a\nb.pdf", content: "AAAA" } },
    { schema: "Attachment", value: { name: "a.pdf", content: "AAAA", type: "pdf" } },
    { schema: "ChangeSettingsRequest", value: { retentionDays: 1.5 } },
  ] as const;

  it("the document is OpenAPI 3.1, and its schemas take what ours take and refuse what ours refuse", () => {
    const { faults, accepted } = validateWithPython(document, [...right, ...wrong]);

    expect(faults).toEqual([]);
    expect(accepted).toEqual([...right.map(() => true), ...wrong.map(() => false)]);
    for (const { schema, value } of wrong) expect(v.safeParse(schemas[schema], value).success).toBe(false);
  });
});

test("anyone is answered the document, with the address that they have reached", async () => {
  const handler = publicHttpHandler({ "GET /openapi.json": getOpenApi() });

  const { status, body, headers } = await call<OpenApiDocument>(handler, "GET /openapi.json", { actor: null });

  expect(status).toBe(200);
  expect(headers).toMatchObject({
    "content-type": "application/json; charset=utf-8",
    "cache-control": "public, max-age=300",
  });
  expect(body).toEqual({ ...document, servers: [{ url: "https://api.shop.example" }] });
});
