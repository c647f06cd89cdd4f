// Templates through their routes: versions that never change, faults told when saving, previews, and each tenant alone.
import { PutCommand, ScanCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  changeTemplate,
  createTemplate,
  deleteTemplate,
  getTemplate,
  listTemplates,
  listTemplateVersions,
  type TemplatesDeps,
} from "../../lambdas/templates/operations.ts";
import { previewContent, previewTemplate } from "../../lambdas/templates/preview.ts";
import { createCursors } from "../../lambdas/runtime/cursor.ts";
import { httpHandler, type HttpHandler } from "../../lambdas/runtime/http.ts";
import {
  templatesPerPage,
  versionsPerPage,
  type TemplatePage,
  type TemplatePreview,
  type TemplateVersionPage,
  type TemplateView,
} from "../../shared/contract/api/templates.ts";
import type { ErrorBody } from "../../shared/contract/error.ts";
import { createTemplates, maxVersions } from "../../shared/store/templates.ts";
import { ada, adasKey, bob, call, type RequestParts } from "../support/api-request.ts";
import { captureOutput } from "../support/captured-output.ts";
import { startDynamoDb, type LocalDynamoDb } from "../support/dynamodb.ts";

let dynamodb: LocalDynamoDb;
let tableName: string;
let deps: TemplatesDeps;
let handler: HttpHandler;
let nowMs: number;
let tables = 0;

/** As another instance of the function would have them: nothing is remembered. */
const freshTemplates = () => createTemplates({ client: dynamodb.client, tableName });

beforeAll(async () => {
  dynamodb = await startDynamoDb();
});
afterAll(() => dynamodb.stop());
beforeEach(async () => {
  captureOutput();
  tableName = await dynamodb.createDirectoryTable(`Directory${(tables += 1)}`);
  nowMs = Date.parse("2026-11-23T08:00:00Z");
  let made = 100;
  deps = {
    templates: freshTemplates(),
    cursors: createCursors(async () => "a secret of the test"),
    clock: () => nowMs,
    newTemplateId: () => `tpl_${(made += 1)}`,
  };
  handler = httpHandler({
    "GET /templates": listTemplates(deps),
    "POST /templates": createTemplate(deps),
    "POST /templates/preview": previewContent(),
    "GET /templates/{templateId}": getTemplate(deps),
    "PUT /templates/{templateId}": changeTemplate(deps),
    "DELETE /templates/{templateId}": deleteTemplate(deps),
    "GET /templates/{templateId}/versions": listTemplateVersions(deps),
    "POST /templates/{templateId}/preview": previewTemplate(deps),
  });
});

const put = (item: Record<string, unknown>) =>
  dynamodb.client.send(new PutCommand({ TableName: tableName, Item: item }));
const stored = async () => (await dynamodb.client.send(new ScanCommand({ TableName: tableName }))).Items;

const order = { name: "Order", subject: "Order {{number}}", html: "<p>Dear {{name}}</p>" };
const id = "tpl_101";

const make = (body: object = order, parts: RequestParts = {}) =>
  call<TemplateView>(handler, "POST /templates", { body, ...parts });
const change = (body: object, parts: RequestParts = {}) =>
  call<TemplateView>(handler, "PUT /templates/{templateId}", { path: { templateId: id }, body, ...parts });
const get = (parts: RequestParts = {}) =>
  call<TemplateView>(handler, "GET /templates/{templateId}", { path: { templateId: id }, ...parts });
const remove = (parts: RequestParts = {}) =>
  call(handler, "DELETE /templates/{templateId}", { path: { templateId: id }, ...parts });
const list = (parts: RequestParts = {}) => call<TemplatePage>(handler, "GET /templates", parts);
const versions = (parts: RequestParts = {}) =>
  call<TemplateVersionPage>(handler, "GET /templates/{templateId}/versions", { path: { templateId: id }, ...parts });
const preview = (body: object, parts: RequestParts = {}) =>
  call<TemplatePreview>(handler, "POST /templates/{templateId}/preview", { path: { templateId: id }, body, ...parts });

const errorOf = ({ body }: { body: unknown }) => (body as ErrorBody).error;

