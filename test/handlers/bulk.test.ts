// POST /mail/bulk, what follows it, and the workers that send it: real handlers, a simulated SES, virtual time.
import { describe, expect, test } from "vitest";
import type { BulkPage, BulkView } from "../../shared/contract/api/bulk.ts";
import type { ErrorBody } from "../../shared/contract/error.ts";
import { bob } from "../support/api-request.ts";
import { people } from "../support/bulk-setup.ts";
import { beforeEachBulkTest, startMs, type BulkTest } from "../support/bulk-tests.ts";

let { time, ses, setup } = {} as BulkTest;
beforeEachBulkTest((made) => ({ time, ses, setup } = made));

const isFinished = ({ status }: BulkView) => status === "finished";
const mailed = (connectionId = "con_a") => ses.account(connectionId).accepted.flatMap(({ recipients }) => recipients);
const refused = (answer: { body: unknown }) => (answer.body as ErrorBody).error;

describe("a bulk", () => {
  test("is answered before anyone is sent to, and goes on until everyone is", async () => {
    const { status, body } = await setup.send({ recipients: people(70) });
    const sentByThen = mailed().length;
    const done = await setup.waitFor(body.id, isFinished);

    expect([status, body.status, body.total, body.counts.waiting, sentByThen]).toEqual([202, "queued", 70, 70, 0]);
    expect(done.counts).toMatchObject({ sent: 70, waiting: 0 });
    expect(mailed().toSorted()).toEqual(
      people(70)
        .map(({ to }) => to)
        .toSorted(),
    );
  });

  test("is filled in for each recipient, with what is given for everyone behind it, and escaped in HTML alone", async () => {
    const { body } = await setup.send({
      subject: "For {{name}}",
      html: "<p>{{name}} of {{shop}}</p>",
      data: { shop: "Shop", name: "nobody" },
      recipients: [{ to: "Ada <ada@people.example>", data: { name: "A&B" } }],
    });
    await setup.waitFor(body.id, isFinished);

    const raw = ses.account("con_a").accepted[0]?.raw;
    expect(raw).toContain("Subject: For A&B");
    expect(raw).toContain("<p>A&amp;B of Shop</p>");
    expect(raw).toContain("\r\nA&B of Shop\r\n");
    expect(raw).toContain("To: Ada <ada@people.example>");
  });

  test("is filled in from a template, of the version that was the newest when it was made", async () => {
    const { templates } = setup.stores;
    const content = { name: "Winter", subject: "Winter, {{name}}", html: "<p>Dear {{name}}</p>" };
    const change = { content, atIso: "2026-11-23T08:00:00.000Z", by: "key_ada" };
    await time.runUntil(templates.createTemplate("ten_ada", "tpl_1", change));
    const fromTemplate = { subject: undefined, html: undefined, template: "tpl_1" };
    const { body } = await setup.send({ ...fromTemplate, recipients: people(1) });
    await time.runUntil(
      templates.changeTemplate("ten_ada", "tpl_1", { ...change, content: { ...content, subject: "Spring" } }),
    );
    await setup.waitFor(body.id, isFinished);
    const ofAnother = await setup.send({ ...fromTemplate, template: "tpl_2", recipients: people(1) });
    const both = await setup.send({ template: "tpl_1", recipients: people(1) });

    expect(ses.account("con_a").accepted[0]?.raw).toContain("Subject: Winter, P0");
    expect([body.subject, ofAnother.status, both.status]).toEqual(["Winter, {{name}}", 404, 400]);
  });

  test("hands over what each recipient got to be kept, and nothing of those who got nothing", async () => {
    const { body } = await setup.send({
      subject: "For {{name}}",
      text: "Dear {{name}}",
      recipients: [
        { to: "ada@people.example", data: { name: "Ada" } },
        { to: "nobody", data: { name: "Nobody" } },
        { to: "eve@people.example", data: { name: "Eve" } },
      ],
    });
    await setup.waitFor(body.id, isFinished);

    const ids = Object.fromEntries(
      ses.account("con_a").accepted.map(({ messageId, recipients }) => [recipients[0], messageId]),
    );
    expect(setup.kept).toMatchObject([
      {
        mailId: `${body.id}-0`,
        content: { subject: "For Ada", text: "Dear Ada" },
        messages: [{ messageId: ids["ada@people.example"], recipient: "ada@people.example" }],
      },
      {
        mailId: `${body.id}-2`,
        content: { subject: "For Eve", text: "Dear Eve" },
        messages: [{ messageId: ids["eve@people.example"], recipient: "eve@people.example" }],
      },
    ]);
  });

  test("ends when its last one has, though another one goes on behind it in the line", async () => {
    const first = await setup.send({ recipients: people(10) });
    const second = await setup.send({ recipients: people(400) });
    const done = await setup.waitFor(first.body.id, isFinished);

    const other = await setup.getBulk(second.body.id);
    expect(other.status).toBe("sending");
    expect(Date.parse(done.finishedAt!) - startMs).toBeLessThan(5000);
    expect((await setup.waitFor(second.body.id, isFinished)).counts.sent).toBe(400);
  });

  test.each([
    ["finished", () => undefined],
    ["cancelled", (bulkId: string) => setup.steer("cancel", bulkId)],
  ])("keeps nothing of what it sends once it is %s", async (status, end) => {
    const { body } = await setup.send({ recipients: people(60) });
    const bulk = (await time.runUntil(setup.stores.bulks.findBulk("ten_ada", body.id, time.clock())))!;
    const read = () => time.runUntil(setup.stores.bulks.getContent("ten_ada", bulk));
    const before = await read();
    await end(body.id);
    await setup.waitFor(body.id, (view) => view.status === status);
    await setup.passTime(1000);

    expect(before).toMatchObject({ mime: { subject: "Hello {{name}}" } });
    await expect(read()).rejects.toThrow("is not all there");
  });

  test("takes CSV, also with semicolons and a byte order mark", async () => {
    const { body } = await setup.send({
      csv: '\uFEFFname;E-Mail;email\r\n"Ada; Countess";x;ada@people.example\r\nGrace;y;grace@people.example\r\n',
    });
    await setup.waitFor(body.id, isFinished);

    expect(mailed()).toEqual(["ada@people.example", "grace@people.example"]);
    expect(ses.account("con_a").accepted[0]?.raw).toContain("Subject: Hello Ada; Countess");
  });

  test.each(['"Name, first";name;email\nx;Ada;ada@people.example', "\r\n\r\nname;email\r\nAda;ada@people.example"])(
    "finds what a CSV is separated by, also behind quotes and blank lines: %j",
    async (csv) => {
      const { body } = await setup.send({ csv });
      await setup.waitFor(body.id, isFinished);

      expect(mailed()).toEqual(["ada@people.example"]);
    },
  );

  test("takes no blank line of a CSV for a recipient, nor one of empty cells", async () => {
    const { body } = await setup.send({ csv: "name,email\n\nAda,ada@people.example\n , \n  \n,\n" });
    const view = await setup.waitFor(body.id, isFinished);

    expect(view.total).toBe(1);
    expect(mailed()).toEqual(["ada@people.example"]);
  });

  test.each([
    ["name,address\nAda,ada@people.example", /a column email/],
    ["name,email", /at least one row/],
    ["name,email\n\nAda", /is no CSV: line 3 has 1 column, not as many as the header row/],
    ['name,email\n"Ada,ada@people.example', /the quote that opens on line 2 is never closed/],
    ['name,email\nA"da,ada@people.example', /line 2 has a quote inside a value/],
    ['name,email\n"Ada"x,ada@people.example', /line 2 has a quote inside a value/],
    ["name,email\n,", /at least one row/],
    ["other,email\nx,ada@people.example", /^line 2: data.name is missing/],
    [`email,name\n\neve@people.example,${"x".repeat(6001)}`, /^line 3: must be at most 6000 bytes/],
    ["name,email,name\nAda,ada@people.example,x", /a name of its own/],
  ])("refuses CSV that is none of recipients: %j", async (csv, says) => {
    const answer = await setup.send({ csv });

    expect(answer.status).toBe(400);
    expect(refused(answer).details?.[0]).toMatchObject({ path: "csv", message: expect.stringMatching(says) as string });
  });

  test("tells of everyone how it ended, and one who cannot be mailed holds up nobody", async () => {
    await time.runUntil(
      setup.stores.suppressions.recordSuppression("ten_ada", {
        address: "p1@people.example",
        reason: "bounce",
        since: "2026-11-01T08:00:00.000Z",
        evidence: { messageId: "m1", eventId: "e1" },
      }),
    );

    const { body } = await setup.send({
      recipients: [...people(3), "no address", { to: "grace@people.example", data: { title: "Dr" } }],
    });
    const done = await setup.waitFor(body.id, isFinished);
    const recipients = await setup.listRecipients(body.id);

    expect(recipients).toEqual([
      { recipient: "p0@people.example", status: "sent", messageId: "ses-1" },
      { recipient: "p1@people.example", status: "suppressed", reason: "bounce", since: "2026-11-01T08:00:00.000Z" },
      { recipient: "p2@people.example", status: "sent", messageId: "ses-2" },
      { recipient: "no address", status: "invalid", code: "invalid_address", message: expect.any(String) as string },
      {
        recipient: "grace@people.example",
        status: "invalid",
        code: "invalid_data",
        message: expect.stringContaining("data.name") as string,
      },
    ]);
    expect(done.counts).toMatchObject({ sent: 2, suppressed: 1, invalid: 2 });
    expect(await setup.listRecipients(body.id, { status: "invalid" })).toHaveLength(2);
  });

  test("reads no further in a CSV than there can be recipients", async () => {
    const { body } = await setup.send({ csv: `email\n${"ada@people.example\n".repeat(10_001)}"never closed` });

    expect(body).toMatchObject({ error: { message: expect.stringContaining("takes at most 10000 rows") as string } });
  });

  test("tells of what fills a whole cell of a CSV and is no address, by its beginning", async () => {
    const { status, body } = await setup.send({
      csv: `email,name\n${"x".repeat(500_000)},X\nada@people.example,Ada\n`,
    });
    await setup.waitFor(body.id, isFinished);
    const [wrong] = await setup.listRecipients(body.id, { status: "invalid" });

    expect(status).toBe(202);
    expect(wrong).toMatchObject({ code: "invalid_address", recipient: expect.stringMatching(/^x{397}…$/) as string });
    expect(mailed()).toEqual(["ada@people.example"]);
  });

  test("mails an address that is given twice once", async () => {
    const { body } = await setup.send({
      recipients: [...people(1), { to: "P0@People.example", data: { name: "Other" } }],
    });
    await setup.waitFor(body.id, isFinished);

    expect([body.total, mailed()]).toEqual([1, ["p0@people.example"]]);
  });

  test("shows its recipients page by page", async () => {
    const { body } = await setup.send({ recipients: people(120) });
    await setup.waitFor(body.id, isFinished);

    const all = await setup.listRecipients(body.id, { limit: "7" });

    expect(all.map(({ recipient }) => recipient)).toEqual(people(120).map(({ to }) => to));
  });
});

