// The official `resend` client, unmodified, against the laptop cloud: only its `baseUrl` and key are ours.
import PostalMime from "postal-mime";
import { Resend } from "resend";
import * as v from "valibot";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { EventPage } from "../../shared/contract/api/events.ts";
import type { MailView } from "../../shared/contract/api/mail.ts";
import { findComponent } from "../../shared/contract/openapi/json-schema.ts";
import type { OpenApiDocument } from "../../shared/contract/openapi/document.ts";
import { schemas, type SchemaName } from "../../shared/contract/openapi/schemas.ts";
import { apiOf, eventually, type Api } from "../support/api.ts";
import { readInbox, readSource, startConnectedLaptop, type ConnectedLaptop } from "../support/connected-laptop.ts";

let connected: ConnectedLaptop;
let resend: Resend;
let api: Api;

beforeAll(async () => {
  connected = await startConnectedLaptop();
  resend = new Resend(connected.apiKey, { baseUrl: connected.laptop.apiUrl });
  api = apiOf(connected.laptop.apiUrl, connected.apiKey);
});

afterAll(() => connected?.laptop.stop());

afterEach(({ task }) => {
  if (task.result?.state === "fail") process.stderr.write(`${connected.laptop.logs.slice(-20).join("\n")}\n`);
});

const from = "Shop <hello@shop.example>";

const inboxOf = (to: string) =>
  eventually(
    () => readInbox(connected.laptop, to),
    (mails) => mails.length > 0,
  );

const parsedMailTo = async (to: string) => {
  const [mail] = await inboxOf(to);
  return PostalMime.parse(await readSource(connected.laptop, mail!.id));
};

