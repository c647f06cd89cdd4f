// Which letters of a customer's dead-letter queue an operator's redrive takes over: the customer can put anything there.
import { describe, expect, test } from "vitest";
import { accountOfQueue, isEventOf } from "../../cli/foreign-letters.ts";
import { stampMessage } from "../../shared/domain/stamp.ts";
import { inEventBridge, inSns, inSqs, sesJson } from "../support/ses-events.ts";

const account = "222222222222";
const event = inEventBridge("bounce", sesJson("bounce"));
const stamp = {
  door: "sns",
  account,
  region: "us-east-1",
  topicArn: "arn:aws:sns:us-east-1:222222222222:ses",
  id: "1",
} as const;

const isTaken = (body: unknown) => isEventOf(account, { body: typeof body === "string" ? body : JSON.stringify(body) });

describe("of a queue in another account", () => {
  test("an SES event of that account goes on", () => {
    expect(isTaken(event)).toBe(true);
  });

  test.each([
    ["an event of another account", { ...event, account: "333333333333" }],
    ["an event without an account", { ...event, account: undefined }],
    ["an event that is not SES's", { ...event, source: "shop.orders" }],
    ["what a door of ours stamps", stampMessage(stamp, JSON.stringify(sesJson("bounce")))],
    ["a stamp on top of an event", { ...event, sesamiDoor: stamp, message: "{}" }],
    ["records with an event of another account", inSqs({ ...event, account: "333333333333" })],
    ["records beside an event", { ...event, ...inSqs({ ...event, account: "333333333333" }) }],
    ["an SNS message", inSns(sesJson("bounce"))],
    ["a bare event of SES, which names its account itself", sesJson("bounce")],
    ["a list of events", [event]],
    ["no JSON", "{"],
    ["nothing", "null"],
  ])("%s stays", (_what, body) => {
    expect(isTaken(body)).toBe(false);
  });
});

describe("a queue's account", () => {
  test.each([
    ["https://sqs.eu-west-1.amazonaws.com/222222222222/dead-letters", account],
    ["http://127.0.0.1:4566/222222222222/dead-letters", account],
    ["https://queue.example/letters", undefined],
  ])("of %s is %s", (url, expected) => {
    expect(accountOfQueue(url)).toBe(expected);
  });
});