describe("a request for a bulk", () => {
  test.each([
    [{ recipients: undefined }, "recipients"],
    [{ recipients: [] }, "recipients"],
    [{ recipients: people(1), csv: "email\na@people.example" }, "csv"],
    [{ recipients: people(1), from: "nobody" }, "from"],
    [{ recipients: people(1), html: "Dear {{name", text: undefined }, "html"],
    [{ recipients: people(1), subject: "a\r\nBcc: b@people.example" }, "subject"],
    [{ recipients: [{ to: "a@people.example", data: { name: "x".repeat(6001) } }] }, "recipients[0].data"],
    [
      { recipients: [{ to: "a@people.example" }, { to: "b@people.example" }] },
      '"recipients[1].data.name","message":"is missing"',
    ],
    [
      { recipients: [people(1)[0], { email: "b@people.example" }] },
      '"recipients[1].email","message":"is not a known field"',
    ],
    [{ recipients: people(1), headers: { "X-SES-TENANT": "x" } }, "headers"],
  ])("that is wrong is refused, and says where: %#", async (changed, path) => {
    const answer = await setup.send(changed);

    expect(answer.status).toBe(400);
    expect(JSON.stringify(refused(answer))).toContain(path);
  });

  test("for more than 10,000 people is refused", async () => {
    const answer = await setup.send({ recipients: people(10_001) });

    expect(answer.status).toBe(400);
    expect(refused(answer).message).toContain("at most 10000 recipients");
  });

  test("with the same key makes one bulk, and with another body none", async () => {
    const headers = { "idempotency-key": "winter" };
    const first = await setup.send({ recipients: people(2) }, { headers });
    const again = await setup.send({ recipients: people(2) }, { headers });
    const other = await setup.send({ recipients: people(3) }, { headers });
    await setup.waitFor(first.body.id, isFinished);

    expect(again.body.id).toBe(first.body.id);
    expect(again.headers["idempotent-replayed"]).toBe("true");
    expect(other.status).toBe(422);
    expect(mailed()).toHaveLength(2);
  });

  test("made twice at once with one key makes one bulk", async () => {
    const parts = { headers: { "idempotency-key": "winter" } };
    const both = await Promise.all([1, 2].map(() => setup.send({ recipients: people(2) }, parts)));
    await setup.waitFor(both[0]?.body.id ?? "", isFinished);

    expect(new Set(both.map(({ body }) => body.id)).size).toBe(1);
    expect(mailed()).toHaveLength(2);
  });
});

