// What becomes of a mail: the mailbox simulator as AWS documents it, the suppression list, and a restart in between.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SendRawEmailCommand } from "@aws-sdk/client-ses";
import { ListSuppressedDestinationsCommand, PutSuppressedDestinationCommand } from "@aws-sdk/client-sesv2";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { rawMail, startSesLaptop, type SesLaptop } from "./ses-laptop.ts";

let laptop: SesLaptop;
beforeEach(async () => {
  laptop = await startSesLaptop();
});
afterEach(() => laptop.close());

const send = async (Destinations: string[], mail = {}) => {
  const RawMessage = { Data: rawMail(mail) };
  await laptop.v1.send(new SendRawEmailCommand({ RawMessage, Destinations, ConfigurationSetName: "sesami" }));
};
const letters = async (to: string) => {
  const reply = await fetch(`${laptop.url}/inbox/api/messages?to=${encodeURIComponent(to)}`);
  return ((await reply.json()) as { messages: unknown[] }).messages;
};
const lastDetail = () => laptop.events.at(-1)?.detail;

describe("the mailbox simulator", () => {
  it.each([
    ["success@simulator.amazonses.com", ["Send", "Delivery"]],
    ["bounce@simulator.amazonses.com", ["Send", "Bounce"]],
    ["BOUNCE+label@Simulator.AmazonSES.com", ["Send", "Bounce"]],
    ["ooto@simulator.amazonses.com", ["Send", "Delivery", "Bounce"]],
    ["complaint+one@simulator.amazonses.com", ["Send", "Delivery", "Complaint"]],
    ["suppressionlist@simulator.amazonses.com", ["Send", "Bounce"]],
  ])("answers %s with %j", async (address, types) => {
    await send([address]);
    expect(laptop.types()).toEqual(["Send"]);

    await laptop.ses.drain();

    expect(laptop.types()).toEqual(types);
    expect(await letters(address)).toEqual([]);
  });

  it("bounces with the words of a mail server", async () => {
    await send(["bounce@simulator.amazonses.com"]);
    await laptop.ses.drain();

    expect(lastDetail()?.["bounce"]).toMatchObject({
      bounceType: "Permanent",
      bounceSubType: "General",
      reportingMTA: expect.stringMatching(/^dns; .*amazonses\.com$/),
      bouncedRecipients: [
        {
          emailAddress: "bounce@simulator.amazonses.com",
          action: "failed",
          status: "5.1.1",
          diagnosticCode: "smtp; 550 5.1.1 user unknown",
        },
      ],
    });
  });

  it("answers out of office without the fields of a delivery status notification", async () => {
    await send(["ooto@simulator.amazonses.com"]);
    await laptop.ses.drain();

    const bounce = lastDetail()?.["bounce"];
    expect(bounce).toMatchObject({ bounceType: "Transient", bounceSubType: "General" });
    expect(bounce).toHaveProperty("bouncedRecipients", [{ emailAddress: "ooto@simulator.amazonses.com" }]);
    expect(bounce).not.toHaveProperty("reportingMTA");
  });

  it("complains as a feedback loop does", async () => {
    await send(["complaint@simulator.amazonses.com"]);
    await laptop.ses.drain();

    expect(lastDetail()?.["complaint"]).toMatchObject({
      complaintFeedbackType: "abuse",
      complaintSubType: null,
      userAgent: "Amazon SES Mailbox Simulator",
      complainedRecipients: [{ emailAddress: "complaint@simulator.amazonses.com" }],
    });
  });

  it("plays the global suppression list", async () => {
    await send(["suppressionlist@simulator.amazonses.com"]);
    await laptop.ses.drain();

    expect(lastDetail()?.["bounce"]).toMatchObject({ bounceType: "Permanent", bounceSubType: "Suppressed" });
  });

  it("combines the bounces of one request into one event", async () => {
    await send(["bounce+a@simulator.amazonses.com", "ada@example.com", "bounce+b@simulator.amazonses.com"]);
    await laptop.ses.drain();

    const bounces = laptop.events.filter(({ detail }) => detail["eventType"] === "Bounce");
    expect(bounces).toHaveLength(1);
    expect(bounces[0]?.detail["bounce"]).toMatchObject({
      bouncedRecipients: [
        { emailAddress: "bounce+a@simulator.amazonses.com" },
        { emailAddress: "bounce+b@simulator.amazonses.com" },
      ],
    });
  });

  it("does not put its addresses on the account's list", async () => {
    await send(["bounce@simulator.amazonses.com", "complaint@simulator.amazonses.com"]);
    await laptop.ses.drain();

    const { SuppressedDestinationSummaries } = await laptop.v2.send(new ListSuppressedDestinationsCommand({}));
    expect(SuppressedDestinationSummaries).toEqual([]);
  });
});

