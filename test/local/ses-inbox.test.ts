// The inbox as a browser meets it: lists, views, reports, and mail that means harm.
import { SendRawEmailCommand } from "@aws-sdk/client-ses";
import { ListSuppressedDestinationsCommand } from "@aws-sdk/client-sesv2";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { rawMail, startSesLaptop, type RawMail, type SesLaptop } from "./ses-laptop.ts";

let laptop: SesLaptop;
beforeEach(async () => {
  laptop = await startSesLaptop();
});
afterEach(() => laptop.close());

const page = async (path: string) => {
  const reply = await fetch(laptop.url + path);
  return { status: reply.status, headers: reply.headers, text: await reply.text() };
};
const send = async (mail: RawMail = {}) => {
  const RawMessage = { Data: rawMail(mail) };
  await laptop.v1.send(new SendRawEmailCommand({ RawMessage, ConfigurationSetName: "sesami" }));
  await laptop.ses.drain();
  laptop.advance(1000);
};
const letterId = async () => {
  const { messages } = JSON.parse((await page("/inbox/api/messages")).text) as { messages: { id: string }[] };
  return messages[0]?.id ?? "";
};
const post = (path: string, headers: Record<string, string> = {}) =>
  fetch(laptop.url + path, { method: "POST", redirect: "manual", headers });

describe("the list", () => {
  it("says when there is nothing", async () => {
    expect((await page("/inbox")).text).toContain("No mail yet.");
  });

  it("shows mails newest first, and those of one mailbox alone when asked", async () => {
    await send({ to: "ada@example.com", subject: "First" });
    await send({ to: "bob@example.com", subject: "Second" });

    const all = (await page("/inbox")).text;
    const some = (await page("/inbox?to=ADA%40")).text;
    const none = (await page("/inbox?to=eve")).text;

    expect(all.indexOf("Second")).toBeLessThan(all.indexOf("First"));
    expect(all).toContain("bob@example.com");
    expect(some).toContain("First");
    expect(some).not.toContain("Second");
    expect(none).toContain("No mail to “eve”.");
  });

  it("shows system mails, labelled, and publishes nothing of them", async () => {
    const mail = { to: "ada@example.com", from: "no-reply@login.example", subject: "Your code", text: "123456" };

    laptop.ses.deliverSystemMail(mail);

    const { text } = await page("/inbox");
    expect(text).toContain("Your code");
    expect(text).toContain("system mail");
    expect(JSON.parse((await page("/inbox/api/messages?to=ada@example.com")).text)).toMatchObject({
      messages: [{ ...mail, messageId: null, html: null, links: [], openPixelUrl: null }],
    });
    expect((await page(`/inbox/mail/${await letterId()}`)).text).not.toContain("Report as spam");
    expect(laptop.events).toEqual([]);
  });
});

describe("a mail", () => {
  it("shows its body in a frame that may open windows and nothing else", async () => {
    await send({ html: "<!doctype html><p>Hello</p>" });
    const id = await letterId();

    const letter = await page(`/inbox/mail/${id}`);
    const body = await page(`/inbox/mail/${id}/body`);

    expect(letter.text).toMatch(/<iframe[^>]*sandbox="allow-popups allow-popups-to-escape-sandbox"/);
    expect(letter.headers.get("content-security-policy")).toContain("script-src 'self'");
    expect(body.headers.get("content-security-policy")).toMatch(/default-src 'none'.*sandbox allow-popups/);
    expect(body.text).toMatch(/^<!doctype html><base target="_blank"><p>Hello<\/p>/i);
    expect(body.text).toContain(`src="${laptop.url}/track/open/`);
  });

  it("shows text, source and attachments", async () => {
    const raw = `From: news@shop.example
To: ada@example.com
Subject: Invoice
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=part

--part
Content-Type: text/plain

See the invoice.
--part
Content-Type: application/pdf; name="invoice.pdf"
Content-Disposition: attachment; filename="invoice.pdf"
Content-Transfer-Encoding: base64

${Buffer.alloc(2048).toString("base64")}
--part--
`;
    await laptop.v1.send(new SendRawEmailCommand({ RawMessage: { Data: Buffer.from(raw) } }));
    await laptop.ses.drain();
    const id = await letterId();

    const text = (await page(`/inbox/mail/${id}`)).text;
    const source = (await page(`/inbox/mail/${id}?view=source`)).text;

    expect(text).toContain("See the invoice.");
    expect(text).toMatch(/invoice\.pdf<\/strong>\s*<span>application\/pdf, 2\.0 kB/);
    expect(text).toContain("the mail was sent without a configuration set");
    expect(source).toContain("Content-Disposition: attachment");
    expect(source).toContain("@email.amazonses.com");
  });

  it("that is not there, or is no more, is a 404", async () => {
    expect((await page("/inbox/mail/none.0")).status).toBe(404);
    expect((await page("/inbox/constructor")).status).toBe(404);
  });
});