describe("a bulk that is steered", () => {
  test("pauses within a second, goes on where it was, and mails nobody twice", async () => {
    const { body } = await setup.send({ recipients: people(200) });
    await setup.waitFor(body.id, ({ counts }) => counts.sent > 30);

    await setup.steer("pause", body.id);
    await setup.passTime(2000);
    const paused = await setup.getBulk(body.id);
    await setup.passTime(60_000);
    const later = await setup.getBulk(body.id);
    await setup.steer("resume", body.id);
    const done = await setup.waitFor(body.id, isFinished);

    expect(paused).toMatchObject({ status: "paused", counts: { sending: 0 } });
    expect(paused.counts.sent).toBeLessThan(100);
    expect(later.counts).toEqual(paused.counts);
    expect(done.counts.sent).toBe(200);
    expect(new Set(mailed()).size).toBe(mailed().length);
  });

  test("is cancelled for whoever has not been begun", async () => {
    const { body } = await setup.send({ recipients: people(200) });
    await setup.waitFor(body.id, ({ counts }) => counts.sent > 30);

    const cancelled = await setup.steer("cancel", body.id);
    await setup.passTime(5000);
    const after = await setup.getBulk(body.id);
    const recipients = await setup.listRecipients(body.id, { status: "cancelled" });

    expect([cancelled.status, after.status]).toEqual([200, "cancelled"]);
    expect(after.counts.sent + after.counts.cancelled).toBe(200);
    expect(after.counts.sent).toBe(mailed().length);
    expect(recipients).toHaveLength(after.counts.cancelled);
    expect(mailed().length).toBeLessThan(100);
  });

  test("answers the same step again the same, and refuses one that is too late", async () => {
    const { body } = await setup.send({ recipients: people(100) });
    await setup.steer("pause", body.id);

    const again = await setup.steer("pause", body.id);
    await setup.steer("cancel", body.id);
    const late = await setup.steer("resume", body.id);

    expect([again.status, again.body.status]).toEqual([200, "paused"]);
    expect([late.status, refused(late).message]).toEqual([409, `The bulk ${body.id} is cancelled: it cannot go on.`]);
  });
});

