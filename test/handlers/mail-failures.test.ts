// POST /mail when SES, STS or the network refuse, or do not answer: every recipient is told the truth.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { AwsError } from "../../local/protocol.ts";
import type { RecipientResult } from "../../shared/contract/api/mail.ts";
import { captureOutput } from "../support/captured-output.ts";
import { startDynamoDb, type LocalDynamoDb } from "../support/dynamodb.ts";
import { refusal, setUpMail, type MailSetup } from "../support/mail-setup.ts";

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
  return setup.stop;
});

describe("when nobody was sent to", () => {
  test("as all are suppressed or have no address, the answer is 422 and tells each", async () => {
    await setup.connect();
    await setup.suppress("ten_ada", "bounced@example.com");

    const answer = await setup.send({ to: ["nobody", "bounced@example.com"] });

    expect(answer.status).toBe(422);
    expect(refusal(answer)).toMatchObject({
      code: "unprocessable",
      requestId: "request-1",
      details: [
        { path: "to[0]", message: expect.stringContaining("must be one address") as string },
        { path: "to[1]", message: "is suppressed since 2026-11-01T08:00:00.000Z (bounce)" },
      ],
    });
    expect(answer.body.recipients.map(({ status }) => status)).toEqual(["invalid", "suppressed"]);
    expect(setup.asked).toEqual([]);
  });

  test("as the sender is not verified, the answer says what to do", async () => {
    await setup.connect();

    const answer = await setup.send({ from: "hello@other.example", to: ["ada@example.com", "eve@example.com"] });

    expect(answer.status).toBe(422);
    const failed = { status: "failed", code: "sender_not_verified" };
    expect(answer.body.recipients).toMatchObject([failed, failed]);
    expect(refusal(answer).details).toEqual([
      { path: "from", message: expect.stringContaining("verify the address or its domain") as string },
    ]);
  });

  test("as the role no longer lets us in, the connection is broken", async () => {
    await setup.connect();
    await setup.cloud.deployConnection("another external id");

    const answer = await setup.send();

    expect(answer.status).toBe(502);
    expect(refusal(answer)).toMatchObject({ code: "connection_broken" });
    expect(answer.body.recipients).toMatchObject([{ status: "failed", code: "connection_broken" }]);
  });

  test("as STS is out of reach, nothing was sent, and trying again is right", async () => {
    await setup.connect();
    setup.faults.sts = () => {
      throw new AwsError("InternalFailure", "out of order", { status: 500 });
    };

    const answer = await setup.send();

    expect(answer.status).toBe(503);
    expect(answer.body.recipients).toMatchObject([{ status: "failed", code: "unavailable" }]);
  });
});

describe("what the account's own SES refuses", () => {
  test("in the sandbox is told as such, and the others are mailed", async () => {
    await setup.connect({ production: false, identities: ["shop.example", "friend@example.com"] });

    const { status, body } = await setup.send({ to: ["ada@example.com", "friend@example.com"] });

    expect(status).toBe(202);
    expect(body.recipients).toMatchObject([
      { recipient: "ada@example.com", status: "failed", code: "recipient_not_verified" },
      { recipient: "friend@example.com", status: "sent" },
    ]);
  });

  test("over the quota of 24 hours is told with when to try again, and the others are mailed", async () => {
    await setup.connect({ maxSendRate: 100, max24Hours: 1 });

    const { status, body } = await setup.send({ to: ["ada@example.com"] });
    const over = await setup.send({ to: ["eve@example.com"] });

    expect([status, over.status]).toEqual([202, 422]);
    expect(body.recipients).toMatchObject([{ status: "sent" }]);
    expect(over.body.recipients).toMatchObject([
      { recipient: "eve@example.com", status: "failed", code: "quota_exceeded", retryAfterSeconds: 3600 },
    ]);
    expect(over.headers["retry-after"]).toBe("3600");
  });

  test("tells no time for all where one of them must be changed first", async () => {
    await setup.connect({ maxSendRate: 100, max24Hours: 0 });

    const { status, body, headers } = await setup.send({ to: ["ada@example.com", "nobody"] });

    expect(status).toBe(422);
    expect(body.recipients).toMatchObject([{ code: "quota_exceeded", retryAfterSeconds: 3600 }, { status: "invalid" }]);
    expect(headers["retry-after"]).toBeUndefined();
  });
});

