// What SES takes and what it refuses, asked through the real v1 client.
import {
  CreateTemplateCommand,
  GetSendQuotaCommand,
  GetSendStatisticsCommand,
  ListIdentitiesCommand,
  SendEmailCommand,
  SendRawEmailCommand,
  SendTemplatedEmailCommand,
  SetActiveReceiptRuleSetCommand,
  VerifyEmailIdentityCommand,
} from "@aws-sdk/client-ses";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { AwsError } from "../../local/protocol.ts";
import { rawMail, startMs, startSesLaptop, type SesLaptop } from "./ses-laptop.ts";

let laptop: SesLaptop;
beforeEach(async () => {
  laptop = await startSesLaptop();
});
afterEach(() => laptop.close());

const mailOf = (index: number) => laptop.events[index]?.detail["mail"] as Record<string, unknown>;
const sourceViews = async () => {
  const { messages } = (await (await fetch(`${laptop.url}/inbox/api/messages`)).json()) as {
    messages: { id: string }[];
  };
  return Promise.all(
    messages.map(async ({ id }) => (await fetch(`${laptop.url}/inbox/mail/${id}?view=source`)).text()),
  );
};

describe("a raw mail", () => {
  it("is taken with its tags, and the Send event names caller, operation and set", async () => {
    const command = new SendRawEmailCommand({
      Source: "news@shop.example",
      Destinations: ["Ada <ada@example.com>"],
      RawMessage: { Data: rawMail({ to: "Ada <ada@example.com>" }) },
      Tags: [{ Name: "campaign", Value: "spring" }],
      ConfigurationSetName: "sesami",
    });

    const { MessageId } = await laptop.v1.send(command);

    expect(MessageId).toMatch(/^[0-9a-f]{16}-[0-9a-f-]{36}-000000$/);
    expect(laptop.events).toHaveLength(1);
    expect(laptop.events[0]).toMatchObject({
      source: "aws.ses",
      "detail-type": "Email Sent",
      time: "2026-03-01T12:00:00Z",
      resources: ["arn:aws:ses:us-east-1:222222222222:configuration-set/sesami"],
    });
    expect(mailOf(0)).toMatchObject({
      timestamp: "2026-03-01T12:00:00.123Z",
      messageId: MessageId,
      source: "news@shop.example",
      sourceArn: "arn:aws:ses:us-east-1:222222222222:identity/shop.example",
      sendingAccountId: "222222222222",
      destination: ["Ada <ada@example.com>"],
      commonHeaders: { from: ["Shop <news@shop.example>"], to: ["Ada <ada@example.com>"], subject: "Your order" },
      tags: {
        "ses:operation": ["SendRawEmail"],
        "ses:configuration-set": ["sesami"],
        "ses:caller-identity": ["connection"],
        "ses:from-domain": ["shop.example"],
        campaign: ["spring"],
      },
    });
  });

  it("may name set and tags in headers, which its recipients do not get", async () => {
    const headers = [
      "X-SES-CONFIGURATION-SET: sesami",
      "X-SES-MESSAGE-TAGS: campaign=spring, list=a",
      "Bcc: bob@example.com",
    ];

    await laptop.v1.send(new SendRawEmailCommand({ RawMessage: { Data: rawMail({ headers }) } }));
    await laptop.ses.drain();

    expect(mailOf(0)).toMatchObject({
      destination: ["ada@example.com", "bob@example.com"],
      tags: { campaign: ["spring"], list: ["a"], "ses:configuration-set": ["sesami"] },
    });
    const [source = "", other] = await sourceViews();
    expect(other).toContain("Your order");
    expect(source).toContain("Subject: Your order");
    expect(source).not.toMatch(/X-SES-|Bcc:/);
  });

  it("uses only the tags of its parameters when headers have some too", async () => {
    const headers = ["X-SES-MESSAGE-TAGS: campaign=header, other=header"];
    const Tags = [{ Name: "campaign", Value: "parameter" }];
    const RawMessage = { Data: rawMail({ headers }) };

    await laptop.v1.send(new SendRawEmailCommand({ RawMessage, Tags, ConfigurationSetName: "sesami" }));

    expect(mailOf(0)["tags"]).toMatchObject({ campaign: ["parameter"] });
    expect(mailOf(0)["tags"]).not.toHaveProperty("other");
  });

  it("publishes nothing without a configuration set", async () => {
    await laptop.v1.send(new SendRawEmailCommand({ RawMessage: { Data: rawMail() } }));
    await laptop.ses.drain();

    expect(laptop.events).toEqual([]);
  });

  it("has its headers cut at ten kilobytes in the event", async () => {
    const headers = Array.from({ length: 12 }, (_, index) => `X-Long-${index}: ${"a".repeat(900)}`);
    const RawMessage = { Data: rawMail({ headers }) };

    await laptop.v1.send(new SendRawEmailCommand({ RawMessage, ConfigurationSetName: "sesami" }));

    expect(mailOf(0)["headersTruncated"]).toBe(true);
    expect(JSON.stringify(mailOf(0)["headers"]).length).toBeLessThan(12_000);
  });
});

