// Recipients of POST /mail whom the account's rate does not take at once: queued, sent by a line, followed by GET /mail.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { MailView } from "../../shared/contract/api/mail.ts";
import { bob } from "../support/api-request.ts";
import { captureOutput } from "../support/captured-output.ts";
import { startDynamoDb, type LocalDynamoDb } from "../support/dynamodb.ts";
import { setUpMail, type MailSetup } from "../support/mail-setup.ts";

let dynamodb: LocalDynamoDb;
let setup: MailSetup;
let tables = 0;

beforeAll(async () => {
  dynamodb = await startDynamoDb();
});
afterAll(() => dynamodb.stop());
beforeEach(async () => {
  captureOutput();
  setup = await setUpMail(dynamodb, await dynamodb.createDirectoryTable(`Directory${(tables += 1)}`));
  await setup.connect({ maxSendRate: 1000 });
  return setup.stop;
});

const people = (count: number) => Array.from({ length: count }, (_, index) => `p${index}@example.com`);
const rate = { findSendRate: async () => 1 };
const statuses = ({ recipients }: Pick<MailView, "recipients">) => recipients.map(({ status }) => status);
/** As the events tell. */
const sentTo = async (): Promise<string[]> => {
  await setup.cloud.ses.drain();
  const sent: string[] = [];
  for (;;) {
    const events = await setup.cloud.takeEvents();
    if (events.length === 0) return sent;
    for (const { "detail-type": type, detail } of events)
      if (type === "Email Sent") sent.push(...detail.mail.destination);
  }
};
const mailedTo = () => setup.messages.flatMap(({ recipients }) => recipients);

describe("recipients who are queued", () => {
  test("go out by the line, each once, and the mail tells of them all along", async () => {
    const { body } = await setup.send({ to: people(5), tags: { campaign: "orders" } }, {}, rate);
    const before = await setup.getMail(body.id);
    await setup.workLines();
    const after = await setup.getMail(body.id);
    await setup.takeEvents();
    const settled = await setup.getMail(body.id);

    expect(statuses(body)).toEqual(["sent", "sent", "queued", "queued", "queued"]);
    expect(statuses(before.body)).toEqual(statuses(body));
    expect(statuses(after.body)).toEqual(["sent", "sent", "sent", "sent", "sent"]);
    expect(settled.body.recipients.map(({ outcome }) => outcome)).toEqual(people(5).map(() => "delivered"));
    expect(mailedTo()).toEqual(people(5));
    expect(setup.messages[4]?.tags).toMatchObject({ campaign: "orders" });
  });

  test("are refused by the line when they were suppressed meanwhile", async () => {
    const { body } = await setup.send({ to: people(3) }, {}, rate);
    await setup.suppress("ten_ada", "p2@example.com");

    await setup.workLines();

    expect(statuses((await setup.getMail(body.id)).body)).toEqual(["sent", "sent", "suppressed"]);
    expect(mailedTo()).toEqual(people(2));
  });

  test("go out when the role's session ends while the line is sent: it is renewed once, and each is mailed once", async () => {
    await setup.send({ to: people(20) }, {}, rate);
    const [askedBefore, assumedBefore] = [setup.asked.length, setup.assumed.length];
    setup.faults.ses = () => {
      if (setup.asked.length === askedBefore + 5) setup.cloud.identity.expireSession(setup.used.at(-1) ?? "");
    };

    await setup.workLines();

    expect(setup.assumed.length - assumedBefore).toBe(1);
    expect((await sentTo()).toSorted()).toEqual(people(20).toSorted());
  });

  test("can leave as the others can", async () => {
    const html = '<a href="{{unsubscribeUrl}}">Leave</a>';
    await setup.send({ to: people(3), html, unsubscribe: { list: "news" } }, {}, rate);

    await setup.workLines();

    const texts = setup.messages.map(({ raw }) => new TextDecoder().decode(raw));
    const links = texts.map((text) => /^List-Unsubscribe: <([^>]+)>/m.exec(text)?.[1]);
    expect(links).toEqual(people(3).map(() => expect.stringMatching(/^https?:/)));
    expect(new Set(links).size).toBe(3);
    expect(texts.join()).not.toContain("{{unsubscribeUrl}}");
  });

  test("of a group are one message", async () => {
    await setup.send({ to: people(4), group: true }, {}, rate);

    const { body } = await setup.send({ to: people(4), group: true }, {}, rate);
    await setup.workLines();
    const after = await setup.getMail(body.id);

    expect(statuses(body)).toEqual(["queued", "queued", "queued", "queued"]);
    expect(new Set(after.body.recipients.map((result) => "messageId" in result && result.messageId)).size).toBe(1);
    expect(setup.messages.map(({ recipients }) => recipients.length)).toEqual([4, 4]);
  });

  test("are not queued again by the same request with its key", async () => {
    const parts = { headers: { "idempotency-key": "order-7" } };
    const first = await setup.send({ to: people(3) }, parts, rate);

    const again = await setup.send({ to: people(3) }, parts, rate);
    await setup.workLines();

    expect(again.body).toEqual(first.body);
    expect(mailedTo()).toEqual(people(3));
  });

  test("are told of after a crash of the request that queued them", async () => {
    const parts = { headers: { "idempotency-key": "order-7" } };
    const lost = { ...setup.deps.attempts, recordAnswer: () => Promise.reject(new Error("died")) };
    const { body } = await setup.send({ to: people(3) }, parts, { ...rate, attempts: lost });
    await setup.workLines();
    setup.time.nowMs += 60_000;

    const after = await setup.getMail(body.id);

    expect(statuses(after.body)).toEqual(["unknown", "unknown", "sent"]);
  });

  test("are nothing that another tenant sees", async () => {
    const { body } = await setup.send({ to: people(3) }, {}, rate);

    expect((await setup.getMail(body.id, { actor: bob })).status).toBe(404);
  });
});
