// DELETE /recipients/{address}: what is gone, what stays, and that nothing brings it back.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { AwsError } from "../../local/protocol.ts";
import type { ErasureView } from "../../shared/contract/api/recipient-rights.ts";
import type { SesEvent } from "../../shared/domain/event.ts";
import { adasKey, bob, call, type RequestParts } from "../support/api-request.ts";
import { captureOutput } from "../support/captured-output.ts";
import { nowMs } from "../support/projected-ledger.ts";
import { countersIn, rowsIn, startRecipientRights, type RecipientRights } from "../support/recipient-rights.ts";
import { fixtureMessageId, parseEvents, sesEvent, sesJson, type Json } from "../support/ses-events.ts";

const tenantId = "ten_ada";
const person = "grace@people.example";
const later = "2026-11-23T12:30:00.000Z";

let rights: RecipientRights;
/** What DynamoDB does instead of succeeding. */
let fault: ((operation: string) => void) | undefined;
beforeEach(async () => {
  captureOutput();
  fault = undefined;
  rights = await startRecipientRights({ faults: (operation) => fault?.(operation) });
});
afterEach(() => rights.stop());

const path = { address: person };
const erase = (parts: RequestParts = {}) =>
  call<ErasureView>(rights.handler, "DELETE /recipients/{address}", { path, ...parts });
const status = (parts: RequestParts = {}) =>
  call<ErasureView>(rights.handler, "GET /recipients/{address}/erasure", { path, ...parts });

/** To the person, with everything that an event can say of her. */
const toPerson: Json = {
  "mail.destination": [person],
  "mail.commonHeaders.subject": "Grace, your test results",
  "mail.tags": {
    "ses:configuration-set": ["sesami"],
    campaign: ["autumn"],
    reader: [person],
    "sesami-attempt": ["mai_x-0"],
  },
};
const bounced = {
  "bounce.bouncedRecipients": [
    { emailAddress: person, action: "failed", status: "5.1.1", diagnosticCode: `smtp; 550 <${person}> unknown` },
  ],
};
const clicked = {
  "click.link": `https://shop.example/unsubscribe?email=${encodeURIComponent(person)}&name=Hopper`,
  "click.linkTags": { who: [person] },
  "click.userAgent": "Mozilla/5.0 (Ada's telephone)",
};

const life = (changes: Json = {}): SesEvent[] => [
  sesEvent("send", { ...toPerson, ...changes }),
  sesEvent("delivery", {
    ...toPerson,
    "delivery.recipients": [person],
    "delivery.smtpResponse": `250 ok <${person}>`,
    ...changes,
  }),
  sesEvent("open", { ...toPerson, "open.userAgent": "Mozilla/5.0 (Ada's telephone)", ...changes }),
  sesEvent("click", { ...toPerson, ...clicked, ...changes }),
];

const bounceOf = (changes: Json = {}): SesEvent => sesEvent("bounce", { ...toPerson, ...bounced, ...changes });

const opensOf = (count: number, changes: Json = {}): SesEvent[] =>
  Array.from({ length: count }, (_, second) =>
    sesEvent("open", {
      ...toPerson,
      "open.timestamp": new Date(Date.parse("2026-11-23T08:10:00Z") + second * 1000).toISOString(),
      ...changes,
    }),
  );

const store = (events: readonly SesEvent[], forTenantId = tenantId) => rights.store(events, forTenantId);

/** What of a person may stand nowhere. */
const traces = [person, encodeURIComponent(person), "Hopper", "test results", "telephone", "mai_x-0"];

async function tracesLeft(ofTenantId = tenantId): Promise<string[]> {
  const own = (await rights.items()).filter((item) => JSON.stringify(item).includes(ofTenantId));
  return traces.filter((trace) => JSON.stringify(own).includes(trace));
}

const outcomesOf = (messageId = fixtureMessageId) => rights.ledger.getMessageOutcomes(tenantId, messageId);