describe("emails.send", () => {
  it("sends with everything that the client can say, and answers our id", async () => {
    const pdf = Buffer.from("%PDF-1.4 the bill \u0000\u00ff", "latin1");

    const { data, error } = await resend.emails.send({
      from,
      to: "Ada <ada@people.example>",
      cc: ["grace@people.example"],
      bcc: "linus@people.example",
      replyTo: ["help@shop.example"],
      subject: "Your bill – ready ✨",
      html: '<p>Here it is <img src="cid:logo"></p>',
      text: "Here it is",
      headers: { "X-Order": "42" },
      tags: [
        { name: "campaign", value: "bills" },
        { name: "order", value: "42" },
      ],
      attachments: [
        { filename: "bill.pdf", content: pdf },
        {
          filename: "logo.png",
          content: Buffer.from("png").toString("base64"),
          contentType: "image/png",
          contentId: "logo",
        },
      ],
    });

    expect(error).toBeNull();
    expect(data).toEqual({ id: expect.stringMatching(/^mai_[a-z0-9]+$/) });
    const mail = await parsedMailTo("ada@people.example");
    expect(mail.subject).toBe("Your bill – ready ✨");
    expect(mail.from).toEqual({ name: "Shop", address: "hello@shop.example" });
    expect(mail.to).toEqual([{ name: "Ada", address: "ada@people.example" }]);
    expect(mail.cc).toMatchObject([{ address: "grace@people.example" }]);
    expect(mail.bcc).toBeUndefined();
    expect(mail.replyTo).toMatchObject([{ address: "help@shop.example" }]);
    expect(mail.headers.find(({ key }) => key === "x-order")?.value).toBe("42");
    expect(mail.attachments.map(({ filename, mimeType, contentId }) => [filename, mimeType, contentId])).toEqual(
      expect.arrayContaining([
        ["bill.pdf", "application/pdf", undefined],
        ["logo.png", "image/png", "<logo>"],
      ]),
    );
    const bill = mail.attachments.find(({ filename }) => filename === "bill.pdf");
    expect(Buffer.from(bill?.content as ArrayBuffer).equals(pdf)).toBe(true);
    expect(await inboxOf("linus@people.example")).toHaveLength(1);
  });

  it("shows how many requests are left", async () => {
    const { headers } = await resend.emails.send({ from, to: "rate@people.example", subject: "Rate", text: "Hi" });

    expect(headers?.["ratelimit-policy"]).toBe('"key";q=2000;w=10, "tenant";q=5000;w=10');
    expect(headers?.["ratelimit"]).toMatch(/^"key";r=\d+;t=\d+$/);
    expect(Number(headers?.["ratelimit-remaining"])).toBeLessThan(2000);
  });

  it("brings its tags back with every event", async () => {
    await resend.emails.send({
      from,
      to: "tags@people.example",
      subject: "Tagged",
      text: "Hi",
      tags: [{ name: "campaign", value: "autumn" }],
    });

    const { body } = await eventually(
      () => api<EventPage>("GET", "/events?recipient=tags@people.example&tag=campaign:autumn"),
      (answer) => answer.body.items.some(({ type }) => type === "delivery"),
    );

    expect(body.items.every(({ tags }) => tags?.["campaign"]?.[0] === "autumn")).toBe(true);
  });

  it("puts all of `to` into one message, as its users are used to", async () => {
    const { data } = await resend.emails.send({
      from,
      to: ["first@people.example", "second@people.example"],
      subject: "Both",
      text: "Hi",
    });

    const { body } = await api<MailView>("GET", `/mail/${data?.id}`);
    expect(new Set(body.recipients.map((each) => ("messageId" in each ? each.messageId : each.status))).size).toBe(1);
    expect((await parsedMailTo("first@people.example")).to).toMatchObject([
      { address: "first@people.example" },
      { address: "second@people.example" },
    ]);
  });

  it("sends once for one idempotency key, and tells a key that was used for something else", async () => {
    const mail = { from, to: "once@people.example", subject: "Once", text: "Hi" };

    const first = await resend.emails.send(mail, { idempotencyKey: "order/42" });
    const again = await resend.emails.send(mail, { idempotencyKey: "order/42" });
    const other = await resend.emails.send({ ...mail, subject: "Twice" }, { idempotencyKey: "order/42" });

    expect(first.data?.id).toBeDefined();
    expect(again.data).toEqual(first.data);
    expect(again.headers?.["idempotent-replayed"]).toBe("true");
    expect(other).toMatchObject({ data: null, error: { name: "invalid_idempotent_request", statusCode: 409 } });
    expect(await inboxOf("once@people.example")).toHaveLength(1);
  });

  it("hands its errors on by the client's names and fields", async () => {
    const mail = { from, to: "ada@people.example", subject: "Hello", text: "Hi" };
    const refused = async (changed: object, options?: { idempotencyKey: string }) =>
      (await resend.emails.send({ ...mail, ...changed }, options)).error;

    expect(await refused({ replyTo: "nobody" })).toEqual({
      statusCode: 400,
      name: "validation_error",
      message: expect.stringMatching(/^reply_to\[0\] must be one address/),
    });
    expect(await refused({ attachments: [{ filename: "run.exe", content: "AAAA" }] })).toMatchObject({
      name: "validation_error",
      message: expect.stringMatching(/^attachments\[0\]\.filename has an extension/),
    });
    expect(await refused({ to: ["ada@people.example", "nobody"] })).toMatchObject({
      message: expect.stringMatching(/^to\[1\] must be one address/),
    });
    expect(await refused({ attachments: [{ path: "https://shop.example/a.pdf" }] })).toMatchObject({
      message: expect.stringContaining("attachments[0].path is not a known field"),
    });
    expect(await refused({ scheduledAt: "in 1 hour" })).toMatchObject({
      message: expect.stringMatching(/^scheduled_at must be a time with its zone/),
    });
    expect(await refused({ subject: "Hello\r\nBcc: eve@people.example" })).toMatchObject({
      message: expect.stringContaining("subject must not contain line breaks"),
    });
    expect(await refused({}, { idempotencyKey: "two words" })).toMatchObject({ name: "invalid_idempotency_key" });
    expect(await refused({ from: "hello@stranger.example" })).toMatchObject({
      statusCode: 422,
      name: "validation_error",
      message: expect.stringContaining("from SES has not verified this sender"),
    });
  });
});

describe("emails.get", () => {
  it("tells how far a mail got", async () => {
    const sent = await resend.emails.send({ from, to: "follow@people.example", subject: "Follow", text: "Hi" });

    const { data } = await eventually(
      () => resend.emails.get(sent.data?.id ?? ""),
      (answer) => answer.data?.last_event === "delivered",
    );

    expect(data).toMatchObject({ object: "email", id: sent.data?.id, to: ["follow@people.example"] });
    const [mail] = await inboxOf("follow@people.example");
    expect(data?.message_id).toBe(mail?.messageId);
  });

  it("finds no mail of nobody", async () => {
    expect((await resend.emails.get("mai_nothing")).error).toMatchObject({ statusCode: 404, name: "not_found" });
    expect((await resend.emails.get("49a3999c-0ce1-4ea6-ab68-afcd6dc2e794")).error).toMatchObject({
      statusCode: 400,
      name: "validation_error",
    });
  });
});

