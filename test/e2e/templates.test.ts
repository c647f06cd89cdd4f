// A template's life over the real stacks: written with an app's key, tried, tested, sent from, seen as it was sent, erased.
import { afterAll, beforeAll, expect, it } from "vitest";
import type { CreatedApiKey } from "../../shared/contract/api/api-keys.ts";
import type { ConnectionView, VerifyConnectionResponse } from "../../shared/contract/api/connections.ts";
import type { MessageContentView } from "../../shared/contract/api/contents.ts";
import type { SendMailResponse } from "../../shared/contract/api/mail.ts";
import type { SettingsView } from "../../shared/contract/api/settings.ts";
import type { TemplatePage, TemplatePreview, TemplateView } from "../../shared/contract/api/templates.ts";
import type { ErrorBody } from "../../shared/contract/error.ts";
import { customerAccountId, laptopRegion } from "../../local/laptop.ts";
import { apiOf, eventually, type Api } from "../support/api.ts";
import { startTestLaptop, type TestLaptop } from "../support/laptop.ts";

let laptop: TestLaptop;
let owner: Api;
let app: Api;

const from = "Shop <hello@shop.example>";
const order = {
  name: "Order",
  subject: "Order {{number}}",
  html: "<p>Dear {{name}}</p>{{#each items}}<p>{{this}}</p>{{/each}}",
};
const data = { name: "Ada & co", number: 7, items: ["Tea", "<Milk>"] };

beforeAll(async () => {
  laptop = await startTestLaptop();
  laptop.cloud.userPools.addConfirmedUser(laptop.userPoolId, "owner@shop.example", "Open-Sesame-2026");
  const { IdToken } = await laptop.cloud.userPools.signIn(laptop.userPoolId, "owner@shop.example", "Open-Sesame-2026");
  owner = apiOf(laptop.apiUrl, IdToken);
  const { body: connection } = await owner<ConnectionView>("POST", "/connections", {
    accountId: customerAccountId,
    region: laptopRegion,
  });
  await laptop.deployConnection(customerAccountId, connection.templateParameters);
  await eventually(
    () => owner<VerifyConnectionResponse>("GET", `/verify-sts?connection=${connection.connectionId}`),
    ({ body }) => body.connection.state === "verified",
  );
  const { body } = await owner<CreatedApiKey>("POST", "/api-keys", { name: "Shop" });
  app = apiOf(laptop.apiUrl, body.key);
});

afterAll(() => laptop?.stop());

const inboxOf = async (address: string): Promise<{ subject: string }[]> => {
  const response = await fetch(`${laptop.inboxUrl}/api/messages?to=${encodeURIComponent(address)}`);
  return ((await response.json()) as { messages: { subject: string }[] }).messages;
};

it("a template is written, tried, tested, sent from, seen as it was sent, and its content erased with the person", async () => {
  // First of all: a process that has sent remembers for half a minute that nothing is kept.
  expect((await owner<SettingsView>("PUT", "/settings", { contentDays: 30 })).body.contentDays).toBe(30);
  const { status, body: made } = await app<TemplateView>("POST", "/templates", order);
  expect([status, made.version]).toEqual([201, 1]);
  const { templateId } = made;
  const next = await app<TemplateView>("PUT", `/templates/${templateId}`, {
    ...order,
    subject: "Your order {{number}}",
  });
  expect(next.body.version).toBe(2);
  const { body: listed } = await app<TemplatePage>("GET", "/templates");
  expect(listed.items.map((item) => [item.templateId, item.version])).toEqual([[templateId, 2]]);
  expect((await app<ErrorBody>("POST", "/templates", { ...order, html: "{{#if a}}" })).status).toBe(400);

  const { body: preview } = await app<TemplatePreview>("POST", `/templates/${templateId}/preview`, { data });
  expect(preview).toMatchObject({
    subject: "Your order 7",
    html: "<p>Dear Ada &amp; co</p><p>Tea</p><p>&lt;Milk&gt;</p>",
    text: "Dear Ada & co\n\nTea\n\n<Milk>",
    problems: [],
  });
  const tested = await app<SendMailResponse>("POST", `/templates/${templateId}/test`, {
    from,
    to: "eve@shop.example",
    data,
  });
  expect(tested.status).toBe(202);
  const inbox = await eventually(
    () => inboxOf("eve@shop.example"),
    (mails) => mails.length > 0,
  );
  expect(inbox.map(({ subject }) => subject)).toEqual(["[Test] Your order 7"]);

  const incomplete = await app<ErrorBody>("POST", "/mail", {
    from,
    to: "ada@people.example",
    template: templateId,
    data: { number: 7 },
  });
  expect(incomplete).toMatchObject({
    status: 400,
    body: { error: { details: [{ path: "data.name" }, { path: "data.items" }] } },
  });
  expect(await inboxOf("ada@people.example")).toEqual([]);

  const named = { template: { id: templateId, version: 1 }, data };
  const { body: sent } = await app<SendMailResponse>("POST", "/mail", { from, to: "ada@people.example", ...named });
  const [recipient] = sent.recipients;
  expect(recipient).toMatchObject({ status: "sent" });
  const messageId = recipient?.status === "sent" ? recipient.messageId : "";

  const content = await owner<MessageContentView>("GET", `/messages/${messageId}/content`);
  expect(content).toMatchObject({ status: 200, body: { subject: "Order 7", html: preview.html, text: preview.text } });
  expect((await app<ErrorBody>("GET", `/messages/${messageId}/content`)).status).toBe(403);
  await owner("DELETE", "/recipients/ada%40people.example");
  expect((await owner<ErrorBody>("GET", `/messages/${messageId}/content`)).status).toBe(404);

  expect((await owner("DELETE", `/templates/${templateId}`)).status).toBe(204);
  expect((await app<ErrorBody>("POST", "/mail", { from, to: "joe@people.example", ...named })).status).toBe(404);
});
