// Every text of a request, one after another, with a header hidden in it behind a line break: it is refused, or it is no
// header in what SES gets. A field that is added to a request below is tried by itself.
import PostalMime from "postal-mime";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { BulkView } from "../../shared/contract/api/bulk.ts";
import { people, setUpBulk } from "../support/bulk-setup.ts";
import { captureOutput } from "../support/captured-output.ts";
import { startDynamoDb, type LocalDynamoDb } from "../support/dynamodb.ts";
import { setUpMail, type MailSetup } from "../support/mail-setup.ts";
import { createSimulatedSes } from "../support/simulated-ses.ts";
import { createVirtualTime } from "../support/virtual-time.ts";

type Json = string | number | boolean | Json[] | { [name: string]: Json };

const lineBreaks = { "CR LF": "\r\n", LF: "\n", CR: "\r", NUL: "\0", "line separator": "\u2028" };
const hidden = "X-Hidden: 1";

/** The places of all texts, and of all names that a caller chooses. */
function placesOf(value: Json, path: (string | number)[] = []): (string | number)[][] {
  if (typeof value === "string") return [path];
  if (Array.isArray(value)) return value.flatMap((one, index) => placesOf(one, [...path, index]));
  if (typeof value !== "object") return [];
  return Object.entries(value).flatMap(([name, one]) => placesOf(one, [...path, name]));
}

function withTextAt(
  value: Json,
  [first, ...rest]: readonly (string | number)[],
  change: (text: string) => string,
): Json {
  if (first === undefined) return change(value as string);
  if (Array.isArray(value)) return value.map((one, index) => (index === first ? withTextAt(one, rest, change) : one));
  return Object.fromEntries(
    Object.entries(value as Record<string, Json>).map(([name, one]) => [
      name,
      name === first ? withTextAt(one, rest, change) : one,
    ]),
  );
}

const renamed = (value: Json, field: string, change: (name: string) => string): Json => {
  const body = value as Record<string, Record<string, Json>>;
  const names = Object.entries(body[field] ?? {}).map(([name, one]) => [change(name), one]);
  return { ...body, [field]: Object.fromEntries(names) as Json };
};

/** All requests with the header hidden in one place: behind the text, before it, and in the names of headers and tags. */
function* attacksOf(body: Json, lineBreak: string): Generator<{ where: string; attack: Json }> {
  const ways = [(text: string) => `${text}${lineBreak}${hidden}`, (text: string) => `${hidden}${lineBreak}${text}`];
  for (const way of ways) {
    for (const place of placesOf(body)) yield { where: place.join("."), attack: withTextAt(body, place, way) };
    for (const field of ["headers", "tags"]) yield { where: `names of ${field}`, attack: renamed(body, field, way) };
  }
}

/** The headers of the mail and of its parts, without the bodies, which are the caller's. */
const headersIn = (raw: string): string =>
  [...raw.matchAll(/(?:^|\r\n--[^\r\n]+\r\n)(?:[^\r\n]+(?:\r\n|\r|\n))+/g)].map(([block]) => block).join("\r\n");

/** What SES was given is as it would be without the attack: the same people, and no header that was not asked for. */
async function assertHarmless(where: string, raw: string, recipients: readonly string[], asked: ReadonlySet<string>) {
  const { headers } = await PostalMime.parse(raw);

  expect(headers.map(({ key }) => key)).toContain("from");
  expect(
    headers.map(({ key }) => key),
    where,
  ).not.toContain("x-hidden");
  expect(headersIn(raw), where).not.toMatch(/^X-Hidden/m);
  expect(
    recipients.filter((recipient) => !asked.has(recipient)),
    where,
  ).toEqual([]);
}

let dynamodb: LocalDynamoDb;
let tables = 0;

beforeAll(async () => {
  dynamodb = await startDynamoDb();
});
afterAll(() => dynamodb.stop());
beforeEach(() => void captureOutput());

const attachments = [{ name: "a.txt", content: "YQ==", type: "text/plain", contentId: "a" }];
const headers = { "X-Order": "7" };
const tags = { campaign: "autumn" };

