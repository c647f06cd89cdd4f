// Every route that names a thing, asked by another tenant for somebody's own: it is not there. A route that is added to the
// table of operations is tried by itself.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CreatedApiKey } from "../../shared/contract/api/api-keys.ts";
import type { BulkView } from "../../shared/contract/api/bulk.ts";
import type { ConnectionView } from "../../shared/contract/api/connections.ts";
import type { SendMailResponse } from "../../shared/contract/api/mail.ts";
import type { TemplateView } from "../../shared/contract/api/templates.ts";
import type { Operation } from "../../shared/contract/openapi/operation.ts";
import { operations } from "../../shared/contract/openapi/operations.ts";
import { eventually } from "../support/api.ts";
import { owner as ownersSignIn, startConnectedLaptop } from "../support/connected-laptop.ts";
import type { TestLaptop } from "../support/laptop.ts";

type Ask = <Body>(method: string, path: string, body?: unknown) => Promise<{ status: number; body: Body }>;

let laptop: TestLaptop;
let owner: Ask;
let intruder: Ask;
/** What the owner has, by the names that paths have for it. */
const own: Record<string, string> = {};

const signIn = async ({ email, password }: typeof ownersSignIn): Promise<Ask> => {
  const { IdToken } = await laptop.cloud.userPools.signIn(laptop.userPoolId, email, password);
  return async <Body>(method: string, path: string, body?: unknown) => {
    const response = await fetch(`${laptop.apiUrl}${path}`, {
      method,
      headers: { authorization: `Bearer ${IdToken}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.includes("application/json");
    return { status: response.status, body: (isJson ? JSON.parse(text) : undefined) as Body };
  };
};

const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString();
const mail = { from: "hello@shop.example", to: "ada@people.example", subject: "Hello", text: "Hello" };
const bulk = { from: mail.from, subject: "Hello", text: "Hello", recipients: ["ada@people.example"] };

const ask = (who: Ask, { method, path, body }: Operation) => {
  const example = body?.example as Record<string, unknown> | undefined;
  // The example's time may have passed.
  const time = Object.keys(example ?? {}).find((name) => /^scheduled_?at$/i.test(name));
  const named = path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(own[name] ?? expect.fail(`no ${name}`)),
  );
  return who<{ error?: { code: string } }>(
    method,
    path.endsWith("/export") ? `${named}?format=csv` : named,
    time === undefined ? example : { ...example, [time]: inAnHour() },
  );
};

/** An address is nobody's own: what another tenant has to do with it is told in test/handlers/recipients.test.ts. */
const naming = operations.filter(
  ({ path, caller }) => caller !== "anyone" && path.includes("{") && !path.includes("{address}"),
);

/** What ends a thing comes last. */
const rank = ({ method, path }: Operation): number =>
  method === "DELETE" ? 3 : path.endsWith("/cancel") ? 2 : method === "GET" ? 0 : 1;

beforeAll(async () => {
  ({ laptop } = await startConnectedLaptop());
  owner = await signIn(ownersSignIn);
  const stranger = { email: "intruder@evil.example", password: ownersSignIn.password };
  laptop.cloud.userPools.addConfirmedUser(laptop.userPoolId, stranger.email, stranger.password);
  intruder = await signIn(stranger);

  const { body: connections } = await owner<{ items: ConnectionView[] }>("GET", "/connections");
  const { body: sent } = await owner<SendMailResponse>("POST", "/mail", mail);
  const { body: later } = await owner<SendMailResponse>("POST", "/mail", { ...mail, scheduledAt: inAnHour() });
  const { body: email } = await owner<{ id: string }>("POST", "/emails", { ...mail, scheduled_at: inAnHour() });
  const { body: bulkLater } = await owner<BulkView>("POST", "/mail/bulk", { ...bulk, scheduledAt: inAnHour() });
  const { body: template } = await owner<TemplateView>("POST", "/templates", {
    name: "Order",
    subject: "Your order",
    html: "<p>Dear {{name}}</p>",
  });
  const { body: key } = await owner<CreatedApiKey>("POST", "/api-keys", { name: "Shop" });
  const [first] = sent.recipients;
  Object.assign(own, {
    connectionId: connections.items[0]?.connectionId,
    mailId: later.id,
    emailId: email.id,
    bulkId: bulkLater.id,
    templateId: template.templateId,
    keyId: key.keyId,
    messageId: first && "messageId" in first ? first.messageId : undefined,
  });
  await eventually(
    () => owner("GET", `/messages/${own["messageId"]}`),
    ({ status }) => status === 200,
  );
});

afterAll(() => laptop?.stop());

describe("another tenant", () => {
  it.each(naming.map((operation) => [`${operation.method} ${operation.path}`, operation] as const))(
    "finds nothing by %s",
    async (_, operation) => {
      expect(await ask(intruder, operation)).toMatchObject({ status: 404 });
    },
  );

  it.each([
    ["a mail through the connection", "POST", "/mail", { ...mail, connection: "connectionId" }],
    ["a bulk through the connection", "POST", "/mail/bulk", { ...bulk, connection: "connectionId" }],
    ["a bulk from the template", "POST", "/mail/bulk", { ...bulk, template: "templateId" }],
    ["a preview of a bulk from the template", "POST", "/mail/bulk/preview", { ...bulk, template: "templateId" }],
  ])("cannot have %s", async (_, method, path, body) => {
    const named = Object.fromEntries(
      Object.entries(body)
        .filter(([name]) => !("template" in body) || (name !== "subject" && name !== "text"))
        .map(([name, value]) => [name, typeof value === "string" ? (own[value] ?? value) : value]),
    );

    expect((await intruder(method, path, named)).status).toBe(404);
  });
});

/** So that it is not found for being another tenant's, and for no other reason. Content is not kept by default. */
describe("the owner", () => {
  const found = naming
    .filter(({ path }) => path !== "/messages/{messageId}/content")
    .toSorted((one, other) => rank(one) - rank(other));

  it.each(found.map((operation) => [`${operation.method} ${operation.path}`, operation] as const))(
    "is answered by %s",
    async (_, operation) => {
      const { status } = await ask(owner, operation);

      expect([200, 202, 204, 409, 422]).toContain(status);
    },
  );
});