describe("what holds a bulk up", () => {
  test("is a quota of 24 hours: it says when it goes on, and then does", async () => {
    ses.account("con_a").left = 30;
    const { body } = await setup.send({ recipients: people(50) });

    const waiting = await setup.waitFor(body.id, ({ waitingUntil }) => waitingUntil !== undefined);
    ses.account("con_a").left = 1000;
    const done = await setup.waitFor(body.id, isFinished, { everyMs: 20_000 });

    expect(waiting).toMatchObject({
      status: "sending",
      waitingFor: "quota_exceeded",
      counts: { sent: 30, waiting: 20 },
    });
    expect(Date.parse(done.finishedAt ?? "")).toBeGreaterThan(Date.parse(waiting.waitingUntil ?? ""));
    expect(Date.parse(done.finishedAt ?? "") - Date.parse(waiting.waitingUntil ?? "")).toBeLessThan(10_000);
    expect(done.counts.sent).toBe(50);
    expect(new Set(mailed()).size).toBe(50);
  });

  test("is a paused account: after three days that is how it ends for those who wait", async () => {
    ses.account("con_a").refuses = "sending_paused";
    const { body } = await setup.send({ recipients: people(3) });

    const waiting = await setup.waitFor(body.id, ({ waitingUntil }) => waitingUntil !== undefined);
    setup.loseMessages(true);
    await setup.passTime(3 * 86_400_000);
    setup.loseMessages(false);
    await setup.sweep();
    const done = await setup.waitFor(body.id, isFinished, { everyMs: 60_000 });

    expect(waiting).toMatchObject({ waitingFor: "sending_paused", counts: { waiting: 3 } });
    expect(await setup.listRecipients(body.id)).toEqual(
      [0, 1, 2].map(() => expect.objectContaining({ status: "failed", code: "sending_paused" }) as object),
    );
    expect(done.counts.failed).toBe(3);
  });

  test("is a rate lower than the one SES tells: it goes slower, and everyone is mailed once", async () => {
    const quota = { ratePerSecond: 100, left: Infinity };
    ses.account("con_a").ratePerSecond = 10;
    ses.findSendQuota = async () => quota;
    const { body } = await setup.send({ recipients: people(200) });

    const done = await setup.waitFor(body.id, isFinished);

    expect(done.counts.sent).toBe(200);
    expect(new Set(mailed()).size).toBe(200);
    // At the rate that SES tells it would be some 1,800.
    expect(ses.account("con_a").throttled).toBeLessThan(400);
  });

  test("is a connection that is gone: it ends for everyone", async () => {
    const { body } = await setup.send({ recipients: people(3) });
    setup.disconnect("con_a");

    const done = await setup.waitFor(body.id, isFinished);

    expect(done.counts.failed).toBe(3);
    expect((await setup.listRecipients(body.id))[0]).toMatchObject({ code: "connection_broken" });
  });

  test("is another bulk of the same connection: they go one after another", async () => {
    const first = await setup.send({ recipients: people(100) });
    const second = await setup.send({ recipients: [{ to: "last@people.example", data: { name: "Last" } }] });
    await setup.waitFor(second.body.id, isFinished);
    await setup.waitFor(first.body.id, isFinished);

    expect(mailed().indexOf("last@people.example")).toBeGreaterThan(90);
  });
});