describe("SES refuses", () => {
  const send = (input: Partial<ConstructorParameters<typeof SendRawEmailCommand>[0]>) =>
    laptop.v1.send(new SendRawEmailCommand({ RawMessage: { Data: rawMail() }, ...input }));

  it("a sender without a verified identity, in its own words", async () => {
    const RawMessage = { Data: rawMail({ from: "news@other.example" }) };

    await expect(send({ RawMessage, Source: "news@shop.example" })).rejects.toMatchObject({
      name: "MessageRejected",
      message:
        "Email address is not verified. The following identities failed the check in region US-EAST-1: news@other.example",
    });
  });

  it("a configuration set that is not there", async () => {
    await expect(send({ ConfigurationSetName: "missing" })).rejects.toMatchObject({
      name: "ConfigurationSetDoesNotExistException",
      message: "Configuration set <missing> does not exist.",
    });
  });

  it("51 recipients", async () => {
    const Destinations = Array.from({ length: 51 }, (_, index) => `person${index}@example.com`);

    await expect(send({ Destinations })).rejects.toMatchObject({ name: "InvalidParameterValue" });
  });

  it("an address without a domain", async () => {
    await expect(send({ Destinations: ["ada"] })).rejects.toThrow("Missing final '@domain'");
  });

  it.each([
    ["jörg@example.com", "Local address contains control or whitespace"],
    ["ada@bücher.example", "Domain contains control or whitespace"],
  ])("an address that is not ASCII: %s", async (address, words) => {
    await expect(send({ Destinations: [address] })).rejects.toMatchObject({
      name: "InvalidParameterValue",
      message: words,
    });
  });

  it("a tag with a dot", async () => {
    await expect(send({ Tags: [{ Name: "a.b", Value: "c" }] })).rejects.toMatchObject({
      name: "InvalidParameterValue",
    });
  });

  it("more than 10 MB", async () => {
    const RawMessage = { Data: rawMail({ text: "a\r\n".repeat(3_500_000) }) };

    await expect(send({ RawMessage })).rejects.toThrow("Message length is more than 10485760 bytes long");
  });

  it("an operation that the laptop lacks, by name", async () => {
    await expect(laptop.v1.send(new SetActiveReceiptRuleSetCommand({}))).rejects.toThrow("SetActiveReceiptRuleSet");
  });
});

describe("an account's limits", () => {
  const send = (Destinations: string[]) =>
    laptop.v1.send(new SendRawEmailCommand({ Destinations, RawMessage: { Data: rawMail() } }));
  const restart = async (settings: NonNullable<Parameters<typeof startSesLaptop>[0]>["settings"]) => {
    await laptop.close();
    laptop = await startSesLaptop(settings ? { settings } : {});
  };

  it("throttle by recipients a second, and let more through when time passes", async () => {
    await restart({ maxSendRate: 2 });
    await send(["a@example.com", "b@example.com"]);

    await expect(send(["c@example.com"])).rejects.toMatchObject({
      name: "Throttling",
      message: "Maximum sending rate exceeded.",
    });
    laptop.advance(500);
    await expect(send(["c@example.com"])).resolves.toHaveProperty("MessageId");
  });

  it("hold for 24 hours, and the simulator does not count", async () => {
    await restart({ max24Hours: 1 });
    await send(["success@simulator.amazonses.com"]);
    await send(["a@example.com"]);

    await expect(send(["b@example.com"])).rejects.toThrow("Daily message quota exceeded.");
    const quota = await laptop.v1.send(new GetSendQuotaCommand({}));
    expect(quota).toMatchObject({ Max24HourSend: 1, MaxSendRate: 50, SentLast24Hours: 1 });
    laptop.advance(25 * 60 * 60_000);
    await expect(send(["b@example.com"])).resolves.toHaveProperty("MessageId");
  });

  it("in the sandbox admit verified recipients and the simulator alone", async () => {
    await restart({ production: false });
    await laptop.v1.send(new VerifyEmailIdentityCommand({ EmailAddress: "ada@example.com" }));

    await expect(send(["ada@example.com", "bounce@simulator.amazonses.com"])).resolves.toHaveProperty("MessageId");
    await expect(send(["bob@example.com"])).rejects.toThrow("US-EAST-1: bob@example.com");
  });
});

