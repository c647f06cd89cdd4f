import { describe, expect, test } from "vitest";
import type { SesEvent } from "../../../shared/domain/event.ts";
import { fold } from "../../../shared/domain/fold.ts";
import { eventIdOf } from "../../../shared/domain/identity.ts";
import { suppressionsOf } from "../../../shared/domain/suppression.ts";
import { sesEvent } from "../../support/ses-events.ts";

const evidenceOf = (...events: SesEvent[]) => suppressionsOf(fold(undefined, events).outcome);

const bounce = (bounceType: string, bounceSubType: string, at = "2026-11-23T08:00:02.500Z") =>
  sesEvent("bounce", {
    "bounce.bounceType": bounceType,
    "bounce.bounceSubType": bounceSubType,
    "bounce.timestamp": at,
  });

describe("an address is suppressed by", () => {
  test.each(["General", "NoEmail", "Suppressed", "OnAccountSuppressionList", "OnTenantSuppressionList", "NewToUs"])(
    "a permanent bounce: %s",
    (subType) => {
      const event = bounce("Permanent", subType);

      expect(evidenceOf(event)).toEqual([
        {
          address: "ada@example.com",
          reason: "bounce",
          since: "2026-11-23T08:00:02.500Z",
          eventId: eventIdOf(event),
        },
      ]);
    },
  );

  test("a hard bounce after a delivery", () => {
    expect(evidenceOf(sesEvent("delivery"), bounce("Permanent", "General"))).toMatchObject([{ reason: "bounce" }]);
  });

  test("a complaint, or one of several that it may be of", () => {
    const named = [{ emailAddress: "ada@example.com" }, { emailAddress: "bob@example.com" }];
    const shared = sesEvent("complaint", { "complaint.complainedRecipients": named });

    expect(evidenceOf(sesEvent("complaint"))).toEqual([
      {
        address: "ada@example.com",
        reason: "complaint",
        since: "2026-11-23T09:30:00.000Z",
        eventId: eventIdOf(sesEvent("complaint")),
      },
    ]);
    expect(evidenceOf(shared)).toMatchObject([{ address: "ada@example.com", reason: "complaint", possible: true }]);
  });

  test("the earliest evidence of each reason", () => {
    const late = bounce("Permanent", "General", "2026-11-25T00:00:00Z");
    const early = bounce("Permanent", "NoEmail", "2026-11-24T00:00:00Z");

    expect(evidenceOf(late, sesEvent("complaint"), early)).toMatchObject([
      { reason: "complaint", since: "2026-11-23T09:30:00.000Z" },
      { reason: "bounce", since: "2026-11-24T00:00:00.000Z" },
    ]);
  });
});

describe("an address is not suppressed by", () => {
  test.each<[string, SesEvent]>([
    ["a full mailbox", bounce("Transient", "MailboxFull")],
    ["an out-of-office reply", bounce("Transient", "General")],
    ["an undetermined bounce", bounce("Undetermined", "Undetermined")],
    ["a bounce of an unknown type", bounce("Cosmic", "General")],
    ["a contact who left a list", bounce("Permanent", "UnsubscribedRecipient")],
    ["a guess of SES's validation", bounce("Permanent", "EmailValidationSuppressed")],
    ["a complaint of the past", sesEvent("complaint", { "complaint.complaintSubType": "OnAccountSuppressionList" })],
    ["a report that it is no spam", sesEvent("complaint", { "complaint.complaintFeedbackType": "not-spam" })],
    ["a reject", sesEvent("reject")],
    ["a delay", sesEvent("deliveryDelay")],
    ["an unsubscription from a topic", sesEvent("subscription")],
  ])("%s", (_name, event) => {
    expect(evidenceOf(event)).toEqual([]);
  });
});