describe("anybody else", () => {
  it("gets the mail, in the mailbox of the bare address", async () => {
    await send(["Ada <ada@example.com>", "bob@mail.example"]);
    await laptop.ses.drain();

    expect(laptop.types()).toEqual(["Send", "Delivery", "Delivery"]);
    expect(laptop.events[1]?.detail["delivery"]).toMatchObject({ recipients: ["ada@example.com"] });
    expect(await letters("ada@example.com")).toHaveLength(1);
    expect(await letters("bob@mail.example")).toHaveLength(1);
  });

  it("does not get a mail with a virus: SES takes it, then rejects it", async () => {
    const virus = String.raw`X5O!P%@AP[4\PZX54(P^)7CC)7}$` + "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*";

    await send(["ada@example.com"], { text: virus });
    await laptop.ses.drain();

    expect(laptop.types()).toEqual(["Send", "Reject"]);
    expect(lastDetail()?.["reject"]).toEqual({ reason: "Bad content" });
    expect(await letters("ada@example.com")).toEqual([]);
  });

  it("may be slow: the laptop's own address is delayed first", async () => {
    await send(["delay+one@laptop.example"]);
    await laptop.ses.drain();

    expect(laptop.types()).toEqual(["Send", "DeliveryDelay", "Delivery"]);
    expect(await letters("delay+one@laptop.example")).toHaveLength(1);
  });

  it("is not tried when on the account's suppression list, whatever the case", async () => {
    for (const [EmailAddress, Reason] of [
      ["Ada@Example.com", "BOUNCE"],
      ["bob@example.com", "COMPLAINT"],
    ] as const)
      await laptop.v2.send(new PutSuppressedDestinationCommand({ EmailAddress, Reason }));

    await send(["ada@example.com"]);
    await laptop.ses.drain();
    await send(["bob@example.com"]);
    await laptop.ses.drain();

    expect(laptop.types()).toEqual(["Send", "Bounce", "Send", "Complaint"]);
    expect(laptop.events[1]?.detail["bounce"]).toMatchObject({
      bounceType: "Permanent",
      bounceSubType: "OnAccountSuppressionList",
      bouncedRecipients: [{ emailAddress: "ada@example.com", status: "5.1.1" }],
    });
    expect(laptop.events[3]?.detail["complaint"]).toMatchObject({ complaintSubType: "OnAccountSuppressionList" });
    expect(await letters("ada@example.com")).toEqual([]);
  });
});

describe("event destinations", () => {
  it("get only the types that they ask for", async () => {
    await laptop.close();
    laptop = await startSesLaptop({ eventTypes: ["delivery"] });

    await send(["ada@example.com", "bounce@simulator.amazonses.com"]);
    await laptop.ses.drain();

    expect(laptop.types()).toEqual(["Delivery"]);
  });

  it("lose an event that the bus refuses, and SES says so", async () => {
    await laptop.close();
    const lost: unknown[] = [];
    const publishFromService = async () => Promise.reject(new Error("bus is gone"));
    laptop = await startSesLaptop({ eventBridge: { publishFromService }, onLostEvent: (error) => lost.push(error) });

    await send(["ada@example.com"]);
    await laptop.ses.drain();

    expect(lost).toEqual([new Error("bus is gone"), new Error("bus is gone")]);
    expect(await letters("ada@example.com")).toHaveLength(1);
  });
});

it("a mail on its way arrives after a restart, and mails, lists and identities are still there", async () => {
  await laptop.close();
  const stateFolder = mkdtempSync(join(tmpdir(), "ses-"));
  try {
    laptop = await startSesLaptop({ stateFolder });
    await laptop.v2.send(new PutSuppressedDestinationCommand({ EmailAddress: "eve@example.com", Reason: "BOUNCE" }));
    await send(["ada@example.com"]);
    await laptop.close();

    laptop = await startSesLaptop({ stateFolder });
    laptop.ses.resume();
    await laptop.ses.drain();

    expect(laptop.types()).toEqual(["Delivery"]);
    expect(await letters("ada@example.com")).toHaveLength(1);
    const { SuppressedDestinationSummaries } = await laptop.v2.send(new ListSuppressedDestinationsCommand({}));
    expect(SuppressedDestinationSummaries).toMatchObject([{ EmailAddress: "eve@example.com" }]);
  } finally {
    await laptop.close();
    rmSync(stateFolder, { recursive: true });
    laptop = await startSesLaptop();
  }
});

it("only the newest mails are kept", async () => {
  await laptop.close();
  laptop = await startSesLaptop({ keptMessages: 2 });

  for (const subject of ["one", "two", "three"]) await send(["ada@example.com"], { subject });
  await laptop.ses.drain();

  expect(await letters("ada@example.com")).toMatchObject([{ subject: "three" }, { subject: "two" }]);
  expect(laptop.types().filter((type) => type === "Delivery")).toHaveLength(3);
});