describe("versions", () => {
  test("a template begins with version 1 and tells the names that it uses", async () => {
    const made = await make({
      ...order,
      name: "  Order ",
      text: "{{#if note}}{{note}}{{/if}}",
      unsubscribe: { list: "news" },
    });

    expect(made).toMatchObject({ status: 201 });
    expect(made.body).toEqual({
      templateId: id,
      version: 1,
      name: "Order",
      subject: "Order {{number}}",
      html: "<p>Dear {{name}}</p>",
      text: "{{#if note}}{{note}}{{/if}}",
      unsubscribe: { list: "news" },
      variables: [
        { name: "number", optional: false },
        { name: "name", optional: false },
        { name: "note", optional: true },
      ],
      createdAt: "2026-11-23T08:00:00.000Z",
    });
    expect((await get()).body).toEqual(made.body);
  });

  test("each change makes the next version, and leaves those before as they were", async () => {
    const first = (await make()).body;
    nowMs += 60_000;

    const second = await change({ ...order, subject: "Your order {{number}}" }, { actor: adasKey });

    expect(second).toMatchObject({ status: 200, body: { version: 2, subject: "Your order {{number}}" } });
    expect((await get()).body).toEqual(second.body);
    expect((await get({ query: { version: "1" } })).body).toEqual(first);
    expect((await versions()).body.items).toEqual([
      {
        version: 2,
        name: "Order",
        subject: "Your order {{number}}",
        createdAt: "2026-11-23T08:01:00.000Z",
        createdBy: "key_ada",
      },
      {
        version: 1,
        name: "Order",
        subject: "Order {{number}}",
        createdAt: "2026-11-23T08:00:00.000Z",
        createdBy: "sub-ada",
      },
    ]);
    expect((await list()).body.items).toEqual([
      {
        templateId: id,
        name: "Order",
        version: 2,
        createdAt: "2026-11-23T08:00:00.000Z",
        updatedAt: "2026-11-23T08:01:00.000Z",
      },
    ]);
  });

  test("saving what is there already makes no version", async () => {
    await make();

    expect((await change(order)).body.version).toBe(1);
    expect((await change({ ...order, unsubscribe: true })).body.version).toBe(2);
    expect((await change({ ...order, unsubscribe: true })).body.version).toBe(2);
  });

  test("a change made upon an older version is refused", async () => {
    await make();
    await change({ ...order, subject: "second" });

    const late = await change({ ...order, subject: "also second", ifVersion: 1 });
    const upToDate = await change({ ...order, subject: "third", ifVersion: 2 });

    expect(late).toMatchObject({ status: 409, body: { error: { code: "conflict" } } });
    expect(upToDate).toMatchObject({ status: 200, body: { version: 3, subject: "third" } });
  });

  test("of two changes at once one wins and the other is told so", async () => {
    await make();

    const both = await Promise.all([change({ ...order, subject: "one" }), change({ ...order, subject: "two" })]);

    expect(both.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409]);
    const winner = both.find(({ status }) => status === 200)!.body;
    expect(await freshTemplates().getTemplate("ten_ada", id)).toMatchObject({ version: 2, subject: winner.subject });
  });

  test("there are no more versions than a template can have", async () => {
    await make();
    await put({ pk: "TENANT#ten_ada", sk: `TEMPLATE#${id}`, templateId: id, name: "Order", version: maxVersions });
    await put({
      pk: `TEMPLATE#ten_ada#${id}`,
      sk: `VERSION#000${maxVersions}`,
      templateId: id,
      version: maxVersions,
      subject: "last",
    });

    expect(await change(order)).toMatchObject({ status: 409, body: { error: { code: "conflict" } } });
  });
});

test("a deleted template is gone with its versions, for other instances too", async () => {
  await make();
  await change({ ...order, subject: "second" });
  const elsewhere = freshTemplates();
  await elsewhere.getTemplate("ten_ada", id, 1);

  const removed = await remove();

  expect(removed.status).toBe(204);
  expect((await get()).status).toBe(404);
  expect((await get({ query: { version: "1" } })).status).toBe(404);
  expect((await list()).body.items).toEqual([]);
  await expect(elsewhere.getTemplate("ten_ada", id, 1)).rejects.toMatchObject({ code: "not_found" });
  expect(await stored()).toEqual([]);
  expect((await remove()).status).toBe(404);
});

