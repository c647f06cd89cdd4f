// The content of sent mail: kept only where the tenant wants it, seen by its people alone, and gone when it is to be gone.
import { ScanCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { getMessageContent } from "../../lambdas/contents/operations.ts";
import { createContentKeeper } from "../../lambdas/mail/keep-content.ts";
import { httpHandler } from "../../lambdas/runtime/http.ts";
import { changeSettings, getSettings, type SettingsDeps } from "../../lambdas/settings/operations.ts";
import type { MessageContentView } from "../../shared/contract/api/contents.ts";
import type { SendMailResponse } from "../../shared/contract/api/mail.ts";
import type { SettingsView } from "../../shared/contract/api/settings.ts";
import { createSettings } from "../../shared/store/settings.ts";
import { ada, adasKey, bob, call, type RequestParts } from "../support/api-request.ts";
import { captureOutput } from "../support/captured-output.ts";
import { startDynamoDb, type LocalDynamoDb } from "../support/dynamodb.ts";
import { setUpMail, type MailSetup } from "../support/mail-setup.ts";

const dayMs = 86_400_000;
const minuteMs = 60_000;

let dynamodb: LocalDynamoDb;
let tableName: string;
let setup: MailSetup;
let output: ReturnType<typeof captureOutput>;
let tables = 0;

beforeAll(async () => {
  dynamodb = await startDynamoDb();
});
afterAll(() => dynamodb.stop());
beforeEach(async () => {
  output = captureOutput();
  tableName = await dynamodb.createDirectoryTable(`Directory${(tables += 1)}`);
  setup = await setUpMail(dynamodb, tableName);
  await setup.connect();
  return setup.stop;
});

const handler = () => {
  const clock = () => setup.time.nowMs;
  const deps: SettingsDeps = {
    settings: createSettings({ client: dynamodb.client, tableName }),
    keepings: setup.keepings,
    rewrites: { send: async () => undefined },
    clock,
  };
  return httpHandler({
    "GET /settings": getSettings(deps),
    "PUT /settings": changeSettings(deps),
    "GET /messages/{messageId}/content": getMessageContent({ ...setup, clock }),
  });
};
const set = (body: object, parts: RequestParts = {}) =>
  call<SettingsView>(handler(), "PUT /settings", { body, ...parts });
const contentOf = (messageId: string, parts: RequestParts = {}) =>
  call<MessageContentView>(handler(), "GET /messages/{messageId}/content", { path: { messageId }, ...parts });
const idsOf = ({ body }: { body: SendMailResponse }): string[] =>
  body.recipients.flatMap((result) => (result.status === "sent" ? [result.messageId] : []));
const stored = async (table = `${tableName}Contents`) =>
  (await dynamodb.client.send(new ScanCommand({ TableName: table }))).Items ?? [];

const html = `<p>Dear Ada, <a href="https://shop.example/reset?token=t0k3n">reset</a></p>`;

describe("as long as nobody asked for it", () => {
  test("nothing is kept", async () => {
    const [messageId = ""] = idsOf(await setup.send({ html }));

    expect((await call<SettingsView>(handler(), "GET /settings")).body.contentDays).toBe(0);
    expect(await stored()).toEqual([]);
    expect(await contentOf(messageId)).toMatchObject({
      status: 404,
      body: { error: { message: expect.stringContaining("settings") as string } },
    });
  });
});

describe("a tenant that keeps content", () => {
  beforeEach(async () => {
    await set({ contentDays: 30 });
  });

  test("sees subject, HTML and text as they were sent, until its days are over", async () => {
    const sentAtMs = setup.time.nowMs;
    const [messageId = ""] = idsOf(await setup.send({ subject: "Reset", html, text: undefined }));

    const seen = await contentOf(messageId);

    expect(seen).toMatchObject({ status: 200 });
    expect(seen.body).toEqual({
      messageId,
      subject: "Reset",
      html,
      text: "Dear Ada, reset <https://shop.example/reset?token=t0k3n>",
      keptUntil: new Date(sentAtMs + 30 * dayMs).toISOString(),
    });
    setup.time.nowMs = sentAtMs + 30 * dayMs;
    expect((await contentOf(messageId)).status).toBe(404);
  });

  test("keeps the content of a mail once, whoever it went to", async () => {
    const ids = idsOf(await setup.send({ html, to: ["ada@example.com", "eve@example.com", "joe@example.com"] }));

    expect(await Promise.all(ids.map(async (id) => (await contentOf(id)).body.html))).toEqual([html, html, html]);
    expect((await stored()).filter(({ data }) => data !== undefined)).toHaveLength(1);
  });

  test("keeps no attachments", async () => {
    const attachment = btoa(String.fromCodePoint(...crypto.getRandomValues(new Uint8Array(30_000))));

    await setup.send({ html, attachments: [{ name: "bill.pdf", content: attachment }] });

    const kept = (await stored()).flatMap(({ data }) => (data === undefined ? [] : [(data as Uint8Array).length]));
    expect(kept).toHaveLength(1);
    expect(kept[0]).toBeLessThan(1000);
  });

  test("sees what a template made", async () => {
    const content = { name: "n", subject: "Hi {{name}}", html: "<p>{{name}}</p>" };
    await setup.templates.createTemplate("ten_ada", "tpl_1", { content, atIso: "2026-11-23T07:00:00Z", by: "sub-ada" });

    const [messageId = ""] = idsOf(
      await setup.send({ subject: undefined, text: undefined, template: "tpl_1", data: { name: "<Ada>" } }),
    );

    expect((await contentOf(messageId)).body).toMatchObject({ subject: "Hi <Ada>", html: "<p>&lt;Ada&gt;</p>" });
  });

  test("sees a mail of four megabytes, too", async () => {
    // Random bytes hardly compress.
    const random = () => btoa(String.fromCodePoint(...crypto.getRandomValues(new Uint8Array(60_000))));
    const text = Array.from({ length: 48 }, random).join("\n");

    const [messageId = ""] = idsOf(await setup.send({ text }));

    expect((await contentOf(messageId)).body.text).toBe(text);
  });

  test("stores nothing that can be read in the table, and logs nothing of it", async () => {
    await setup.send({ subject: "A secret subject", html });

    const written = (await stored()).map(({ data, ...item }) => [JSON.stringify(item), data as Uint8Array | undefined]);
    for (const [item, data] of written) {
      expect(item).not.toMatch(/secret|t0k3n/);
      expect(data === undefined ? "" : new TextDecoder("latin1").decode(data as Uint8Array)).not.toMatch(
        /secret|t0k3n/,
      );
    }
    expect(output.text()).not.toMatch(/secret subject|t0k3n/);
  });

  test("keeps nothing of a mail that nobody got", async () => {
    await setup.suppress("ten_ada", "ada@example.com");

    await setup.send({ html });

    expect(await stored()).toEqual([]);
  });

  test("mails all the same when the content cannot be kept", async () => {
    const recordContent = () => Promise.reject(new Error("the table is away"));
    const keepContent = createContentKeeper({ keepings: setup.keepings, contents: { recordContent }, clock: () => 0 });

    const answer = await setup.send({ html }, {}, { keepContent });

    expect(answer.status).toBe(202);
    expect(output.text()).toContain("could not be kept");
  });

  test("shows it to its own people alone", async () => {
    const [messageId = ""] = idsOf(await setup.send({ html }));
    await set({ contentDays: 30 }, { actor: bob });

    expect((await contentOf(messageId, { actor: ada })).status).toBe(200);
    expect((await contentOf(messageId, { actor: adasKey })).status).toBe(403);
    expect((await contentOf(messageId, { actor: bob })).status).toBe(404);
  });

  test("that gives it fewer days hides what is older at once", async () => {
    const [messageId = ""] = idsOf(await setup.send({ html }));
    setup.time.nowMs += 5 * dayMs;

    await set({ contentDays: 5 });

    expect((await contentOf(messageId)).status).toBe(404);
  });

  test("keeps none longer than the message itself", async () => {
    await set({ retentionDays: 3 });
    setup.time.nowMs += minuteMs;
    const sentAtMs = setup.time.nowMs;

    const [messageId = ""] = idsOf(await setup.send({ html }));

    expect((await contentOf(messageId)).body.keptUntil).toBe(new Date(sentAtMs + 3 * dayMs).toISOString());
    const seconds = (await stored()).map(({ expiresAtSeconds }) => expiresAtSeconds as number);
    expect(new Set(seconds)).toEqual(new Set([Math.ceil((sentAtMs + 3 * dayMs) / 1000)]));
  });

  test("that keeps none any more destroys what it kept, for good", async () => {
    const [messageId = ""] = idsOf(await setup.send({ html }));

    const off = await set({ contentDays: 0 });
    const whileOff = await contentOf(messageId);
    await set({ contentDays: 30 });
    setup.time.nowMs += minuteMs;
    const [later = ""] = idsOf(await setup.send({ html }));

    expect(off.body.contentDays).toBe(0);
    expect(whileOff.status).toBe(404);
    expect((await contentOf(messageId)).status).toBe(404);
    expect((await contentOf(later)).status).toBe(200);
  });

  test("is told the same setting that it made, and its key by nobody", async () => {
    const { body } = await set({ contentDays: 365 });

    expect(body).toEqual({ retentionDays: 400, contentDays: 365 });
  });
});

describe("the setting", () => {
  test.each([[-1], [366], [1.5], ["30"], [null]])("is refused as %j", async (contentDays) => {
    const refused = await set({ contentDays });

    expect(refused).toMatchObject({ status: 400, body: { error: { details: [{ path: "contentDays" }] } } });
  });

  test("needs something to change, and a person to change it", async () => {
    expect((await set({})).status).toBe(400);
    expect((await set({ contentDays: 30 }, { actor: adasKey })).status).toBe(403);
  });
});
