// Bulks over the real stacks: functions as they are uploaded, queue, tables, SES and its events.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { BulkRecipientPage, BulkView } from "../../shared/contract/api/bulk.ts";
import type { ConnectionView, VerifyConnectionResponse } from "../../shared/contract/api/connections.ts";
import type { EventPage } from "../../shared/contract/api/events.ts";
import { customerAccountId, laptopRegion } from "../../local/laptop.ts";
import { apiOf, eventually, type Api } from "../support/api.ts";
import { startTestLaptop, type TestLaptop } from "../support/laptop.ts";

let laptop: TestLaptop;
let api: Api;

beforeAll(async () => {
  laptop = await startTestLaptop();
  laptop.cloud.userPools.addConfirmedUser(laptop.userPoolId, "owner@shop.example", "Open-Sesame-2026");
  const { IdToken } = await laptop.cloud.userPools.signIn(laptop.userPoolId, "owner@shop.example", "Open-Sesame-2026");
  api = apiOf(laptop.apiUrl, IdToken);
  const { body: connection } = await api<ConnectionView>("POST", "/connections", {
    accountId: customerAccountId,
    region: laptopRegion,
  });
  await laptop.deployConnection(customerAccountId, connection.templateParameters);
  await eventually(
    () => api<VerifyConnectionResponse>("GET", `/verify-sts?connection=${connection.connectionId}`),
    ({ body }) => body.connection.state === "verified",
  );
});

afterAll(() => laptop?.stop());

const bulk = { from: "Shop <hello@shop.example>", subject: "Hello {{name}}", html: "<p>Dear {{name}}</p>" };
/** Beside them there is the mail of the connection check. */
const peopleOf = ({ items }: EventPage) =>
  items.flatMap(({ recipient }) => (recipient?.endsWith("@people.example") ? [recipient] : []));
const get = (id: string) => api<BulkView>("GET", `/mail/bulk/${id}`);

describe("a bulk", () => {
  it("goes out person by person, and its events come in", async () => {
    const people = Array.from({ length: 60 }, (_, index) => ({
      to: `p${index}@people.example`,
      data: { name: `P${index}` },
    }));

    const { status, body } = await api<BulkView>("POST", "/mail/bulk", { ...bulk, recipients: people });
    const { body: done } = await eventually(
      () => get(body.id),
      (answer) => answer.body.status === "finished",
      30_000,
    );
    const { body: page } = await api<BulkRecipientPage>("GET", `/mail/bulk/${body.id}/recipients?status=sent&limit=1`);
    const [first] = page.items;
    const { body: events } = await eventually(
      () => api<EventPage>("GET", "/events?status=sent&limit=100"),
      (answer) => peopleOf(answer.body).length === 60,
      30_000,
    );

    expect(status).toBe(202);
    expect(done.counts).toMatchObject({ sent: 60, waiting: 0 });
    expect(first).toMatchObject({ recipient: "p0@people.example", status: "sent" });
    expect(new Set(peopleOf(events)).size).toBe(60);
  });
});
