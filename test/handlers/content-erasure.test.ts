// Erasing a person takes the content of their mail, too: at once, and again when nothing is under way any more.
import { ScanCommand } from "@aws-sdk/lib-dynamodb";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { KeptMail } from "../../shared/store/contents.ts";
import type { RecipientExport } from "../../shared/contract/api/recipient-rights.ts";
import { adasKey, call, type RequestParts } from "../support/api-request.ts";
import { captureOutput } from "../support/captured-output.ts";
import { nowMs } from "../support/projected-ledger.ts";
import { startRecipientRights, type RecipientRights } from "../support/recipient-rights.ts";

const tenantId = "ten_ada";
const keeping = { days: 30, key: btoa("k".repeat(32)) };

let rights: RecipientRights;
beforeEach(async () => {
  captureOutput();
  rights = await startRecipientRights();
});
afterEach(() => rights.stop());

const keep = (mailId: string, recipients: string[], of = tenantId) =>
  rights.contents.recordContent(of, keeping, {
    mailId,
    content: { subject: mailId, html: "<p>Dear Ada</p>" },
    sentAtMs: nowMs,
    messages: recipients.map((recipient) => ({ messageId: `${mailId}-${recipient}`, recipient })),
  } satisfies KeptMail);
const isKept = async (messageId: string, of = tenantId) =>
  (await rights.contents.findContent(of, keeping, messageId, nowMs)) !== undefined;
const erase = (address: string) => call(rights.handler, "DELETE /recipients/{address}", { path: { address } });
const everything = async () => {
  const { Items = [] } = await rights.db.client.send(new ScanCommand({ TableName: "Contents" }));
  return Items.map(({ pk, sk }) => `${pk} ${sk}`);
};

test("the content of all mail to the person is gone with the answer, and no other", async () => {
  await keep("mai_1", ["ada@example.com"]);
  await keep("mai_2", ["ada@example.com", "eve@example.com"]);
  await keep("mai_3", ["eve@example.com"]);
  await keep("mai_4", ["ada@example.com"], "ten_bob");

  expect((await erase("ADA@example.com")).status).toBe(202);

  expect(await isKept("mai_1-ada@example.com")).toBe(false);
  expect(await isKept("mai_2-ada@example.com")).toBe(false);
  // It was the same content, and may have told of her.
  expect(await isKept("mai_2-eve@example.com")).toBe(false);
  expect(await isKept("mai_3-eve@example.com")).toBe(true);
  expect(await isKept("mai_4-ada@example.com", "ten_bob")).toBe(true);
  expect((await everything()).filter((key) => key.includes("ten_ada") && key.includes("ada@"))).toEqual([]);
});

test("what was kept while the request ran goes with the sweep", async () => {
  await erase("ada@example.com");
  await keep("mai_1", ["ada@example.com"]);

  await rights.settle();

  expect(await everything()).toEqual([]);
  expect(rights.errors).toEqual([]);
});

test("an erasure that broke off is finished by the next, however much there is", async () => {
  const mails = Array.from({ length: 60 }, (_, index) => `mai_${index}`);
  for (const mailId of mails) await keep(mailId, ["ada@example.com"]);

  await rights.contents.eraseContents(tenantId, "ada@example.com", { maxMessages: 20 });
  const left = (await everything()).length;
  await rights.contents.eraseContents(tenantId, "ada@example.com");

  expect(left).toBe((60 - 25) * 3);
  expect(await everything()).toEqual([]);
});

const exportOf = async (parts: Pick<RequestParts, "actor" | "query"> = {}) => {
  const request = { path: { address: "ada@example.com" }, ...parts };
  return (await call<RecipientExport>(rights.handler, "GET /recipients/{address}/export", request)).body;
};

test("the export has what was kept of the person's mail for who is signed in, and says that it has not for a key", async () => {
  await rights.keepings.setContentDays(tenantId, 30);
  const own = (await rights.keepings.findContentKeeping(tenantId))!;
  const messages = [
    { messageId: "message-1", recipient: "ada@example.com" },
    { messageId: "message-2", recipient: "eve@example.com" },
  ];
  const content = { subject: "Your key", html: "<p>Dear Ada</p>", text: "Dear Ada" };
  await rights.contents.recordContent(tenantId, own, { mailId: "mai_1", content, sentAtMs: nowMs, messages });

  const forUser = await exportOf();
  const forKey = await exportOf({ actor: adasKey });

  const expiresAt = new Date(nowMs + 30 * 86_400_000).toISOString();
  expect(forUser.contents).toEqual([{ messageId: "message-1", ...content, expiresAt }]);
  expect(forUser).not.toHaveProperty("withoutContents");
  expect(forKey).toMatchObject({ contents: [], withoutContents: true });
});

test("large contents come page by page, each once", async () => {
  await rights.keepings.setContentDays(tenantId, 30);
  const own = (await rights.keepings.findContentKeeping(tenantId))!;
  for (const index of [1, 2, 3])
    await rights.contents.recordContent(tenantId, own, {
      mailId: `mai_${index}`,
      content: { subject: `Mail ${index}`, html: "x".repeat(index === 3 ? 3_900_000 : 900_000) },
      sentAtMs: nowMs,
      messages: [{ messageId: `message-${index}`, recipient: "ada@example.com" }],
    });

  const first = await exportOf();
  const second = await exportOf({ query: { cursor: first.cursor! } });

  const subjects = [first, second].map(({ contents }) => contents.map(({ subject }) => subject));
  expect(subjects).toEqual([["Mail 1", "Mail 2"], ["Mail 3"]]);
  expect(second.cursor).toBeUndefined();
});