describe("the other operations of v1", () => {
  it("compose a mail from subject and bodies", async () => {
    const command = new SendEmailCommand({
      Source: "Shop <news@shop.example>",
      Destination: { ToAddresses: ["ada@example.com"], CcAddresses: ["bob@example.com"] },
      ReplyToAddresses: ["help@shop.example"],
      Message: {
        Subject: { Data: "Grüße von der Straße, die wirklich sehr lang ist und noch länger wird" },
        Body: { Text: { Data: "Schön" }, Html: { Data: "<p>Schön</p>" } },
      },
      ConfigurationSetName: "sesami",
    });

    await laptop.v1.send(command);
    await laptop.ses.drain();

    expect(mailOf(0)).toMatchObject({
      destination: ["ada@example.com", "bob@example.com"],
      commonHeaders: {
        subject: "Grüße von der Straße, die wirklich sehr lang ist und noch länger wird",
        replyTo: ["help@shop.example"],
        cc: ["bob@example.com"],
      },
    });
    const reply = await fetch(`${laptop.url}/inbox/api/messages?to=bob@example.com`);
    const { messages } = (await reply.json()) as { messages: { html: string; text: string }[] };
    expect(messages[0]?.text.trim()).toBe("Schön");
    expect(messages[0]?.html).toContain("<p>Schön</p>");
  });

  it("render a template, and fail to where its data lacks a variable", async () => {
    const Template = { TemplateName: "hello", SubjectPart: "Hello {{name}}", HtmlPart: "<p>{{order.id}}</p>" };
    await laptop.v1.send(new CreateTemplateCommand({ Template }));
    const send = (data: unknown) =>
      laptop.v1.send(
        new SendTemplatedEmailCommand({
          Source: "news@shop.example",
          Destination: { ToAddresses: ["ada@example.com"] },
          Template: "hello",
          TemplateData: JSON.stringify(data),
          ConfigurationSetName: "sesami",
        }),
      );

    await send({ name: "Ada", order: { id: 7 } });
    await laptop.ses.drain();
    const { MessageId } = await send({ name: "Ada" });
    await laptop.ses.drain();

    expect(laptop.types()).toEqual(["Send", "Delivery", "Send", "Rendering Failure"]);
    expect(mailOf(0)).toMatchObject({ commonHeaders: { subject: "Hello Ada" } });
    expect(laptop.events[3]?.detail).toMatchObject({
      mail: { messageId: MessageId },
      failure: { templateName: "hello", errorMessage: "Attribute 'order.id' is not present in the rendering data." },
    });
  });

  it("tell statistics and identities", async () => {
    await laptop.v1.send(new SendRawEmailCommand({ RawMessage: { Data: rawMail() } }));

    const { SendDataPoints } = await laptop.v1.send(new GetSendStatisticsCommand({}));
    const { Identities } = await laptop.v1.send(new ListIdentitiesCommand({ IdentityType: "Domain" }));

    expect(SendDataPoints).toEqual([
      {
        Timestamp: new Date(startMs - (startMs % 900_000)),
        DeliveryAttempts: 1,
        Bounces: 0,
        Complaints: 0,
        Rejects: 0,
      },
    ]);
    expect(Identities).toEqual(["shop.example"]);
  });

  it("answer a fault that a test puts in their way", async () => {
    await laptop.close();
    const faults = (operation: string) => {
      if (operation === "SendRawEmail") throw new AwsError("Throttling", "Maximum sending rate exceeded.");
    };
    laptop = await startSesLaptop({ faults });

    await expect(laptop.v1.send(new SendRawEmailCommand({ RawMessage: { Data: rawMail() } }))).rejects.toMatchObject({
      name: "Throttling",
    });
  });
});