test("a deletion that broke off is finished by the next, and nobody sees the template meanwhile", async () => {
  await make();
  await put({ pk: "TENANT#ten_ada", sk: `TEMPLATE#${id}`, templateId: id, name: "Order", version: 1, isLeaving: true });

  expect((await get()).status).toBe(404);
  expect((await change(order)).status).toBe(404);
  expect((await versions()).status).toBe(404);
  expect((await list()).body.items).toEqual([]);
  expect((await remove()).status).toBe(204);
  expect(await stored()).toEqual([]);
});

describe("what is wrong is said when saving", () => {
  test.each<[what: string, body: object, path: string, message: RegExp]>([
    ["no name", { ...order, name: " " }, "name", /needs a name/],
    ["no body", { name: "Order", subject: "x" }, "body", /needs html or text/],
    ["an empty subject", { ...order, subject: "" }, "subject", /must not be empty/],
    [
      "a link to leave in the subject",
      { ...order, subject: "Leave: {{ unsubscribeUrl }}" },
      "subject",
      /html and text/,
    ],
    ["a subject of two lines", { ...order, subject: "a\r\nBcc: eve@example.com" }, "subject", /line breaks/],
    ["a fault in the HTML", { ...order, html: "<p>\n  {{#if a}}</p>" }, "html", /^line 2, column 12: a tag or block/],
    ["a helper", { ...order, text: "{{upper name}}" }, "text", /^line 1, column 1: there is no helper upper/],
    ["an unknown field", { ...order, body: "x" }, "body", /is not a known field/],
    ["a list that is none", { ...order, unsubscribe: { list: "News!" } }, "unsubscribe.list", /must be/],
  ])("%s", async (_what, body, path, message) => {
    const refused = await make(body);

    expect(refused).toMatchObject({ status: 400 });
    expect(errorOf(refused).details).toEqual([{ path, message: expect.stringMatching(message) as string }]);
    expect((await list()).body.items).toEqual([]);
  });

  test("the faults of all parts at once", async () => {
    const refused = await make({ name: "Order", subject: "{{", html: "{{/if}}", text: "{{> x}}" });

    expect(errorOf(refused).details?.map(({ path }) => path)).toEqual(["subject", "html", "text"]);
  });

  test("a template that no item can hold", async () => {
    const refused = await make({ ...order, html: "é".repeat(150_000) });

    expect(refused).toMatchObject({ status: 413, body: { error: { code: "too_large" } } });
  });
});

describe("pages", () => {
  test("templates are listed the newest first, page by page", async () => {
    const made = templatesPerPage + 3;
    for (let count = 0; count < made; count += 1) await make();

    const first = (await list()).body;
    const second = (await list({ query: { cursor: first.cursor! } })).body;

    expect(first.items).toHaveLength(templatesPerPage);
    expect(first.items[0]?.templateId).toBe(`tpl_${100 + made}`);
    expect(second.items.map(({ templateId }) => templateId)).toEqual(["tpl_103", "tpl_102", "tpl_101"]);
    expect(second.cursor).toBeUndefined();
  });

  test("so are versions", async () => {
    await make();
    for (let count = 0; count < versionsPerPage; count += 1) await change({ ...order, subject: `Order ${count}` });

    const first = (await versions()).body;
    const second = (await versions({ query: { cursor: first.cursor! } })).body;

    expect(first.items.map(({ version }) => version)).toEqual(Array.from({ length: 20 }, (_, index) => 21 - index));
    expect(second.items.map(({ version }) => version)).toEqual([1]);
  });

  test("a cursor opens for its own list and tenant alone", async () => {
    await make();
    for (let count = 0; count < versionsPerPage; count += 1) await change({ ...order, subject: `Order ${count}` });
    await make();
    const { cursor = "" } = (await versions()).body;

    const refused = [
      await list({ query: { cursor } }),
      await versions({ path: { templateId: "tpl_102" }, query: { cursor } }),
      await list({ actor: bob, query: { cursor } }),
      await list({ query: { cursor: `${cursor}A` } }),
    ];

    expect(refused.map(({ status }) => status)).toEqual([400, 400, 400, 400]);
  });
});