it("mail that means harm is text wherever it is shown", async () => {
  const harm = `"><script>alert(1)</script><img src=x onerror=alert(2)>'`;
  const html = `<p>${harm}</p><script>alert(3)</script><form action="https://evil.example"><base href="https://evil.example">`;
  const from = `=?utf-8?B?${Buffer.from(harm).toString("base64")}?= <news@shop.example>`;
  await send({ from, subject: harm, html });
  const id = await letterId();

  const pages = await Promise.all(
    [
      "/inbox",
      `/inbox?to=${encodeURIComponent(harm)}`,
      `/inbox/list?to=`,
      `/inbox/mail/${id}?view=source`,
      `/inbox/mail/${id}`,
    ].map(page),
  );

  for (const { text } of pages) {
    expect(text).not.toMatch(/<script>|<img|alert\(3\)<\/script>/);
    expect(text).not.toMatch(/<form action="https:/);
  }
  const asText = String.raw`&lt;script&gt;alert\(1\)&lt;/script&gt;`;
  expect(pages[0]?.text).toMatch(new RegExp(`class="from">[^<]*${asText}`));
  expect(pages[0]?.text).toMatch(new RegExp(`class="subject">[^<]*${asText}`));
});

describe("a reader reports", () => {
  const reportOf = async (report: string, mail: RawMail = {}) => {
    await send(mail);
    laptop.events.length = 0;
    const reply = await post(`/inbox/mail/${await letterId()}/${report}`);
    return { status: reply.status, location: reply.headers.get("location"), detail: laptop.events[0]?.detail };
  };

  it("spam: a Complaint, and SES puts the address on its list", async () => {
    const { status, location, detail } = await reportOf("complaint");

    expect(status).toBe(303);
    expect(detail?.["complaint"]).toMatchObject({
      complainedRecipients: [{ emailAddress: "ada@example.com" }],
      complaintFeedbackType: "abuse",
      complaintSubType: null,
    });
    expect((await page(location ?? "")).text).toContain("Reported as spam.");
    const { SuppressedDestinationSummaries } = await laptop.v2.send(new ListSuppressedDestinationsCommand({}));
    expect(SuppressedDestinationSummaries).toMatchObject([{ EmailAddress: "ada@example.com", Reason: "COMPLAINT" }]);
  });

  it("an absence: a transient bounce after the delivery", async () => {
    const { detail } = await reportOf("out-of-office");

    expect(detail?.["bounce"]).toMatchObject({ bounceType: "Transient", bounceSubType: "General" });
  });

  it("a late bounce", async () => {
    const { detail } = await reportOf("bounce");

    expect(detail?.["bounce"]).toMatchObject({ bounceType: "Permanent", bounceSubType: "General" });
  });

  it("an unsubscription, from the list that the mail named", async () => {
    const { detail } = await reportOf("unsubscribe", {
      headers: ["X-SES-LIST-MANAGEMENT-OPTIONS: customers; topic=offers"],
    });

    expect(detail?.["subscription"]).toEqual({
      contactList: "customers",
      timestamp: "2026-03-01T12:00:01.123Z",
      source: "UnsubscribeHeader",
      newTopicPreferences: {
        unsubscribeAll: true,
        topicSubscriptionStatus: [{ topicName: "offers", subscriptionStatus: "OptOut" }],
      },
      oldTopicPreferences: {
        unsubscribeAll: false,
        topicSubscriptionStatus: [{ topicName: "offers", subscriptionStatus: "OptIn" }],
      },
    });
  });

  it("nothing from another site's page", async () => {
    await send();
    laptop.events.length = 0;
    const path = `/inbox/mail/${await letterId()}/complaint`;

    const byOrigin = await post(path, { origin: "https://evil.example" });
    const bySite = await post(path, { "sec-fetch-site": "cross-site" });

    expect([byOrigin.status, bySite.status]).toEqual([403, 403]);
    expect(laptop.events).toEqual([]);
  });
});
