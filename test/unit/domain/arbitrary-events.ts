// Events of one message for one recipient, in every type and style, as fast-check makes them up.
import fc from "fast-check";
import type { SesEvent } from "../../../shared/domain/event.ts";
import { type Json, legacySesJson, parseEvents, sesEvent } from "../../support/ses-events.ts";

const time = fc.integer({ min: 0, max: 90 }).map((minute) => new Date(Date.UTC(2026, 10, 23, 8, minute)).toISOString());

/** Close together and close to a delivery: where the circumstances decide. */
const momentsAfterDelivery = fc
  .integer({ min: -4_000, max: 12_000 })
  .map((ms) => new Date(Date.UTC(2026, 10, 23, 8, 30) + ms).toISOString());

const agent = fc.constantFrom(
  "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
  "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",
  "Mozilla/5.0",
  "python-requests/2.32.3",
  undefined,
);

const address = fc.constantFrom("198.51.100.7", "66.249.81.214", "40.107.1.1", "2a02:26f7:c8c0::12", undefined);

const mail = fc.record({
  "mail.timestamp": fc.constantFrom("2026-11-23T08:00:00.125Z", "2026-11-23T07:58:00.000Z", undefined),
  "mail.source": fc.constantFrom("orders@shop.example", "Shop <orders@shop.example>", null),
  "mail.tags": fc.constantFrom({}, { campaign: ["a"] }, { campaign: ["b"], "ses:configuration-set": ["sesami"] }),
});

const published = (type: SesEvent["type"], body: fc.Arbitrary<Json>): fc.Arbitrary<SesEvent> =>
  fc.tuple(mail, body).map(([facts, changes]) => sesEvent(type, { ...facts, ...changes }));

/** Without a time of their own they need the mail's. */
const timeless = (type: "send" | "reject" | "renderingFailure"): fc.Arbitrary<SesEvent> =>
  time.map((sentAt) => sesEvent(type, { "mail.timestamp": sentAt }));

const notified = fc
  .tuple(fc.constantFrom("bounce", "complaint", "delivery"), time, time)
  .map(([type, at, sentAt]) =>
    parseEvents(legacySesJson(type, { [`${type}.timestamp`]: at, "mail.timestamp": sentAt })).slice(0, 1),
  );

const bounceKind = fc.constantFrom(
  { "bounce.bounceType": "Permanent", "bounce.bounceSubType": "General" },
  { "bounce.bounceType": "Transient", "bounce.bounceSubType": "General" },
  { "bounce.bounceType": "Undetermined", "bounce.bounceSubType": "Undetermined" },
);

const complaintKind = fc.constantFrom<Json>(
  { "complaint.complaintFeedbackType": "abuse" },
  { "complaint.complaintFeedbackType": "not-spam" },
  { "complaint.complaintSubType": "OnAccountSuppressionList" },
);

const link = fc.integer({ min: 0, max: 80 }).map((page) => `https://shop.example/${page}`);

/** An event of one message for one recipient. */
export const anyEvent: fc.Arbitrary<SesEvent> = fc.oneof(
  timeless("send"),
  timeless("reject"),
  timeless("renderingFailure"),
  published("delivery", fc.record({ "delivery.timestamp": fc.oneof(time, fc.constant("2026-11-23T08:30:00.000Z")) })),
  fc
    .tuple(bounceKind, time, mail)
    .map(([kind, at, facts]) => sesEvent("bounce", { ...facts, ...kind, "bounce.timestamp": at })),
  fc.tuple(complaintKind, time).map(([kind, at]) => sesEvent("complaint", { ...kind, "complaint.timestamp": at })),
  published(
    "open",
    fc.record({
      "open.timestamp": fc.oneof(time, momentsAfterDelivery),
      "open.userAgent": agent,
      "open.ipAddress": address,
      "open.isBotEvent": fc.constantFrom("Likely", "Unlikely", undefined),
    }),
  ),
  published(
    "click",
    fc.record({
      "click.timestamp": fc.oneof(time, momentsAfterDelivery),
      "click.userAgent": agent,
      "click.ipAddress": address,
      "click.link": link,
      "click.isBotEvent": fc.constantFrom("Likely", "Unlikely", undefined),
    }),
  ),
  published("deliveryDelay", fc.record({ "deliveryDelay.timestamp": time })),
  published("subscription", fc.record({ "subscription.timestamp": time })),
  notified.filter((events) => events.length === 1).map(([only]) => only as SesEvent),
);