describe("previews", () => {
  const content = {
    subject: "Order {{number}} for {{name}}",
    html: `<p>Dear {{name}}, <a href="https://shop.example/{{number}}">see</a></p>`,
  };

  test("show the mail as it would be sent, the text made from the HTML", async () => {
    await make({ name: "Order", ...content });

    const shown = await preview({ data: { name: "Ada & <co>", number: 7 } });

    expect(shown).toMatchObject({ status: 200 });
    expect(shown.body).toEqual({
      subject: "Order 7 for Ada & <co>",
      html: `<p>Dear Ada &amp; &lt;co&gt;, <a href="https://shop.example/7">see</a></p>`,
      text: "Dear Ada & <co>, see <https://shop.example/7>",
      variables: [
        { name: "number", optional: false },
        { name: "name", optional: false },
      ],
      problems: [],
    });
  });

  test("go as far as the data go, and tell what is missing", async () => {
    await make({ name: "Order", ...content });

    const { body } = await preview({ data: { name: {} } });

    expect(body.subject).toBe("Order  for ");
    expect(body.problems).toEqual([
      { path: "data.number", message: "is missing" },
      { path: "data.name", message: "is no text: name one of its members" },
    ]);
  });

  test.each([
    ["Ada\r\nBcc: eve@people.example", "puts a line break or control character into the subject"],
    ["a".repeat(1000), "makes the subject longer than 998 characters"],
  ])("tell of a subject that could not be sent: %j", async (name, message) => {
    await make({ name: "Order", ...content });

    const { body } = await preview({ data: { number: 7, name } });

    expect(body.problems).toEqual([{ path: "data", message }]);
  });

  test("name the data as a whole, where that is what a template prints", async () => {
    const { body } = await call<TemplatePreview>(handler, "POST /templates/preview", {
      body: { subject: "Hi", text: "{{this}}", data: { name: "Ada" } },
    });

    expect(body.problems).toEqual([{ path: "data", message: "is no text: name one of its members" }]);
  });

  test("are of the version that is asked for", async () => {
    await make({ ...order, subject: "one" });
    await change({ ...order, subject: "two" });

    expect((await preview({ version: 1 })).body.subject).toBe("one");
    expect((await preview({})).body.subject).toBe("two");
    expect((await preview({ version: 3 })).status).toBe(404);
  });

  test("work on what is not saved, and save nothing", async () => {
    const unsaved = (body: object) => call<TemplatePreview>(handler, "POST /templates/preview", { body });

    const shown = await unsaved({
      subject: "Hi {{name}}",
      text: "{{unsubscribeUrl}}",
      unsubscribe: true,
      data: { name: "Ada" },
    });
    const faulty = await unsaved({ subject: "Hi {{name", text: "x" });

    expect(shown.body).toMatchObject({ subject: "Hi Ada", text: "https://unsubscribe.example/", problems: [] });
    expect(errorOf(faulty)).toMatchObject({ code: "invalid_request", details: [{ path: "subject" }] });
    expect((await list()).body.items).toEqual([]);
  });

  test("that grow without end are given up", async () => {
    await make({ ...order, html: "{{#each a}}{{#each ../a}}{{#each ../../a}}x{{/each}}{{/each}}{{/each}}" });

    const refused = await preview({ data: { a: Array.from({ length: 500 }, () => 1) } });

    expect(refused).toMatchObject({ status: 413, body: { error: { code: "too_large" } } });
  });
});

test("an API key reads and writes templates and deletes none", async () => {
  await make(order, { actor: adasKey });

  const answers = [
    await get({ actor: adasKey }),
    await change({ ...order, subject: "x" }, { actor: adasKey }),
    await list({ actor: adasKey }),
    await preview({}, { actor: adasKey }),
    await remove({ actor: adasKey }),
  ];

  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 403]);
});

test("another tenant's template is not there", async () => {
  await make();

  const asBob = [
    await get({ actor: bob }),
    await get({ actor: bob, query: { version: "1" } }),
    await change(order, { actor: bob }),
    await versions({ actor: bob }),
    await preview({ data: { name: "x", number: 1 } }, { actor: bob }),
    await remove({ actor: bob }),
  ];

  expect(asBob.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404, 404]);
  expect((await list({ actor: bob })).body.items).toEqual([]);
  expect((await get({ actor: ada })).body.version).toBe(1);
});
