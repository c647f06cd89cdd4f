// Mail for later over the real stacks: EventBridge Scheduler's wire, its role and queue, the workers, SES. The nearest time that
// is taken is a minute ahead, so this test waits for two; what of hours and lost schedules: test/handlers/*-scheduled.test.ts.
import { Resend } from "resend";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { BulkView } from "../../shared/contract/api/bulk.ts";
import type { MailView, SendMailResponse } from "../../shared/contract/api/mail.ts";
import { apiOf, eventually, type Api } from "../support/api.ts";
import { readInbox, startConnectedLaptop, type ConnectedLaptop } from "../support/connected-laptop.ts";

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
const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();
const inboxOf = async (name: string) => (await readInbox(connected.laptop, `${name}@people.example`)).length;
/** The nearest time that is taken, and as long as a busy machine may need to ask for all of them before the first is due. */
const soon = () => inSeconds(90);
const patienceMs = 300_000;

describe("mail for later", () => {
  it(
    "of every door goes out at its time, once, and what was cancelled does not",
    async () => {
      const scheduledAt = soon();
      const mail = { from, subject: "Later", text: "Hi", scheduledAt };
      const own = await api<SendMailResponse>("POST", "/mail", { ...mail, to: ["own@people.example"] });
      const cancelled = await api<SendMailResponse>("POST", "/mail", { ...mail, to: ["cancelled@people.example"] });
      const bulk = await api<BulkView>("POST", "/mail/bulk", { ...mail, recipients: ["bulk@people.example"] });
      const client = await resend.emails.send({ ...mail, to: "client@people.example", scheduledAt: inSeconds(3600) });
      const stopped = await resend.emails.send({ ...mail, to: "stopped@people.example" });

      const { body: afterCancel } = await api<MailView>("POST", `/mail/${cancelled.body.id}/cancel`);
      const moved = await resend.emails.update({ id: client.data?.id ?? "", scheduledAt });
      const stop = await resend.emails.cancel(stopped.data?.id ?? "");
      const waiting = await resend.emails.get(client.data?.id ?? "");
      const before = await Promise.all(["own", "bulk", "client"].map(inboxOf));
      const { body: done } = await eventually(
        () => api<MailView>("GET", `/mail/${own.body.id}`),
        ({ body }) => body.recipients[0]?.outcome === "delivered",
        patienceMs,
      );
      await eventually(
        () => Promise.all(["bulk", "client"].map(inboxOf)),
        (counts) => counts.every((count) => count > 0),
        patienceMs,
      );
      const doneAtMs = Date.now();
      const late = await resend.emails.cancel(client.data?.id ?? "");

      expect(own.body.recipients).toEqual([{ recipient: "own@people.example", status: "scheduled" }]);
      expect([own.body.scheduledAt, bulk.body.status]).toEqual([scheduledAt, "scheduled"]);
      expect(afterCancel.recipients).toEqual([{ recipient: "cancelled@people.example", status: "cancelled" }]);
      expect([moved.data, stop.data]).toEqual([
        { object: "email", id: client.data?.id },
        { object: "email", id: stopped.data?.id },
      ]);
      expect(waiting.data).toMatchObject({ last_event: "scheduled", scheduled_at: scheduledAt });
      expect(before).toEqual([0, 0, 0]);
      expect(doneAtMs).toBeGreaterThan(Date.parse(scheduledAt));
      expect(done.recipients[0]?.status).toBe("sent");
      expect(late.error).toMatchObject({ statusCode: 422, name: "validation_error" });
      expect(await Promise.all(["own", "bulk", "client", "cancelled", "stopped"].map(inboxOf))).toEqual([
        1, 1, 1, 0, 0,
      ]);
      expect((await resend.emails.get(stopped.data?.id ?? "")).data?.last_event).toBe("canceled");
    },
    3 * patienceMs,
  );

  it("at a time that is over is refused, by every door", async () => {
    const mail = { from, to: "past@people.example", subject: "Past", text: "Hi", scheduledAt: inSeconds(-3600) };

    const own = await api("POST", "/mail", mail);
    const client = await resend.emails.send(mail);

    expect(own.status).toBe(400);
    expect(client.error).toMatchObject({
      name: "validation_error",
      message: expect.stringContaining("scheduledAt must be at least 60 seconds ahead") as string,
    });
  });
});
