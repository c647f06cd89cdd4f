// POST /mail/bulk/preview: the real handler over the laptop's DynamoDB.
import { expect, test } from "vitest";
import type { BulkPage, BulkPreview } from "../../shared/contract/api/bulk.ts";
import type { ErrorBody } from "../../shared/contract/error.ts";
import { previewBulk } from "../../lambdas/mail/bulk/preview-bulk.ts";
import { httpHandler } from "../../lambdas/runtime/http.ts";
import type { Connection } from "../../shared/store/connections.ts";
import { adasKey, bob, call } from "../support/api-request.ts";
import { bulk, people } from "../support/bulk-setup.ts";
import { beforeEachBulkTest, type BulkTest } from "../support/bulk-tests.ts";

let { time, ses, setup } = {} as BulkTest;
beforeEachBulkTest((made) => ({ time, ses, setup } = made));

const preview = (body: Record<string, unknown>, parts = {}) =>
  setup.request<BulkPreview & ErrorBody>("POST /mail/bulk/preview", { ...parts, body: { ...bulk, ...body } });

test("a preview tells whom a bulk would go to and shows the first mail, and sends nothing", async () => {
  const { status, body } = await preview({ subject: "For {{name}}", html: "<p>{{name}}</p>", recipients: people(3) });
  await setup.passTime(5000);
  const listed = await setup.request<BulkPage>("GET /mail/bulk");

  expect([status, body]).toEqual([
    200,
    {
      connection: "con_a",
      recipients: 3,
      repeated: 0,
      invalid: 0,
      problems: [],
      first: { recipient: "p0@people.example", subject: "For P0", html: "<p>P0</p>", text: "P0" },
    },
  ]);
  expect(listed.body.items).toEqual([]);
  expect(ses.account("con_a").accepted).toEqual([]);
});

test("a preview names each row that nobody can be mailed by, with its line, and shows the first that can", async () => {
  const csv = [
    "email,name",
    "nobody,Nobody",
    '"Ada <ada@people.example>","Ada',
    'Lovelace"',
    ",",
    "ADA@people.example,Again",
    "eve@people.example,Eve",
  ].join("\r\n");

  const { body } = await preview({ subject: "News", html: "<p>{{name}}</p>", csv });

  expect(body).toMatchObject({ recipients: 2, repeated: 1, invalid: 1 });
  expect(body.problems).toEqual([
    {
      recipient: "nobody",
      line: 2,
      code: "invalid_address",
      message: expect.stringContaining("one address") as string,
    },
  ]);
  expect(body.first).toMatchObject({ recipient: "Ada <ada@people.example>", html: "<p>Ada\r\nLovelace</p>" });
});

test("a preview names whoever lacks data that the mail needs", async () => {
  const { body } = await preview({ recipients: ["eve@people.example", ...people(1)] });

  expect(body).toMatchObject({ recipients: 1, invalid: 1, first: { recipient: "p0@people.example" } });
  expect(body.problems).toEqual([
    { recipient: "eve@people.example", code: "invalid_data", message: expect.stringContaining("data.name") as string },
  ]);
});

test("a preview counts all problems, and tells a hundred of them", async () => {
  const { body } = await preview({ recipients: Array.from({ length: 150 }, (_, index) => `nobody-${index}`) });

  expect([body.recipients, body.invalid, body.problems.length, body.first]).toEqual([0, 150, 100, undefined]);
});

test("a preview that takes too long stops trying, and counts whoever is left as someone who can be mailed", async () => {
  let nowMs = 0;
  const handler = httpHandler({
    "POST /mail/bulk/preview": previewBulk({
      templates: setup.stores.templates,
      getSendingConnection: async () => ({ connectionId: "con_a" }) as Connection,
      clock: () => (nowMs += 3000),
    }),
  });
  const body = {
    ...bulk,
    recipients: ["a@people.example", "b@people.example", "c@people.example", "d@people.example"],
  };

  const answer = await call<BulkPreview>(handler, "POST /mail/bulk/preview", { actor: adasKey, body });

  expect(answer.body.problems.map(({ recipient }) => recipient)).toEqual(["a@people.example", "b@people.example"]);
  expect(answer.body.recipients).toBe(2);
});

test("a preview shows where the recipient's own link to unsubscribe stands", async () => {
  const html = '<p>{{name}}</p><a href="{{unsubscribeUrl}}">Leave</a>';

  const { body } = await preview({ html, unsubscribe: true, recipients: people(1) });

  expect(body.first?.html).toContain('href="https://unsubscribe.example/"');
  expect(body.first?.text).toContain("https://unsubscribe.example/");
});

test.each([
  [{ csv: "email,name\nada@people.example" }, "csv"],
  [{ html: "{{#if name}}", recipients: people(1) }, "html"],
  [{ recipients: [] }, "recipients"],
])("what a bulk refuses as a whole its preview refuses, too: %j", async (body, path) => {
  const answer = await preview(body);

  expect([answer.status, answer.body.error.details?.[0]?.path]).toEqual([400, path]);
});

test("a preview is of one's own connections and templates alone", async () => {
  const content = { name: "Winter", subject: "Winter", html: "<p>Dear {{name}}</p>" };
  const change = { content, atIso: "2026-11-23T08:00:00.000Z", by: "key_ada" };
  await time.runUntil(setup.stores.templates.createTemplate("ten_ada", "tpl_1", change));
  setup.connect("ten_bob", "con_b");
  const fromTemplate = { subject: undefined, html: undefined, template: "tpl_1", recipients: people(1) };

  const own = await preview(fromTemplate);
  const template = await preview(fromTemplate, { actor: bob });
  const connection = await preview({ connection: "con_a", recipients: people(1) }, { actor: bob });

  expect(own.body.first?.subject).toBe("Winter");
  expect([own.status, template.status, connection.status]).toEqual([200, 404, 404]);
});