test("the rest of a mail goes before a bulk that is being sent", async () => {
  const { body } = await setup.send({ recipients: people(200) });
  await setup.waitFor(body.id, ({ counts }) => counts.sent > 20);
  const rest = {
    bulkId: "blk_rest",
    kind: "mail",
    connectionId: "con_a",
    createdAtMs: time.clock(),
    from: "shop@shop.example",
    subject: "Code",
  } as const;
  const content = {
    mime: { from: { address: "shop@shop.example" }, subject: "Code", text: "{{as it is}}" },
    tags: {},
    isGroup: false,
    isTemplate: false,
  };
  const recipients = [
    { kind: "to", recipient: "ada@people.example", address: { mailbox: { address: "ada@people.example" } } },
  ];

  await time.runUntil(setup.stores.bulks.createBulk("ten_ada", rest, { content, recipients }));
  await setup.passTime(4000);

  const place = mailed().indexOf("ada@people.example");
  expect(place).toBeGreaterThan(0);
  expect(place).toBeLessThan(120);
  expect(ses.account("con_a").accepted[place]?.raw).toContain("{{as it is}}");
  expect(await setup.request("GET /mail/bulk/{bulkId}", { path: { bulkId: "blk_rest" } })).toMatchObject({
    status: 404,
  });
});

