// Whose word an SNS message is: the signed text, the certificate's address and the certificate itself.
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { KeyPairKeyObjectResult } from "node:crypto";
import { isCertificateUrl } from "../../../shared/aws/sns-host.ts";
import { parseTopicArn, textToSign, type SnsMessage } from "../../../shared/aws/sns-message.ts";
import { createSnsSignatures, type SnsSignatures } from "../../../shared/aws/sns-signature.ts";
import { selfSignedCertificate } from "../../support/self-signed-certificate.ts";
import { certificateUrl, newKeys, startSns, type Post, type TestSns } from "../../support/sns.ts";

let keys: KeyPairKeyObjectResult;
let sns: TestSns;
let signatures: SnsSignatures;
let nowMs: number;

beforeAll(() => {
  keys = newKeys();
});
beforeEach(() => {
  nowMs = Date.parse("2026-11-23T08:00:01Z");
  sns = startSns(keys);
  signatures = createSnsSignatures({ getFromSns: sns.getFromSns, clock: () => nowMs, maxCertificates: 2 });
});

const check = (post: Post, region = "us-east-1") => signatures.assertSigned(post as unknown as SnsMessage, region);
const refused = { code: "forbidden" };
const serve = (body: string, status = 200) => sns.answers.set(certificateUrl, { status, body });

describe("the signed text", () => {
  // Both examples are those of "Verifying the signatures of Amazon SNS messages" in the SNS developer guide.
  test("of a notification has six members, the subject among them", () => {
    const text = textToSign({
      Type: "Notification",
      MessageId: "4d4dc071-ddbf-465d-bba8-08f81c89da64",
      TopicArn: "arn:aws:sns:us-east-2:123456789012:s4-MySNSTopic-1G1WEFCOXTC0P",
      Subject: "My subject",
      Message: "My Test Message",
      Timestamp: "2019-01-31T04:37:04.321Z",
      SignatureVersion: "1",
      Signature: "EXAMPLE",
      SigningCertURL: certificateUrl,
    });

    expect(text).toBe(`Message
My Test Message
MessageId
4d4dc071-ddbf-465d-bba8-08f81c89da64
Subject
My subject
Timestamp
2019-01-31T04:37:04.321Z
TopicArn
arn:aws:sns:us-east-2:123456789012:s4-MySNSTopic-1G1WEFCOXTC0P
Type
Notification
`);
  });

  test("of a confirmation has the token and the address", () => {
    const text = textToSign({
      Type: "SubscriptionConfirmation",
      MessageId: "3d891288-136d-417f-bc05-901c108273ee",
      Token: "2336412f37",
      TopicArn: "arn:aws:sns:us-east-2:123456789012:s4-MySNSTopic-1G1WEFCOXTC0P",
      Message: "My Test Message",
      SubscribeURL: "https://sns.us-east-2.amazonaws.com/?Action=ConfirmSubscription",
      Timestamp: "2019-01-31T19:25:13.719Z",
      SignatureVersion: "1",
      Signature: "EXAMPLE",
      SigningCertURL: certificateUrl,
    });

    expect(text).toBe(`Message
My Test Message
MessageId
3d891288-136d-417f-bc05-901c108273ee
SubscribeURL
https://sns.us-east-2.amazonaws.com/?Action=ConfirmSubscription
Timestamp
2019-01-31T19:25:13.719Z
Token
2336412f37
TopicArn
arn:aws:sns:us-east-2:123456789012:s4-MySNSTopic-1G1WEFCOXTC0P
Type
SubscriptionConfirmation
`);
  });
});

describe("a signature", () => {
  const plain = { Type: "Notification", MessageId: "m", TopicArn: "t", Timestamp: "now", Message: "hello" };

  test.each(["1", "2"] as const)("of version %s is taken", async (version) => {
    await expect(check(sns.notification("Grüße\nan alle", {}, version))).resolves.toBeUndefined();
    await expect(check(sns.confirmation())).resolves.toBeUndefined();
  });

  test("is taken of a notification without a subject", async () => {
    await expect(check(sns.signed(plain))).resolves.toBeUndefined();
  });

  test.each(["Message", "MessageId", "Subject", "Timestamp", "TopicArn"])("does not cover another %s", async (name) => {
    const post = sns.notification("hello");

    await expect(check({ ...post, [name]: `${post[name]}x` })).rejects.toMatchObject(refused);
  });

  test("does not cover a subject put in later, or a confirmation made of a notification", async () => {
    const signed = sns.signed(plain);

    await expect(check({ ...signed, Subject: "Hello" })).rejects.toMatchObject(refused);
    await expect(
      check({ ...signed, Type: "SubscriptionConfirmation", Token: "x", SubscribeURL: "https://sns.example/" }),
    ).rejects.toMatchObject(refused);
  });

  test("of another version than it says, of another key, or of none is refused", async () => {
    const post = sns.notification("hello", {}, "1");
    const stranger = startSns(newKeys());

    await expect(check({ ...post, SignatureVersion: "2" })).rejects.toMatchObject(refused);
    await expect(check(stranger.notification("hello"))).rejects.toMatchObject(refused);
    await expect(check({ ...post, Signature: "" })).rejects.toMatchObject(refused);
    await expect(check({ ...post, Signature: "no base64 at all!" })).rejects.toMatchObject(refused);
  });
});

const pem = "SimpleNotificationService-0123456789abcdef0123456789abcdef.pem";

