// A stand-in for SNS: signs messages as it does and answers for its host; nothing goes to the network.
import { generateKeyPairSync, sign, type KeyPairKeyObjectResult } from "node:crypto";
import { selfSignedCertificate, type CertificateParts } from "./self-signed-certificate.ts";

export const topicArn = "arn:aws:sns:us-east-1:222222222222:ses";
export const certificateUrl =
  "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-00000000000000000000000000000001.pem";

export const newKeys = (modulusLength = 2048): KeyPairKeyObjectResult => generateKeyPairSync("rsa", { modulusLength });

export type Post = Record<string, string>;

const unsigned = new Set(["Signature", "SignatureVersion", "SigningCertURL", "UnsubscribeURL"]);

/** All signed members in byte order, name and value a line each (SNS developer guide). */
const signedText = (post: Post): string =>
  Object.keys(post)
    .filter((name) => !unsigned.has(name))
    .sort()
    .map((name) => `${name}\n${post[name]}\n`)
    .join("");

export function startSns(keys: KeyPairKeyObjectResult, parts: CertificateParts = {}) {
  const asked: string[] = [];
  const answers = new Map<string, { status: number; body: string }>([
    [certificateUrl, { status: 200, body: selfSignedCertificate(keys, parts) }],
  ]);
  let ids = 0;

  const signed = (post: Post, version: "1" | "2" = "2"): Post => ({
    ...post,
    SignatureVersion: version,
    Signature: sign(
      version === "1" ? "RSA-SHA1" : "RSA-SHA256",
      Buffer.from(signedText(post)),
      keys.privateKey,
    ).toString("base64"),
    SigningCertURL: certificateUrl,
  });
  const common = () => ({
    MessageId: `00000000-0000-4000-8000-${String((ids += 1)).padStart(12, "0")}`,
    TopicArn: topicArn,
    Timestamp: "2026-11-23T08:00:00.500Z",
  });

  return {
    asked,
    /** What SNS's host answers to a GET; 404 for the rest. */
    answers,
    getFromSns: async (url: string) => {
      asked.push(url);
      return answers.get(url) ?? { status: 404, body: "" };
    },
    signed,
    notification: (message: unknown, changes: Post = {}, version?: "1" | "2"): Post => ({
      ...signed(
        {
          Type: "Notification",
          ...common(),
          Subject: "Amazon SES Email Event Notification",
          Message: typeof message === "string" ? message : `${JSON.stringify(message)}\n`,
          ...changes,
        },
        version,
      ),
      UnsubscribeURL: "https://sns.us-east-1.amazonaws.com/?Action=Unsubscribe",
    }),
    confirmation: (changes: Post = {}, type = "SubscriptionConfirmation"): Post =>
      signed({
        Type: type,
        ...common(),
        Token: "token-1",
        Message: "You have chosen to subscribe to the topic.",
        SubscribeURL: subscribeUrl(),
        ...changes,
      }),
  };
}

export const subscribeUrl = (topic = topicArn, token = "token-1"): string =>
  `https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=${topic}&Token=${token}`;

export type TestSns = ReturnType<typeof startSns>;
