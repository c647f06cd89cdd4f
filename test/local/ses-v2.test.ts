// SES's v2 API, asked through the real client.
import {
  CreateEmailIdentityCommand,
  DeleteSuppressedDestinationCommand,
  GetAccountCommand,
  GetConfigurationSetCommand,
  GetConfigurationSetEventDestinationsCommand,
  GetEmailIdentityCommand,
  GetSuppressedDestinationCommand,
  ListConfigurationSetsCommand,
  ListContactListsCommand,
  ListEmailIdentitiesCommand,
  ListSuppressedDestinationsCommand,
  PutSuppressedDestinationCommand,
  SendEmailCommand,
} from "@aws-sdk/client-sesv2";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { defaultBusArn, rawMail, resourceContext, startMs, startSesLaptop, type SesLaptop } from "./ses-laptop.ts";

let laptop: SesLaptop;
beforeEach(async () => {
  laptop = await startSesLaptop({ eventTypes: ["send", "renderingFailure"] });
});
afterEach(() => laptop.close());

it("tells an account's state and quota", async () => {
  await laptop.v2.send(new SendEmailCommand({ Content: { Raw: { Data: rawMail() } } }));

  const account = await laptop.v2.send(new GetAccountCommand({}));

  expect(account).toMatchObject({
    ProductionAccessEnabled: true,
    SendingEnabled: true,
    SendQuota: { Max24HourSend: 50_000, MaxSendRate: 50, SentLast24Hours: 1 },
    SuppressionAttributes: { SuppressedReasons: ["BOUNCE", "COMPLAINT"] },
  });
});

describe("configuration sets", () => {
  it("are those of the templates, with their event destinations", async () => {
    const { ConfigurationSets } = await laptop.v2.send(new ListConfigurationSetsCommand({}));
    const set = await laptop.v2.send(new GetConfigurationSetCommand({ ConfigurationSetName: "sesami" }));
    const { EventDestinations } = await laptop.v2.send(
      new GetConfigurationSetEventDestinationsCommand({ ConfigurationSetName: "sesami" }),
    );

    expect(ConfigurationSets).toEqual(["sesami"]);
    expect(set).toMatchObject({ ConfigurationSetName: "sesami", SendingOptions: { SendingEnabled: true } });
    expect(EventDestinations).toEqual([
      {
        Name: "sesami-eventbridge",
        Enabled: true,
        MatchingEventTypes: ["SEND", "RENDERING_FAILURE"],
        EventBridgeDestination: { EventBusArn: defaultBusArn },
      },
    ]);
  });

  it("that are not there are not found", async () => {
    const command = new GetConfigurationSetCommand({ ConfigurationSetName: "missing" });

    await expect(laptop.v2.send(command)).rejects.toMatchObject({ name: "NotFoundException" });
  });

  it("publish to the default bus alone, and not to what the laptop lacks", async () => {
    const provider = laptop.ses.providers["AWS::SES::ConfigurationSetEventDestination"];
    const create = async (destination: Record<string, unknown>) =>
      provider?.create(
        { ConfigurationSetName: "sesami", EventDestination: { MatchingEventTypes: ["send"], ...destination } },
        resourceContext("Destination"),
      );
    const EventBridgeDestination = { EventBusArn: defaultBusArn.replace("default", "other") };

    await expect(create({ EventBridgeDestination })).rejects.toThrow("default bus");
    await expect(create({ SnsDestination: { TopicARN: "arn" } })).rejects.toThrow("SnsDestination");
  });
});