describe("erasing a recipient", () => {
  it("leaves nothing that says who it was, in outcomes, further events, lists or counters' rows", async () => {
    await store([...life(), bounceOf(), ...opensOf(60)]);
    expect(await tracesLeft()).not.toEqual([]);

    await erase();
    await rights.settle();

    expect(await tracesLeft()).toEqual([]);
  });

  it("answers what was done, what runs, and how long copies are kept elsewhere", async () => {
    await store([...life(), ...life({ "mail.messageId": "another" })]);

    const begun = await erase();
    await rights.settle();

    expect(begun).toMatchObject({
      status: 202,
      body: {
        address: person,
        erasedAt: "2026-11-23T12:00:00.000Z",
        state: "running",
        messages: 2,
        copiesKeptDays: { eventArchive: 30, tableBackups: 65, sentMailRecords: 30, deadLetterQueues: 14 },
      },
    });
    expect((await status()).body).toMatchObject({
      state: "done",
      messages: 2,
      erasedAt: "2026-11-23T12:00:00.000Z",
      finishedAt: "2026-11-23T12:00:00.000Z",
    });
  });

  it("keeps what became of the mail, under a pseudonym", async () => {
    await store([...life(), ...opensOf(60)]);
    const [before] = await outcomesOf();

    await erase();
    await rights.settle();

    const [after, ...others] = await outcomesOf();
    expect(others).toEqual([]);
    expect(after).toMatchObject({
      recipient: expect.stringMatching(/^erased:name-\d+$/),
      status: before?.status,
      sentAt: before?.sentAt,
      opens: before?.opens,
      clicks: before?.clicks,
      opensByPersons: before?.opensByPersons,
      subject: "erased",
    });
    expect(after?.tags).toEqual({ "ses:configuration-set": ["sesami"], campaign: ["autumn"] });
    expect(after?.events).toHaveLength(before?.events.length ?? 0);
    expect(Object.keys(after?.links ?? {})).toEqual([
      expect.stringMatching(/^https:\/\/shop\.example\/erased-[0-9a-f]{8}$/),
    ]);
  });

  it("changes no counter, and shows each event once in the list", async () => {
    await store([
      ...life({ "mail.tags": { campaign: ["autumn"] } }),
      bounceOf({ "mail.tags": {} }),
      ...opensOf(60, { "mail.tags": {} }),
    ]);
    await store([sesEvent("send", { "mail.messageId": "of-another" })]);
    const before = await rights.items();

    await erase();
    await rights.settle();

    const after = await rights.items();
    expect(Object.keys(countersIn(before)).length).toBeGreaterThan(0);
    expect(countersIn(after)).toEqual(countersIn(before));
    expect(rowsIn(after)).toHaveLength(rowsIn(before).length);
    const { events } = await rights.ledger.listEvents(tenantId, {
      fromMs: nowMs - 86_400_000,
      toMs: nowMs,
      limit: 100,
    });
    expect(events).toHaveLength(rowsIn(before).length);
  });

  it("leaves other people, and what could be anybody's, as they were", async () => {
    const group = { "mail.messageId": "group", "mail.destination": [person, "ada@example.com"] };
    await store([...parseEvents(sesJson("send", group)), ...parseEvents(sesJson("open", group))]);

    await erase();
    await rights.settle();

    const outcomes = await outcomesOf("group");
    expect(outcomes.map(({ recipient }) => recipient.replace(/name-.*/, "…"))).toEqual([
      "ada@example.com",
      "erased:…",
      "message:group",
    ]);
    expect(outcomes[2]?.opens.total).toBe(1);
  });

  it("gives events ids that nobody can work out from the address", async () => {
    await store(life());
    const before = new Set((await outcomesOf())[0]?.events.map(({ eventId }) => eventId));

    await erase();
    await rights.settle();

    const after = (await outcomesOf())[0]?.events.map(({ eventId }) => eventId) ?? [];
    expect(after).toHaveLength(4);
    expect(after.some((eventId) => before.has(eventId))).toBe(false);
  });

  it("finds the person however the address is written", async () => {
    await store(life());

    await erase({ path: { address: "Grace@People.Example" } });
    await rights.settle();

    expect(await tracesLeft()).toEqual([]);
  });

  it("may be asked again, and for somebody unknown", async () => {
    const unknown = await erase({ path: { address: "nobody@people.example" } });
    await rights.settle();
    await store(life());
    await erase();
    await rights.settle();

    const again = await erase();
    await rights.settle();

    expect(unknown).toMatchObject({ status: 202, body: { messages: 0 } });
    expect(again).toMatchObject({ status: 202, body: { messages: 0, state: "running" } });
    expect((await status()).body.state).toBe("done");
  });
});

