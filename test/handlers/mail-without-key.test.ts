// POST /mail without an idempotency key: nothing is written before SES is asked, and the mail can be followed all the same.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { MailDeps } from "../../lambdas/mail/send-mail.ts";
import { AwsError } from "../../local/protocol.ts";
import { bob } from "../support/api-request.ts";
import { captureOutput } from "../support/captured-output.ts";
import { startDynamoDb, type LocalDynamoDb } from "../support/dynamodb.ts";
import { setUpMail, type MailSetup } from "../support/mail-setup.ts";

let dynamodb: LocalDynamoDb;
let setup: MailSetup;
let tables = 0;
/** Asked before each operation of DynamoDB. */
let database: ((operation: string) => Promise<void> | void) | undefined;

beforeAll(async () => {
  dynamodb = await startDynamoDb({ faults: (operation) => database?.(operation) });
});
afterAll(() => dynamodb.stop());
beforeEach(async () => {
  captureOutput();
  database = undefined;
  setup = await setUpMail(dynamodb, await dynamodb.createDirectoryTable(`WithoutKey${(tables += 1)}`));
  await setup.connect({ maxSendRate: 100 });
  return setup.stop;
});

const never = () => new Promise<never>(() => undefined);

/** The points at which a function that sends can be lost: from there on it does nothing more. */
const crashes: [point: string, crash: (deps: MailDeps) => Partial<MailDeps>][] = [
  [
    "after SES took it",
    ({ sender }) => ({
      sender: {
        ...sender,
        sendMessage: async (...message) => {
          await sender.sendMessage(...message);
          return never();
        },
      },
    }),
  ],
  ["before its answer was recorded", ({ attempts }) => ({ attempts: { ...attempts, recordAnswer: never } })],
];

describe("a mail without a key", () => {
  test("writes nothing before SES is asked, and all of it after", async () => {
    const steps: string[] = [];
    await setup.send();
    setup.faults.ses = (operation) => void steps.push(operation);
    database = (operation) => {
      if (!operation.includes(":")) steps.push(operation);
    };

    await setup.send();

    expect(steps).toEqual(["BatchGetItem", "SendRawEmail", "BatchWriteItem"]);
  });

  test.each(crashes)(
    "whose request crashed %s is told of, to its tenant, once its Send event has come",
    async (_, crash) => {
      void setup.send({ to: ["ada@example.com", "eve@example.com"] }, {}, crash(setup.deps));
      await expect.poll(() => setup.asked.length).toBe(2);
      const before = await setup.getMail("mai_1");
      await expect
        .poll(async () => {
          await setup.takeEvents();
          const { body } = await setup.getMail("mai_1");
          return body.recipients?.map(({ recipient, status }) => [recipient, status]);
        })
        .toEqual([
          ["ada@example.com", "sent"],
          ["eve@example.com", "sent"],
        ]);

      expect(before.status).toBe(404);
      expect((await setup.getMail("mai_1", { actor: bob })).status).toBe(404);
      expect(setup.asked).toHaveLength(2);
    },
  );

  test("whose answer could not be recorded can be followed once its Send event has come", async () => {
    database = (operation) => {
      if (operation === "BatchWriteItem") throw new AwsError("InternalServerError", "out of order", { status: 500 });
    };
    const { body } = await setup.send();
    database = undefined;
    await setup.takeEvents();

    const followed = await setup.getMail(body.id);

    expect(followed.body.recipients).toMatchObject([{ recipient: "ada@example.com", status: "sent" }]);
  });
});
