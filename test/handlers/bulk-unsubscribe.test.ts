// A bulk that people can leave: links and headers of each recipient, and whom an unsubscribe holds back.
import PostalMime from "postal-mime";
import { describe, expect, test } from "vitest";
import type { BulkView } from "../../shared/contract/api/bulk.ts";
import type { ErrorBody } from "../../shared/contract/error.ts";
import { beforeEachBulkTest, type BulkTest } from "../support/bulk-tests.ts";

let { time, ses, setup } = {} as BulkTest;
beforeEachBulkTest((made) => ({ time, ses, setup } = made));

const isFinished = ({ status }: BulkView) => status === "finished";
const recipients = ["ada@people.example", "eve@people.example", "grace@people.example"].map((to) => ({
  to,
  data: { name: to.split("@")[0] },
}));
const html = '<p>{{name}}</p><a href="{{unsubscribeUrl}}">Leave</a>';

/** What came to SES, by recipient. */
const messages = () =>
  Promise.all(
    ses
      .account("con_a")
      .accepted.toSorted((a, b) => (a.recipients.join() < b.recipients.join() ? -1 : 1))
      .map(({ raw }) => PostalMime.parse(raw)),
  );

type Message = Awaited<ReturnType<typeof messages>>[number];
const header = ({ headers }: Message, key: string) => headers.find((one) => one.key === key)?.value;
const linkOf = (message: Message): string => header(message, "list-unsubscribe")?.replace(/^<(.*)>$/, "$1") ?? "";
const open = (link: string) => setup.stores.unsubscribeLinks.open(link.split("/").at(-1) ?? "");

const leave = (address: string, list?: string) =>
  time.runUntil(
    setup.stores.suppressions.recordSuppression("ten_ada", {
      address,
      reason: "unsubscribe",
      ...(list === undefined ? {} : { list }),
      since: "2026-11-22T08:00:00.000Z",
    }),
  );

describe("a bulk that people can leave", () => {
  test("gives each recipient headers and a link of their own, and holds back who left its list", async () => {
    await leave("eve@people.example", "news");
    const { body } = await setup.send({ html, recipients, unsubscribe: { list: "news" } });

    const { counts } = await setup.waitFor(body.id, isFinished);

    expect(counts).toMatchObject({ sent: 2, suppressed: 1 });
    expect(await setup.listRecipients(body.id, { status: "suppressed" })).toMatchObject([
      { recipient: "eve@people.example", reason: "unsubscribe", list: "news" },
    ]);
    const sent = await messages();
    expect(sent.map((one) => header(one, "list-unsubscribe-post"))).toEqual(
      sent.map(() => "List-Unsubscribe=One-Click"),
    );
    expect(sent.map((one) => one.html?.trim())).toEqual(
      ["ada", "grace"].map((name, index) => `<p>${name}</p><a ses:no-track href="${linkOf(sent[index]!)}">Leave</a>`),
    );
    expect(sent.map((one) => one.text?.includes(linkOf(one)))).toEqual([true, true]);
    expect(await Promise.all(sent.map((one) => open(linkOf(one))))).toMatchObject([
      { tenantId: "ten_ada", address: "ada@people.example", list: "news", sender: "shop.example" },
      { tenantId: "ten_ada", address: "grace@people.example", list: "news", sender: "shop.example" },
    ]);
    expect(linkOf(sent[0]!)).toMatch(/^https:\/\/api\.shop\.example\/unsubscribe\//);
  });

  test("has the headers without a link in its body, too", async () => {
    const { body } = await setup.send({ recipients, unsubscribe: true });

    await setup.waitFor(body.id, isFinished);

    const opened = await Promise.all((await messages()).map((one) => open(linkOf(one))));
    expect(opened.map((link) => link?.address)).toEqual(recipients.map(({ to }) => to));
  });
});

describe("a bulk that people cannot leave", () => {
  test("reaches who left everything", async () => {
    await leave("eve@people.example");
    await leave("grace@people.example", "news");
    const { body } = await setup.send({ recipients });

    const { counts } = await setup.waitFor(body.id, isFinished);

    expect(counts).toMatchObject({ sent: 3, suppressed: 0 });
    expect((await messages()).map(linkOf)).toEqual(["", "", ""]);
  });

  test("is refused with a link for leaving", async () => {
    const { status, body } = await setup.send({ html, recipients });

    expect(status).toBe(400);
    expect((body as unknown as ErrorBody).error.details?.map(({ path }) => path)).toEqual(["unsubscribe"]);
  });
});