describe("who may erase", () => {
  it("is a person at the dashboard, not an app's key", async () => {
    await store(life());

    const refused = await erase({ actor: adasKey });

    expect(refused.status).toBe(403);
    expect(rights.queue).toEqual([]);
    expect((await outcomesOf())[0]?.recipient).toBe(person);
  });

  it("is a tenant for itself: another's data stays, and nothing is told of it", async () => {
    await store(life());
    await store(life(), "ten_bob");

    await erase({ actor: bob });
    await rights.settle();

    expect(await tracesLeft("ten_bob")).toEqual([]);
    expect((await outcomesOf())[0]?.recipient).toBe(person);
    expect((await status()).status).toBe(204);
    const recorded = await rights.ledger.recordEvents(tenantId, [bounceOf()]);
    expect(recorded[0]?.result).toBe("stored");
  });

  it("names an address", async () => {
    expect(await erase({ path: { address: "nobody" } })).toMatchObject({
      status: 400,
      body: { error: { details: [{ path: "path.address" }] } },
    });
  });
});

describe("events after an erasure", () => {
  it("are dropped when their mail was sent before it, whether the mail was known or not", async () => {
    await store(life());
    await erase();
    await rights.settle();
    const before = await rights.items();

    const recorded = await rights.ledger.recordEvents(tenantId, [
      bounceOf(),
      ...life(),
      sesEvent("open", { ...toPerson, "mail.messageId": "never-seen", "open.timestamp": later }),
    ]);
    await store([]);

    expect(new Set(recorded.map(({ result }) => result))).toEqual(new Set(["erased"]));
    expect(await rights.items()).toEqual(before);
  });

  it("are dropped while the erasure is still to come to their outcome", async () => {
    await store(opensOf(300));
    const { erasedAt } = await rights.erasures.beginErasure(tenantId, {
      address: person,
      nowMs,
      runId: "run",
      pseudonym: "erased:x",
    });

    const recorded = await rights.ledger.recordEvents(tenantId, [bounceOf()]);

    expect(erasedAt).toBe("2026-11-23T12:00:00.000Z");
    expect(recorded[0]?.result).toBe("erased");
  });

  it("are stored of mail that is sent later: the person is back", async () => {
    await store(life());
    await erase();
    await rights.settle();
    rights.time.nowMs = Date.parse("2026-11-24T08:00:00Z");

    const recorded = await rights.ledger.recordEvents(tenantId, [
      sesEvent("send", { ...toPerson, "mail.messageId": "welcome-back", "mail.timestamp": later }),
    ]);

    expect(recorded[0]?.result).toBe("stored");
    expect((await outcomesOf("welcome-back"))[0]?.recipient).toBe(person);
  });

  it("that come while nobody knows of it yet are swept away, and counted no more than before", async () => {
    await store([...life({ "mail.tags": {} }), ...opensOf(50, { "mail.tags": {} })]);
    const before = countersIn(await rights.items());
    await erase();
    await store([]);

    // A categorizer that still goes by what it remembers: redelivered events and new ones, and a message never seen.
    await store([...life({ "mail.tags": {} }), bounceOf({ "mail.tags": {} })]);
    await rights.settle();

    expect(await tracesLeft()).toEqual([]);
    expect(countersIn(await rights.items())).toEqual(before);
    expect(await outcomesOf()).toHaveLength(1);
  });

  it("of a new message that slipped in meanwhile count, under the pseudonym", async () => {
    await store(life());
    await erase();
    await store(life({ "mail.messageId": "slipped-in" }));

    await rights.settle();

    expect(await tracesLeft()).toEqual([]);
    const [first] = await outcomesOf();
    const [second] = await outcomesOf("slipped-in");
    expect(second?.recipient).toBe(first?.recipient);
  });
});