describe("the workers", () => {
  test("called twice for one line send from it once", async () => {
    const { body } = await setup.send({ recipients: people(100) });
    for (let times = 0; times < 3; times++)
      await time.runUntil(setup.queue.send({ kind: "line", tenantId: "ten_ada", connectionId: "con_a" }));

    await setup.waitFor(body.id, isFinished);

    expect(mailed()).toHaveLength(100);
    expect(ses.account("con_a").throttled).toBe(0);
  });

  test("find within a minute what nobody has told them of", async () => {
    setup.loseMessages(true);
    const { body } = await setup.send({ recipients: people(2) });
    await setup.passTime(60_000);
    setup.loseMessages(false);
    const before = await setup.getBulk(body.id);

    await setup.sweep();
    await setup.waitFor(body.id, isFinished);

    expect(before.status).toBe("queued");
    expect(mailed()).toHaveLength(2);
  });

  test("that die with people begun leave those in doubt, and send to all others", async () => {
    const { body } = await setup.send({ recipients: people(100) });
    await setup.waitFor(body.id, ({ counts }) => counts.sent > 20);

    setup.killWorkers();
    await setup.passTime(31_000);
    const dead = await setup.getBulk(body.id);
    const done = await setup.waitFor(body.id, isFinished, { everyMs: 2000 });
    await setup.settle("con_a");
    const settled = await setup.getBulk(body.id);

    expect(dead.counts).toMatchObject({ sending: 0, unknown: done.counts.unknown });
    expect(done.counts.unknown).toBeGreaterThan(0);
    expect(done.counts.sent + done.counts.unknown).toBe(100);
    expect(new Set(mailed()).size).toBe(mailed().length);
    expect(settled.counts.sent).toBe(mailed().length);
  });

  test("hand the line on after a shift, and finish what takes many", async () => {
    ses.account("con_a").ratePerSecond = 1;
    const { body } = await setup.send({ recipients: people(100) });

    const done = await setup.waitFor(body.id, isFinished, { everyMs: 5000 });

    expect(done.counts).toMatchObject({ sent: 100, unknown: 0 });
    expect(Date.parse(done.finishedAt ?? "") - startMs).toBeGreaterThan(98_000);
    expect(Date.parse(done.finishedAt ?? "") - startMs).toBeLessThan(110_000);
    expect(mailed()).toHaveLength(100);
  });
});

describe("another tenant", () => {
  test("sees none of it, and steers none of it", async () => {
    setup.connect("ten_bob", "con_b");
    const { body } = await setup.send({ recipients: people(2) });
    const path = { bulkId: body.id };

    const answers = await Promise.all(
      [
        "GET /mail/bulk/{bulkId}",
        "GET /mail/bulk/{bulkId}/recipients",
        "POST /mail/bulk/{bulkId}/pause",
        "POST /mail/bulk/{bulkId}/resume",
        "POST /mail/bulk/{bulkId}/cancel",
      ].map((route) => setup.request(route, { actor: bob, path })),
    );
    const listed = await setup.request<BulkPage>("GET /mail/bulk", { actor: bob });
    const through = await setup.send({ recipients: people(1), connection: "con_a" }, { actor: bob });

    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404]);
    expect(listed.body.items).toEqual([]);
    expect(through.status).toBe(404);
  });

  test("fills in none of this one's templates", async () => {
    const content = { name: "Winter", subject: "Winter", html: "<p>Winter</p>" };
    const change = { content, atIso: "2026-11-23T08:00:00.000Z", by: "key_ada" };
    await time.runUntil(setup.stores.templates.createTemplate("ten_ada", "tpl_1", change));
    setup.connect("ten_bob", "con_b");
    const body = { subject: undefined, html: undefined, template: "tpl_1", recipients: people(1) };

    const theirs = await setup.send(body, { actor: bob });
    const own = await setup.send(body);

    expect([theirs.status, own.status]).toEqual([404, 202]);
  });

  test("cannot use a cursor of this one's", async () => {
    const { body } = await setup.send({ recipients: people(60) });
    const page = await setup.request<BulkPage>("GET /mail/bulk/{bulkId}/recipients", {
      path: { bulkId: body.id },
      query: { limit: "10" },
    });
    setup.connect("ten_bob", "con_b");
    const bobs = await setup.send({ recipients: people(60) }, { actor: bob });

    const answer = await setup.request("GET /mail/bulk/{bulkId}/recipients", {
      actor: bob,
      path: { bulkId: bobs.body.id },
      query: { cursor: page.body.cursor ?? "" },
    });

    expect(page.body.cursor).toBeDefined();
    expect(answer.status).toBe(400);
  });
});

describe("the list of bulks", () => {
  test("has the newest first", async () => {
    const ids: string[] = [];
    for (let each = 0; each < 3; each++) {
      ids.push((await setup.send({ recipients: people(1), name: `Bulk ${each}` })).body.id);
      await setup.passTime(1000);
    }

    const { body } = await setup.request<BulkPage>("GET /mail/bulk");

    expect(body.items.map(({ id }) => id)).toEqual(ids.toReversed());
    expect(body.items[0]).toMatchObject({ name: "Bulk 2", counts: { sent: 1 } });
  });
});
