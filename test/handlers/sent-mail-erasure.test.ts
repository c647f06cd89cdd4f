// What the Directory keeps of mail sent through us: erased with a recipient, and handed over with the rest.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { PutCommand } from "@aws-sdk/lib-dynamodb";
import type { RecipientExport } from "../../shared/contract/api/recipient-rights.ts";
import { toAcceptedItem } from "../../shared/store/accepted-sends.ts";
import { createAttempts } from "../../shared/store/attempts.ts";
import { adasKey, call } from "../support/api-request.ts";
import { captureOutput } from "../support/captured-output.ts";
import { nowMs } from "../support/projected-ledger.ts";
import { startRecipientRights, type RecipientRights } from "../support/recipient-rights.ts";
import { fixtureMessageId, sesEvent } from "../support/ses-events.ts";

const tenantId = "ten_ada";
const person = "grace@people.example";
const friend = "alan@people.example";
const sentAtMs = nowMs - 3_600_000;
const createdAt = new Date(sentAtMs - 500).toISOString();

let rights: RecipientRights;
beforeEach(async () => {
  captureOutput();
  rights = await startRecipientRights();
});
afterEach(() => rights.stop());

const result = { recipient: person, status: "sent", messageId: fixtureMessageId } as const;
const friendsResult = { recipient: friend, status: "sent", messageId: "message-of-alan" } as const;

/** As POST /mail records it, and as its Send event tells of it. */
async function sendMail({ mailId = "mai_1", settled = false } = {}): Promise<void> {
  const { client } = rights.db;
  const attempts = createAttempts({ client, tableName: "Directory", clock: () => nowMs });
  const attempt = {
    mailId,
    createdAtMs: sentAtMs - 500,
    recipients: [{ recipient: person }, { recipient: friend }],
    isGroup: false,
  };
  if (settled) {
    await attempts.beginMail(tenantId, attempt);
    const message = { mailId, messageNumber: 0, messageId: fixtureMessageId, recipients: [person], sentAtMs };
    await attempts.settleMessages(tenantId, [message]);
  } else
    await attempts.recordAnswer(tenantId, attempt, {
      status: 202,
      body: JSON.stringify({ id: mailId, recipients: [result, friendsResult] }),
    });
  for (const { messageId, recipient } of [result, friendsResult]) {
    const accepted = { messageId, recipient, acceptedAt: new Date(sentAtMs + 200).toISOString() };
    const Item = toAcceptedItem(tenantId, "con_two", accepted);
    await client.send(new PutCommand({ TableName: "Directory", Item }));
  }
  await rights.store(
    [
      sesEvent("send", {
        "mail.destination": [person],
        "mail.timestamp": new Date(sentAtMs).toISOString(),
        "mail.tags": { "sesami-attempt": [`${mailId}-0`] },
      }),
    ],
    tenantId,
  );
}

const erase = () => call(rights.handler, "DELETE /recipients/{address}", { path: { address: person } });
const directoryText = async () =>
  JSON.stringify((await rights.items()).filter(({ pk }) => /^(MAIL|R)#/.test(String(pk))));

describe("erasing a recipient", () => {
  it.each([false, true])("takes the address out of records of sent mail (settled by an event: %s)", async (settled) => {
    await sendMail({ settled });
    const before = await directoryText();

    await erase();
    await rights.settle();

    expect(before).toContain(person);
    expect(await directoryText()).not.toContain(person);
    expect(await directoryText()).toContain(friend);
    const mail = await createAttempts({ client: rights.db.client, tableName: "Directory" }).findMail(
      tenantId,
      "mai_1",
      nowMs,
    );
    expect(mail?.recipients).toEqual([{ recipient: "erased" }, { recipient: friend }]);
  });

  it("leaves what SES accepted for others to be held against its events", async () => {
    await sendMail();

    await erase();

    const accepted = (await rights.items()).filter(({ pk }) => String(pk).startsWith("R#"));
    expect(accepted.map(({ recipient }) => recipient)).toEqual([friend]);
  });

  it("leaves records of the same mail's other tenant's name alone", async () => {
    await sendMail();
    const { client } = rights.db;
    const Item = { pk: "MAIL#ten_bob#mai_1", sk: "MAIL", createdAtMs: sentAtMs, recipients: [{ recipient: person }] };
    await client.send(new PutCommand({ TableName: "Directory", Item }));

    await erase();

    expect((await rights.items()).find(({ pk }) => pk === Item.pk)).toEqual(Item);
  });
});

describe("the export of a recipient", () => {
  it("has what is recorded of the mails sent through us, and nothing of their other recipients", async () => {
    await sendMail();

    const { body } = await call<RecipientExport>(rights.handler, "GET /recipients/{address}/export", {
      path: { address: person },
      actor: adasKey,
    });

    expect(body.sentMail).toEqual([{ mailId: "mai_1", createdAt, expiresAt: expect.any(String) as string, result }]);
    expect(JSON.stringify(body)).not.toContain(friend);
  });
});
