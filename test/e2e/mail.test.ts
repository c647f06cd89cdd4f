// Sending as a production app does, over the real stacks: one mail with everything, the same request twice, a function
// that dies between SES and its answer, and bodies that are too large.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CreatedApiKey } from "../../shared/contract/api/api-keys.ts";
import type { ConnectionView, VerifyConnectionResponse } from "../../shared/contract/api/connections.ts";
import type { MailView, SendMailResponse } from "../../shared/contract/api/mail.ts";
import type { ErrorBody } from "../../shared/contract/error.ts";
import { customerAccountId, laptopRegion } from "../../local/laptop.ts";
import { apiOf, eventually, type Api } from "../support/api.ts";
import { startTestLaptop, type TestLaptop } from "../support/laptop.ts";

let laptop: TestLaptop;
let apiKey: string;
let api: Api;
let stranger: Api;
/** How often SES was asked to send. */
let sends = 0;
/** Asked before SES takes a mail. */
let beforeSes: (() => Promise<void> | void) | undefined;

const signUp = async (email: string): Promise<Api> => {
  laptop.cloud.userPools.addConfirmedUser(laptop.userPoolId, email, "Open-Sesame-2026");
  const { IdToken } = await laptop.cloud.userPools.signIn(laptop.userPoolId, email, "Open-Sesame-2026");
  return apiOf(laptop.apiUrl, IdToken);
};

beforeAll(async () => {
  laptop = await startTestLaptop({
    faults: {
      ses: (operation) => {
        if (operation !== "SendRawEmail") return undefined;
        sends += 1;
        return beforeSes?.();
      },
    },
  });
  const owner = await signUp("owner@shop.example");
  stranger = await signUp("stranger@other.example");
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
  apiKey = body.key;
  api = apiOf(laptop.apiUrl, apiKey);
});

afterAll(() => laptop?.stop());

interface InboxMail {
  subject: string;
}

const inboxOf = async (address: string): Promise<InboxMail[]> => {
  const response = await fetch(`${laptop.inboxUrl}/api/messages?to=${encodeURIComponent(address)}`);
  return ((await response.json()) as { messages: InboxMail[] }).messages;
};

async function send<Body = SendMailResponse>(mail: object, headers: Record<string, string> = {}) {
  const response = await fetch(`${laptop.apiUrl}/mail`, {
    method: "POST",
    headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json", ...headers },
    body: JSON.stringify({ from: "Shop <hello@shop.example>", subject: "Hello", text: "Hello", ...mail }),
  });
  return { status: response.status, headers: response.headers, body: (await response.json()) as Body };
}

describe("an app", () => {
  it("sends a mail with everything that a request takes, and follows it to its end", async () => {
    const { status, body } = await send({
      to: "Ada Lovelace <ada@people.example>",
      cc: ["grace@people.example"],
      bcc: "bounce@simulator.amazonses.com",
      replyTo: "help@shop.example",
      subject: "Grüße 🎉",
      text: undefined,
      html: '<p>See <a href="https://shop.example/">us</a> <img src="cid:logo"></p>',
      headers: { "X-Order": "7" },
      attachments: [
        { name: "logo.gif", content: "R0lGODlhAQABAAAAACw=", contentId: "logo" },
        { name: "Rechnung.pdf", content: "JVBERi0xLjcK" },
      ],
      tags: { campaign: "autumn" },
    });

    const { body: followed } = await eventually(
      () => api<MailView>("GET", `/mail/${body.id}`),
      (answer) => answer.body.recipients.every((one) => ["delivered", "bounced"].includes(one.outcome ?? "")),
    );

    expect(status).toBe(202);
    expect(followed).toMatchObject({
      id: body.id,
      recipients: [
        { recipient: "ada@people.example", status: "sent", outcome: "delivered" },
        { recipient: "grace@people.example", status: "sent", outcome: "delivered" },
        { recipient: "bounce@simulator.amazonses.com", status: "sent", outcome: "bounced" },
      ],
    });
    expect(await inboxOf("ada@people.example")).toMatchObject([{ subject: "Grüße 🎉" }]);
    expect((await stranger("GET", `/mail/${body.id}`)).status).toBe(404);
  });

  it("sends the same request again with its key, and nobody is mailed twice", async () => {
    const key = { "idempotency-key": "order-7" };
    const before = sends;
    const first = await send({ to: "linus@people.example" }, key);

    const again = await send({ to: "linus@people.example" }, key);
    const other = await send<ErrorBody>({ to: "linus@people.example", subject: "Another" }, key);

    expect(again).toMatchObject({ status: 202, body: first.body });
    expect(again.headers.get("idempotent-replayed")).toBe("true");
    expect(other).toMatchObject({ status: 422, body: { error: { code: "unprocessable" } } });
    expect(sends - before).toBe(1);
  });

  it("loses the function that sends once SES has its mail: its events tell, and nobody is mailed twice", async () => {
    const { functionArn } =
      laptop.functions.find(({ name }) => name === "mail") ?? expect.fail("there is no mail function");
    const key = { "idempotency-key": "order-8" };
    const before = sends;
    beforeSes = () => laptop.cloud.functions.killRunning(functionArn);
    const first = await send<object>({ to: "margaret@people.example" }, key);
    beforeSes = undefined;

    const again = await eventually(
      () => send({ to: "margaret@people.example" }, key),
      ({ status }) => status === 202,
    );

    expect(first.status).toBe(500);
    expect(again.headers.get("idempotent-replayed")).toBe("true");
    expect(again.body.recipients).toMatchObject([{ recipient: "margaret@people.example", status: "sent" }]);
    expect(sends - before).toBe(1);
  });

  it.each([
    ["that is more than a mail takes", 4_100_000, "too_large"],
    // What Lambda does not take API Gateway refuses, in its own words.
    ["that is more than Lambda takes", 6_400_000, undefined],
  ])("is refused a body %s with 413", async (_, bytes, code) => {
    const { status, body } = await send<Partial<ErrorBody>>({ to: "ada@people.example", text: "x".repeat(bytes) });

    expect(status).toBe(413);
    expect(body.error?.code).toBe(code);
  });
});