describe("SendEmail", () => {
  it("takes a simple mail with an identity's own configuration set", async () => {
    await laptop.v2.send(
      new CreateEmailIdentityCommand({ EmailIdentity: "ines@mail.example", ConfigurationSetName: "sesami" }),
    );
    const command = new SendEmailCommand({
      FromEmailAddress: "Ines <ines@mail.example>",
      Destination: { ToAddresses: ["ada@example.com"], BccAddresses: ["bob@example.com"] },
      Content: {
        Simple: {
          Subject: { Data: "Hello" },
          Body: { Text: { Data: "Hi" } },
          Headers: [{ Name: "X-Team", Value: "blue" }],
        },
      },
      EmailTags: [{ Name: "campaign", Value: "spring" }],
    });

    const { MessageId } = await laptop.v2.send(command);

    expect(laptop.events[0]?.detail).toMatchObject({
      eventType: "Send",
      mail: {
        messageId: MessageId,
        source: "Ines <ines@mail.example>",
        sourceArn: "arn:aws:ses:us-east-1:222222222222:identity/ines@mail.example",
        destination: ["ada@example.com", "bob@example.com"],
        headers: expect.arrayContaining([{ name: "X-Team", value: "blue" }]),
        tags: { "ses:operation": ["SendEmail"], campaign: ["spring"] },
      },
    });
  });

  it("refuses in the names of v2", async () => {
    const Content = { Raw: { Data: rawMail({ from: "a@other.example" }) } };
    const send = (input: object) => laptop.v2.send(new SendEmailCommand({ Content, ...input }));

    await expect(send({})).rejects.toMatchObject({ name: "MessageRejected" });
    await expect(send({ ConfigurationSetName: "missing" })).rejects.toMatchObject({ name: "NotFoundException" });
    await expect(send({ Destination: { ToAddresses: ["ada"] } })).rejects.toMatchObject({
      name: "BadRequestException",
    });
    await expect(send({ TenantName: "one" })).rejects.toThrow("TenantName of SendEmail");
    await expect(laptop.v2.send(new ListContactListsCommand({}))).rejects.toThrow("GET /v2/email/contact-lists");
  });

  it("answers 429 when the rate is exceeded", async () => {
    await laptop.close();
    laptop = await startSesLaptop({ settings: { maxSendRate: 1 } });
    const command = new SendEmailCommand({ Content: { Raw: { Data: rawMail() } } });
    await laptop.v2.send(command);

    await expect(laptop.v2.send(command)).rejects.toMatchObject({
      name: "TooManyRequestsException",
      $metadata: { httpStatusCode: 429 },
    });
  });
});

it("lists and tells identities", async () => {
  const { EmailIdentities } = await laptop.v2.send(new ListEmailIdentitiesCommand({}));
  const identity = await laptop.v2.send(new GetEmailIdentityCommand({ EmailIdentity: "shop.example" }));

  expect(EmailIdentities).toEqual([
    { IdentityName: "shop.example", IdentityType: "DOMAIN", SendingEnabled: true, VerificationStatus: "SUCCESS" },
  ]);
  expect(identity).toMatchObject({ IdentityType: "DOMAIN", VerifiedForSendingStatus: true });
});

describe("the suppression list", () => {
  const put = (EmailAddress: string, Reason: "BOUNCE" | "COMPLAINT") =>
    laptop.v2.send(new PutSuppressedDestinationCommand({ EmailAddress, Reason }));

  it("is written, read page by page, and cleared", async () => {
    await put("ada@example.com", "BOUNCE");
    await put("bob+news@example.com", "COMPLAINT");

    const first = await laptop.v2.send(new ListSuppressedDestinationsCommand({ PageSize: 1 }));
    const second = await laptop.v2.send(
      new ListSuppressedDestinationsCommand({ PageSize: 1, NextToken: first.NextToken }),
    );
    const complaints = await laptop.v2.send(new ListSuppressedDestinationsCommand({ Reasons: ["COMPLAINT"] }));
    const { SuppressedDestination } = await laptop.v2.send(
      new GetSuppressedDestinationCommand({ EmailAddress: "bob+news@example.com" }),
    );

    const bob = { EmailAddress: "bob+news@example.com", Reason: "COMPLAINT", LastUpdateTime: new Date(startMs) };
    expect(first.SuppressedDestinationSummaries?.map(({ EmailAddress }) => EmailAddress)).toEqual(["ada@example.com"]);
    expect(second).toMatchObject({ SuppressedDestinationSummaries: [bob] });
    expect(second.NextToken).toBeUndefined();
    expect(complaints.SuppressedDestinationSummaries).toEqual([bob]);
    expect(SuppressedDestination).toMatchObject(bob);

    await laptop.v2.send(new DeleteSuppressedDestinationCommand({ EmailAddress: "ada@example.com" }));
    await expect(
      laptop.v2.send(new DeleteSuppressedDestinationCommand({ EmailAddress: "ada@example.com" })),
    ).rejects.toMatchObject({ name: "NotFoundException" });
  });

  it("is not written in the sandbox", async () => {
    await laptop.close();
    laptop = await startSesLaptop({ settings: { production: false } });

    await expect(put("ada@example.com", "BOUNCE")).rejects.toMatchObject({ name: "BadRequestException" });
  });
});