describe("the suppression of an erased recipient", () => {
  const findSuppression = async () => (await rights.suppressions.findSuppressions(tenantId, [person])).get(person);

  it("still refuses mail, and names neither the person nor the message", async () => {
    await store([bounceOf()]);
    expect(await findSuppression()).toMatchObject({ evidence: { messageId: fixtureMessageId } });

    await erase();
    await rights.settle();

    expect(await findSuppression()).toEqual({
      address: person,
      reason: "bounce",
      since: "2026-11-23T00:00:00.000Z",
      reasons: [{ address: person, reason: "bounce", since: "2026-11-23T00:00:00.000Z" }],
    });
    expect((await rights.suppressions.listSuppressions(tenantId, { limit: 10 })).items).toEqual([]);
    expect(await tracesLeft()).toEqual([]);
  });

  it("is kept the same way when the projector comes to the bounce only later", async () => {
    await rights.ledger.recordEvents(tenantId, [bounceOf()]);

    await erase();
    await rights.settle();

    expect(await findSuppression()).toMatchObject({ reason: "bounce" });
    expect(await tracesLeft()).toEqual([]);
  });

  it("is in the open again, beside the old, when a later mail bounces", async () => {
    await store([sesEvent("complaint", { ...toPerson, "complaint.complainedRecipients": [{ emailAddress: person }] })]);
    await erase();
    await rights.settle();
    rights.time.nowMs = Date.parse("2026-11-24T08:00:00Z");

    await rights.ledger.recordEvents(tenantId, [
      bounceOf({ "mail.messageId": "later", "mail.timestamp": later, "bounce.timestamp": later }),
    ]);
    await store([]);

    const suppression = await findSuppression();
    expect(suppression?.reasons.map(({ reason, since }) => [reason, since])).toEqual([
      ["complaint", "2026-11-23T00:00:00.000Z"],
      ["bounce", later],
    ]);
  });

  it("does not suppress anybody else", async () => {
    await store([bounceOf()]);
    await erase();
    await rights.settle();

    const found = await rights.suppressions.findSuppressions(tenantId, ["other@people.example", "erased:name-2"]);

    expect(found.size).toBe(0);
  });
});

describe("an erasure of much, or with trouble", () => {
  const messages = (count: number): SesEvent[] =>
    Array.from({ length: count }, (_, index) =>
      sesEvent("send", { ...toPerson, "mail.tags": {}, "mail.messageId": `message-${index}` }),
    );

  it("does a part with the answer and the rest in steps", async () => {
    await store([...messages(700), ...opensOf(300, { "mail.tags": {}, "mail.messageId": "message-3" })]);
    const before = countersIn(await rights.items());

    const begun = await erase();
    const [queued] = rights.queue;
    const steps = await rights.settle();

    expect(begun.body.messages).toBeGreaterThan(0);
    expect(begun.body.messages).toBeLessThan(700);
    expect(queued?.delaySeconds).toBe(120);
    expect(steps).toBeGreaterThan(1);
    expect(await tracesLeft()).toEqual([]);
    expect((await status()).body).toMatchObject({ state: "done", messages: 700 });
    expect(countersIn(await rights.items())).toEqual(before);
  });

  it("is finished by the rewriter when the request died half way, or before it began", async () => {
    await store([...messages(60), ...opensOf(80, { "mail.tags": {}, "mail.messageId": "message-3" })]);
    const before = countersIn(await rights.items());
    let transactions = 0;
    fault = (operation) => {
      if (operation === "TransactWriteItems" && ++transactions > 30)
        throw new AwsError("InternalServerError", "Down.", { status: 500 });
    };

    const died = await erase();
    fault = undefined;
    await rights.settle();

    expect(died.status).toBe(503);
    expect(await tracesLeft()).toEqual([]);
    expect(countersIn(await rights.items())).toEqual(before);
    expect((await status()).body.state).toBe("done");
  });

  it("moves nothing twice when the answer to a write is lost", async () => {
    await store([...life({ "mail.tags": {} }), ...opensOf(60, { "mail.tags": {} })]);
    const before = countersIn(await rights.items());
    let written = 0;
    fault = (operation) => {
      if (operation === "TransactWriteItems:done" && ++written === 2)
        throw new AwsError("InternalServerError", "Lost.", { status: 500 });
    };

    await erase();
    fault = undefined;
    await rights.settle();

    expect(written).toBeGreaterThanOrEqual(2);
    expect(await tracesLeft()).toEqual([]);
    expect(countersIn(await rights.items())).toEqual(before);
    expect(await outcomesOf()).toHaveLength(1);
  });

  it("does nothing for messages that come twice, late, or of a request that a newer one took over", async () => {
    await store(messages(10));
    await erase();
    const [older] = rights.queue.splice(0);
    await erase();
    const [newer] = rights.queue;
    await rights.settle();
    const done = await rights.items();

    await rights.rewrite(older!.job);
    await rights.rewrite(newer!.job);

    expect(rights.errors).toEqual([]);
    expect(rights.queue).toEqual([]);
    expect(await rights.items()).toEqual(done);
  });
});