describe("the certificate's address", () => {
  test.each([
    [`https://sns.us-east-1.amazonaws.com/${pem}`, "us-east-1"],
    [`https://sns.us-gov-west-1.amazonaws.com/${pem}`, "us-gov-west-1"],
    [`https://sns.cn-north-1.amazonaws.com.cn/${pem}`, "cn-north-1"],
  ])("%s is SNS's", (url, region) => {
    expect(isCertificateUrl(url, region)).toBe(true);
  });

  test.each([
    `http://sns.us-east-1.amazonaws.com/${pem}`,
    `https://sns.eu-west-1.amazonaws.com/${pem}`,
    `https://sns.us-east-1.amazonaws.com.cn/${pem}`,
    `https://sns.us-east-1.amazonaws.com.evil.example/${pem}`,
    `https://evil.example/sns.us-east-1.amazonaws.com/${pem}`,
    `https://sns.us-east-1.amazonaws.com@evil.example/${pem}`,
    `https://evil.example#https://sns.us-east-1.amazonaws.com/${pem}`,
    `https://user@sns.us-east-1.amazonaws.com/${pem}`,
    `https://sns.us-east-1.amazonaws.com:8443/${pem}`,
    `https://sns-us-east-1.amazonaws.com/${pem}`,
    `https://snsxus-east-1.amazonaws.com/${pem}`,
    `https://s3.us-east-1.amazonaws.com/${pem}`,
    `https://bucket.s3.amazonaws.com/${pem}`,
    `https://sns.us-east-1.amazonaws.com/bucket/${pem}`,
    `https://sns.us-east-1.amazonaws.com/../${pem}`,
    `https://sns.us-east-1.amazonaws.com/${pem}?x=1`,
    `https://sns.us-east-1.amazonaws.com/${pem}\n`,
    `https://sns.us-east-1.amazonaws.com/?Action=GetEndpointAttributes&x=/${pem}`,
    "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-.pem",
    "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-xyz.pem",
    ` https://sns.us-east-1.amazonaws.com/${pem}`,
    "",
  ])("%j is not, and is never asked", async (url) => {
    await expect(check({ ...sns.notification("hello"), SigningCertURL: url })).rejects.toMatchObject(refused);

    expect(sns.asked).toEqual([]);
  });
});

describe("the certificate", () => {
  test("is fetched once, also when many messages come at once", async () => {
    await Promise.all([1, 2, 3].map((number) => check(sns.notification(`message ${number}`))));
    await check(sns.notification("message 4"));

    expect(sns.asked).toEqual([certificateUrl]);
  });

  test("is forgotten when others have been used since: the process remembers a few", async () => {
    const urls = ["a", "b", "c"].map((letter) => certificateUrl.replace(/1\.pem$/, `${letter}.pem`));
    const body = selfSignedCertificate(keys);
    for (const url of urls) sns.answers.set(url, { status: 200, body });
    const ask = (url: string | undefined) => check({ ...sns.notification("hello"), SigningCertURL: url ?? "" });

    for (const url of urls) await ask(url);
    await ask(urls[2]);
    await ask(urls[0]);

    expect(sns.asked).toEqual([...urls, urls[0]]);
  });

  test.each([
    ["has expired", "2026-11-23T08:00:00Z", "2026-01-01T00:00:00Z"],
    ["is not valid yet", "2027-12-31T00:00:00Z", "2026-11-24T00:00:00Z"],
  ])("is refused when it %s", async (_, validTo, validFrom) => {
    serve(selfSignedCertificate(keys, { validFrom, validTo }));

    await expect(check(sns.notification("hello"))).rejects.toMatchObject(refused);
  });

  test("is not used past its end, however long it has been known", async () => {
    await check(sns.notification("hello"));
    nowMs = Date.parse("2027-01-01T00:00:00Z");

    await expect(check(sns.notification("hello"))).rejects.toMatchObject(refused);
  });

  test("is refused when its key is weak, when it is none, and when SNS has none there", async () => {
    const weak = newKeys(1024);
    serve(selfSignedCertificate(weak));
    await expect(check(startSns(weak).notification("hello"))).rejects.toMatchObject(refused);

    serve("<html>no certificate</html>");
    await expect(check(sns.notification("hello"))).rejects.toMatchObject(refused);

    serve("", 403);
    await expect(check(sns.notification("hello"))).rejects.toMatchObject(refused);
  });

  test("that cannot be fetched now is no forgery: SNS shall come again, and then it is taken", async () => {
    const body = selfSignedCertificate(keys);
    serve("", 503);
    const first = check(sns.notification("hello"));
    await expect(first).rejects.toMatchObject({ code: "unavailable" });

    serve(body);

    await expect(check(sns.notification("hello"))).resolves.toBeUndefined();
  });
});

test.each([
  ["arn:aws:sns:us-east-1:222222222222:ses", { accountId: "222222222222", region: "us-east-1" }],
  ["arn:aws-cn:sns:cn-north-1:222222222222:ses.fifo", { accountId: "222222222222", region: "cn-north-1" }],
  ["arn:aws:sqs:us-east-1:222222222222:ses", undefined],
  ["arn:aws:sns:us-east-1:222222222222:ses:subscription", undefined],
  ["arn:aws:sns:us-east-1:22222222222:ses", undefined],
  ["x arn:aws:sns:us-east-1:222222222222:ses", undefined],
])("the topic %s is of %j", (arn, expected) => {
  expect(parseTopicArn(arn)).toEqual(expected);
});