describe("an error of SES", () => {
  const sesErrors: [string, string, RecipientResult["status"], string][] = [
    [
      "MessageRejected",
      "Email address is not verified. The following identities failed the check in region US-EAST-1: hello@shop.example",
      "failed",
      "sender_not_verified",
    ],
    [
      "MessageRejected",
      "Email address is not verified. The following identities failed the check in region US-EAST-1: ada@example.com",
      "failed",
      "recipient_not_verified",
    ],
    ["MessageRejected", "Invalid content", "failed", "message_rejected"],
    ["MailFromDomainNotVerifiedException", "MAIL FROM", "failed", "mail_from_not_verified"],
    ["ConfigurationSetDoesNotExist", "no set", "failed", "configuration_set_missing"],
    ["AccountSendingPausedException", "paused", "failed", "sending_paused"],
    ["ConfigurationSetSendingPausedException", "paused", "failed", "sending_paused"],
    ["Throttling", "Daily message quota exceeded.", "failed", "quota_exceeded"],
    ["AccessDenied", "not authorized to perform ses:SendRawEmail", "failed", "connection_broken"],
    ["InvalidParameterValue", "Missing final '@domain'", "failed", "refused_by_ses"],
  ];
  test.each(sesErrors)("%s (%s) is told as %s, %s", async (name, message, status, code) => {
    await setup.connect();
    setup.faults.ses = () => {
      throw new AwsError(name, message, { status: name === "AccessDenied" ? 403 : 400 });
    };

    const { body } = await setup.send();

    expect(body.recipients).toMatchObject([{ recipient: "ada@example.com", status, code }]);
  });

  test("of the server's leaves it open whether the mail went out: it is not sent again", async () => {
    await setup.connect();
    setup.faults.ses = () => {
      throw new AwsError("InternalFailure", "after the mail was taken", { status: 500 });
    };

    const { status, body } = await setup.send();

    expect(status).toBe(202);
    expect(body.recipients).toMatchObject([{ status: "unknown", code: "no_answer" }]);
    expect(setup.asked).toEqual(["SendRawEmail"]);
  });

  test("that is no answer at all leaves it open too", async () => {
    await setup.connect();
    let answerNow: () => void = () => undefined;
    setup.faults.ses = () =>
      new Promise<void>((resolve) => {
        answerNow = resolve;
      });

    // Long enough for SES to be reached at all.
    const { body } = await setup.send({}, {}, { sender: setup.newSender({ sesTimeoutMs: 300 }) });
    answerNow();

    expect(body.recipients).toMatchObject([{ status: "unknown", code: "no_answer" }]);
    expect(setup.asked).toEqual(["SendRawEmail"]);
  });

  test("that asks to go slower is waited for, with growing waits", async () => {
    await setup.connect();
    setup.faults.ses = () => {
      if (setup.asked.length <= 2) throw new AwsError("Throttling", "Maximum sending rate exceeded.");
    };

    const { status, body } = await setup.send();

    expect(status).toBe(202);
    expect(body.recipients).toMatchObject([{ status: "sent" }]);
    expect(setup.waits).toEqual([300, 600]);
  });

  test("that asks to go slower for ever has the mail queued, or ends in 429 where that is not possible", async () => {
    await setup.connect();
    setup.faults.ses = () => {
      throw new AwsError("Throttling", "Maximum sending rate exceeded.");
    };

    const queued = await setup.send();
    const asked = setup.asked.length;
    const refused = await setup.send(
      {},
      {},
      { bulks: { ...setup.deps.bulks, createBulk: () => Promise.reject(new Error("gone")) } },
    );

    expect([queued.status, queued.body.recipients[0]?.status, asked]).toEqual([202, "queued", 5]);
    expect(refused.status).toBe(429);
    expect(refusal(refused)).toMatchObject({ code: "rate_limited" });
    expect(refused.body.recipients).toMatchObject([{ status: "failed", code: "rate_limited" }]);
  });
});

test("what is not needed holds up no answer: the account's rate, the record of it, the content that is kept", async () => {
  await setup.connect();
  const never = () => new Promise<never>(() => undefined);
  const attempts = { ...setup.deps.attempts, recordAnswer: never };
  const hanging = { findSendRate: never, keepContent: never, attempts, limits: { rateMs: 1, recordMs: 1 } };

  const { status, body } = await setup.send({ to: ["ada@example.com", "eve@example.com"] }, {}, hanging);

  expect([status, body.recipients.map((one) => one.status)]).toEqual([202, ["sent", "sent"]]);
});

test("a request that takes too long still tells of everyone, and begins nothing new", async () => {
  await setup.connect({ maxSendRate: 100 });
  setup.faults.ses = () => {
    if (setup.asked.length === 1) setup.time.nowMs += 14_000;
  };

  const { status, body } = await setup.send({ to: Array.from({ length: 12 }, (_, index) => `p${index}@example.com`) });

  expect(status).toBe(202);
  expect(body.recipients.slice(0, 10).every((result) => result.status === "sent")).toBe(true);
  expect(body.recipients.slice(10)).toMatchObject([
    { recipient: "p10@example.com", status: "failed", code: "unavailable" },
    { recipient: "p11@example.com", status: "failed", code: "unavailable" },
  ]);
});

test("a session that AWS ended is renewed, and the mail goes out", async () => {
  await setup.connect();
  const used: string[] = [];
  setup.faults.ses = () => {
    if (setup.asked.length === 2) throw new AwsError("ExpiredToken", "The security token is expired", { status: 403 });
  };
  setup.faults.sts = (operation) => void used.push(operation);
  await setup.send();

  const { body } = await setup.send();

  expect(body.recipients).toMatchObject([{ status: "sent" }]);
  expect(used).toEqual(["AssumeRole", "AssumeRole"]);
});

test("a session that ends while a request is under way is renewed once, and nobody is missed or mailed twice", async () => {
  await setup.connect({ maxSendRate: 100 });
  const people = Array.from({ length: 25 }, (_, index) => `p${index}@example.com`);
  setup.faults.ses = () => {
    if (setup.asked.length === 4) setup.cloud.identity.expireSession(setup.used[0] ?? "");
  };

  const { body } = await setup.send({ to: people });

  expect(body.recipients.map(({ status }) => status)).toEqual(people.map(() => "sent"));
  expect((await sentTo()).toSorted()).toEqual(people.toSorted());
  expect(setup.assumed).toHaveLength(2);
  expect(new Set(setup.used).size).toBe(2);
});

/** Whom SES has sent to, as its events tell: once for each message. */
async function sentTo(): Promise<string[]> {
  const people: string[] = [];
  for (;;) {
    const events = await setup.cloud.takeEvents();
    if (events.length === 0) return people;
    for (const { "detail-type": type, detail } of events)
      if (type === "Email Sent") people.push(...detail.mail.destination);
  }
}