describe("batch.send", () => {
  const mailTo = (to: string) => ({ from, to, subject: `For ${to}`, text: "Hi" });

  it("sends different mails, and answers an id for each, in order", async () => {
    const { data, error } = await resend.batch.send([mailTo("b1@people.example"), mailTo("b2@people.example")]);

    expect(error).toBeNull();
    const views = await Promise.all((data?.data ?? []).map(({ id }) => api<MailView>("GET", `/mail/${id}`)));
    expect(views.map(({ body }) => body.recipients[0]?.recipient)).toEqual(["b1@people.example", "b2@people.example"]);
    expect((await inboxOf("b2@people.example"))[0]?.subject).toBe("For b2@people.example");
  });

  it("sends nothing of a batch that has a wrong mail, unless it is told to", async () => {
    const batch = [mailTo("b3@people.example"), { ...mailTo("nobody") }, mailTo("b4@people.example")];

    const strict = await resend.batch.send(batch);
    const inboxAfterStrict = await readInbox(connected.laptop, "b3@people.example");
    const permissive = await resend.batch.send(batch, { batchValidation: "permissive" });

    expect(strict).toMatchObject({
      data: null,
      error: { statusCode: 400, name: "validation_error", message: expect.stringMatching(/^\[1\]\.to\[0\] must be/) },
    });
    expect(inboxAfterStrict).toEqual([]);
    expect(permissive.data?.data).toHaveLength(2);
    expect(permissive.data?.errors).toEqual([{ index: 1, message: expect.stringMatching(/^to\[0\] must be/) }]);
  });

  it("does not hide what was sent behind what SES refused", async () => {
    const batch = [mailTo("b5@people.example"), { ...mailTo("b6@people.example"), from: "hello@stranger.example" }];

    const { data } = await resend.batch.send(batch);

    expect(data?.data).toHaveLength(1);
    expect(data).toMatchObject({
      errors: [{ index: 1, message: expect.stringContaining("from SES has not verified") }],
    });
  });

  it("sent again with its key mails nobody twice, and those that failed once more", async () => {
    const broken = { ...mailTo("b8@people.example"), from: "hello@stranger.example" };
    const options = { idempotencyKey: "newsletter" };

    const first = await resend.batch.send([mailTo("b7@people.example"), broken], options);
    const again = await resend.batch.send([mailTo("b7@people.example"), mailTo("b8@people.example")], options);

    expect(again.data?.data).toEqual([first.data?.data[0], { id: expect.any(String) }]);
    expect(await inboxOf("b7@people.example")).toHaveLength(1);
    expect(await inboxOf("b8@people.example")).toHaveLength(1);
  });

  it("takes no empty batch and no list of more than a hundred", async () => {
    const many = Array.from({ length: 101 }, (_, index) => mailTo(`many${index}@people.example`));

    expect((await resend.batch.send([])).error?.message).toContain("needs at least one e-mail");
    expect((await resend.batch.send(many)).error?.message).toContain("takes at most 100 e-mails");
  });
});

describe("the API's description", () => {
  const describeApi = async () =>
    (await (await fetch(`${connected.laptop.apiUrl}/openapi.json`)).json()) as OpenApiDocument;

  it("is open to anyone, and names where it is", async () => {
    const { openapi, servers } = await describeApi();

    expect(openapi).toBe("3.1.1");
    expect(servers).toEqual([{ url: connected.laptop.apiUrl }]);
  });

  it("describes the very answers that an app gets, and the routes that a key is refused", async () => {
    const { paths } = await describeApi();
    const operations = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) =>
        Object.assign({ path, method: method.toUpperCase() }, operation),
      ),
    );
    const forPersons = operations.filter(({ security }) => security.length === 1);
    const forApps = operations.filter(
      ({ path, method, security, responses }) =>
        security.length === 2 &&
        method === "GET" &&
        !path.includes("{") &&
        responses["200"]?.content?.["application/json"],
    );

    expect([forPersons.length, forApps.length].every((count) => count > 4)).toBe(true);
    for (const { path, method, requestBody } of forPersons.filter(({ path: each }) => !each.includes("{"))) {
      const example = requestBody?.content["application/json"]?.example;
      expect((await api(method as "GET", path, example)).status, path).toBe(403);
    }
    for (const { path, responses } of forApps) {
      const { status, body } = await api("GET", path);
      const ref = responses["200"]?.content?.["application/json"]?.schema?.$ref ?? "";
      const schema = findComponent<v.GenericSchema>(ref, schemas satisfies Record<SchemaName, v.GenericSchema>);
      expect(status, path).toBe(200);
      expect(v.safeParse(schema ?? v.never(), body).issues, path).toBeUndefined();
    }
  });
});
