// The `resend` client's routes where POST /mail does what a laptop's does not: it takes long, or fails in unforeseen ways.
// What the real client gets: test/e2e/resend.test.ts.
import { beforeEach, describe, expect, test } from "vitest";
import { resendRoutes, type ResendDeps } from "../../lambdas/mail/resend/emails.ts";
import { withResendErrors } from "../../lambdas/mail/resend/errors.ts";
import { httpHandler, type ApiRequest, type ApiResponse } from "../../lambdas/runtime/http.ts";
import type { MailView, RefusedMailResponse } from "../../shared/contract/api/mail.ts";
import type { EmailView, ResendError, SentBatch } from "../../shared/contract/api/resend.ts";
import { AppError } from "../../shared/contract/error.ts";
import { adasKey, call } from "../support/api-request.ts";
import { captureOutput } from "../support/captured-output.ts";

const never = async (): Promise<ApiResponse> => {
  throw new Error("not asked for");
};

const handlerWith = (deps: Partial<ResendDeps>) =>
  withResendErrors(
    httpHandler(
      resendRoutes({
        sendMail: never,
        getMail: never,
        cancelMail: never,
        rescheduleMail: never,
        clock: () => 0,
        ...deps,
      }),
    ),
  );

const email = (to: string) => ({ from: "hello@shop.example", to, subject: "Hello", text: "Hi" });
const addressOf = ({ body }: ApiRequest): string => (body as { to: string }).to;
const accepted = (id: string): ApiResponse => ({ status: 202, body: { id, recipients: [] } });

const sendBatch = <Body = SentBatch>(deps: Partial<ResendDeps>, many: number, headers: Record<string, string> = {}) =>
  call<Body>(handlerWith(deps), "POST /emails/batch", {
    actor: adasKey,
    headers,
    body: Array.from({ length: many }, (_, index) => email(`a${index}@people.example`)),
  });

beforeEach(() => void captureOutput());

describe("a batch", () => {
  test("begins no mail that might outlast the function, and says which were not sent", async () => {
    let nowMs = 0;
    const sendMail = async (request: ApiRequest) => {
      nowMs += 300;
      return accepted(addressOf(request));
    };

    const { status, body } = await sendBatch({ sendMail, clock: () => nowMs }, 12);

    expect(status).toBe(200);
    const sent = body.data.map(({ id }) => id);
    const late = body.errors?.map(({ index }) => `a${index}@people.example`) ?? [];
    expect(sent.length).toBeGreaterThan(0);
    expect(late.length).toBeGreaterThan(0);
    expect(sent.concat(late).sort()).toEqual(
      Array.from({ length: 12 }, (_, index) => `a${index}@people.example`).sort(),
    );
    expect(body.errors?.[0]?.message).toContain("send it again");
  });

  test("tells of what was sent when another mail fails for a reason nobody foresaw", async () => {
    const sendMail = async (request: ApiRequest) => {
      if (addressOf(request) === "a1@people.example") throw new TypeError("secret detail");
      return accepted(addressOf(request));
    };

    const { body } = await sendBatch({ sendMail }, 3);

    expect(body.data.map(({ id }) => id)).toEqual(["a0@people.example", "a2@people.example"]);
    expect(body.errors).toEqual([{ index: 1, message: "Something went wrong on our side." }]);
  });

  test("of which nothing was sent is answered the first reason", async () => {
    const refused: RefusedMailResponse = {
      error: {
        code: "unprocessable",
        message: "Nothing was sent.",
        details: [{ path: "to[0]", message: "is suppressed" }],
      },
      id: "mai_1",
      recipients: [],
    };

    const byAnswer = await sendBatch<ResendError>({ sendMail: async () => ({ status: 422, body: refused }) }, 2);
    const byError = await sendBatch<ResendError>(
      {
        sendMail: async () => {
          throw new AppError("connection_broken", "The connection is broken.");
        },
      },
      2,
    );

    expect(byAnswer).toMatchObject({
      status: 422,
      body: { statusCode: 422, name: "validation_error", message: "Nothing was sent. to[0] is suppressed" },
    });
    expect(byError).toMatchObject({ status: 502, body: { statusCode: 502, name: "application_error" } });
  });

  test("gives each mail an idempotency key of its own, the same in every try", async () => {
    const keys: (string | undefined)[] = [];
    const sendMail = async (request: ApiRequest) => {
      keys.push(request.headers["idempotency-key"]);
      return accepted("mai_1");
    };

    await sendBatch({ sendMail }, 2, { "idempotency-key": "k".repeat(255) });
    await sendBatch({ sendMail }, 2, { "idempotency-key": "k".repeat(255) });
    await sendBatch({ sendMail }, 1);

    expect(keys.slice(0, 2)).toEqual(keys.slice(2, 4));
    expect(new Set(keys.slice(0, 2)).size).toBe(2);
    for (const key of keys.slice(0, 4)) expect(key).toMatch(/^[!-~]{1,255}$/);
    expect(keys[4]).toBeUndefined();
  });

  test("takes no other way of validation than the client knows", async () => {
    const { status, body } = await sendBatch<ResendError>({}, 1, { "x-batch-validation": "none" });

    expect(status).toBe(400);
    expect(body).toMatchObject({ name: "validation_error", message: expect.stringContaining("strict or permissive") });
  });
});

describe("an error", () => {
  test("of a caller whom nobody knows, or of a body that is no JSON, is in the client's form, too", async () => {
    const unknown = await call<ResendError>(handlerWith({}), "POST /emails", {
      actor: null,
      body: email("a@b.example"),
    });
    const noJson = await call<ResendError>(handlerWith({}), "POST /emails", { actor: adasKey, body: "{" });

    expect(unknown.body).toMatchObject({ statusCode: 401, name: "missing_api_key" });
    expect(noJson.body).toMatchObject({ statusCode: 400, name: "validation_error" });
  });
});

test.each([
  [[{ recipient: "a", status: "sending" }], "queued"],
  [[{ recipient: "a", status: "sent", messageId: "m", outcome: "delayed" }], "delivery_delayed"],
  [
    [
      { recipient: "a", status: "sent", messageId: "m", outcome: "opened" },
      { recipient: "b", status: "sent", messageId: "n", outcome: "delivered" },
    ],
    "opened",
  ],
  [
    [
      { recipient: "a", status: "sent", messageId: "m", outcome: "clicked" },
      { recipient: "b", status: "sent", messageId: "n", outcome: "bounced" },
    ],
    "bounced",
  ],
] as const)(
  "of several recipients the worst, else the farthest, is the mail's last event: %j → %s",
  async (recipients, event) => {
    const view: MailView = { id: "mai_1", createdAt: "2026-11-23T08:00:00.000Z", recipients: [...recipients] };
    const asked: ApiRequest[] = [];
    const getMail = async (request: ApiRequest) => {
      asked.push(request);
      return { status: 200, body: view };
    };

    const { body } = await call<EmailView>(handlerWith({ getMail }), "GET /emails/{emailId}", {
      actor: adasKey,
      path: { emailId: "mai_1" },
    });

    expect(asked[0]?.pathParameters).toEqual({ mailId: "mai_1" });
    expect(body.last_event).toBe(event);
  },
);
