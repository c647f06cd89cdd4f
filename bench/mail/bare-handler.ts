// What a function does at the least to send a mail: one call of the AWS SDK with a message that is there already.
// The measure of what lambdas/mail costs beyond it.
import { SendRawEmailCommand, SESClient } from "@aws-sdk/client-ses";
import type { HttpApiEvent, HttpApiResult } from "../../lambdas/runtime/http.ts";

const ses = new SESClient();

const message = [
  "From: Shop <hello@shop.example>",
  "To: Ada <ada@example.com>",
  "Subject: Your order",
  "Content-Type: text/html; charset=utf-8",
  "",
  "<p>It is <a href='https://shop.example/track'>on its way</a>.</p>".repeat(20),
].join("\r\n");

export const handler = async (event: HttpApiEvent): Promise<HttpApiResult> => {
  const { to } = JSON.parse(event.body ?? "{}") as { to: string };
  const { MessageId } = await ses.send(
    new SendRawEmailCommand({
      Source: "hello@shop.example",
      Destinations: [to],
      RawMessage: { Data: new TextEncoder().encode(message) },
      ConfigurationSetName: "sesami",
    }),
  );
  return { statusCode: 202, headers: { "content-type": "application/json" }, body: JSON.stringify({ MessageId }) };
};