describe("POST /mail", () => {
  let setup: MailSetup;
  beforeEach(async () => {
    setup = await setUpMail(dynamodb, await dynamodb.createDirectoryTable(`Injected${(tables += 1)}`));
    await setup.connect({ maxSendRate: 1000, max24Hours: 100_000 });
    return setup.stop;
  });

  const mail = {
    from: "Shop <hello@shop.example>",
    to: ["Ada <ada@people.example>"],
    cc: ["Grace <grace@people.example>"],
    bcc: ["Linus <linus@people.example>"],
    replyTo: ["Help <help@shop.example>"],
    subject: "Hello",
    html: "<p>Hello</p>",
    text: "Hello",
    configurationSet: "sesami",
    connection: "con_a",
    headers,
    tags,
    attachments,
  };
  const fromTemplate = { from: mail.from, to: mail.to, template: "tpl_1", data: { name: "Ada" }, headers, tags };
  const leaving = { from: mail.from, to: mail.to, subject: "Hello", text: "Hello", unsubscribe: { list: "news" } };
  const asked = new Set(["ada@people.example", "grace@people.example", "linus@people.example"]);

  test.each(Object.entries(lineBreaks))("puts no header behind a %s into a mail", async (_, lineBreak) => {
    const content = { name: "Order", subject: "For {{name}}", html: "<p>{{name}}</p>" };
    const change = { content, atIso: "2026-11-23T08:00:00.000Z", by: "key_ada" };
    await setup.templates.createTemplate("ten_ada", "tpl_1", change);
    let tried = 0;
    for (const body of [mail, fromTemplate, leaving])
      for (const { where, attack } of attacksOf(body, lineBreak)) {
        const { status } = await setup.send({ subject: undefined, text: undefined, ...(attack as object) });
        tried += 1;
        expect([202, 400, 404, 422], where).toContain(status);
        for (const { raw, recipients } of setup.messages.splice(0))
          await assertHarmless(where, new TextDecoder().decode(raw), recipients, asked);
      }

    expect(tried).toBeGreaterThan(50);
  });

  test("sends these mails as they are", async () => {
    const answers = [await setup.send(mail), await setup.send(leaving)];

    expect(answers.map(({ status }) => status)).toEqual([202, 202]);
  });
});

describe("POST /mail/bulk", () => {
  const bulk = {
    from: "Shop <hello@shop.example>",
    replyTo: ["Help <help@shop.example>"],
    subject: "Hello {{name}} of {{shop}}",
    html: "<p>Dear {{name}}</p>",
    text: "Dear {{name}}",
    configurationSet: "sesami",
    connection: "con_a",
    name: "Autumn",
    data: { shop: "Shop" },
    recipients: people(2),
    headers,
    tags,
    attachments,
  };
  const { recipients: _recipients, ...rest } = bulk;
  const fromCsv = { ...rest, csv: "email,name\np0@people.example,P0\n" };
  const asked = new Set(people(2).map(({ to }) => to));

  test.each(Object.entries(lineBreaks))("puts no header behind a %s into a mail", async (_, lineBreak) => {
    const time = createVirtualTime(Date.parse("2026-11-23T08:00:00Z"));
    const ses = createSimulatedSes(time, { ratePerSecond: 1000 });
    const setup = setUpBulk(dynamodb, await dynamodb.createDirectoryTable(`Injected${(tables += 1)}`), time, ses);
    setup.connect();
    const { accepted } = ses.account("con_a");
    let sent = 0;
    for (const body of [bulk, fromCsv])
      for (const { where, attack } of attacksOf(body, lineBreak)) {
        const { status, body: view } = await setup.send(attack as Record<string, unknown>);
        expect([202, 400, 404], where).toContain(status);
        if (status !== 202) continue;
        await setup.waitFor(view.id, ({ status: now }: BulkView) => now === "finished", { everyMs: 2000 });
        sent += accepted.length;
        for (const { raw, recipients } of accepted.splice(0)) await assertHarmless(where, raw, recipients, asked);
      }
    time.stop();

    expect(sent).toBeGreaterThan(0);
  });
});
