import { SESClient } from "@aws-sdk/client-ses";
import { expect, test } from "vitest";
import { getSendStatistics } from "../../../shared/aws/send-statistics.ts";

/** A point in the form of the SES API reference (GetSendStatistics). */
const point = (attempts: number, rejects: number) =>
  `<member><DeliveryAttempts>${attempts}</DeliveryAttempts><Timestamp>2010-08-03T19:23:00Z</Timestamp>` +
  `<Rejects>${rejects}</Rejects><Bounces>2</Bounces><Complaints>1</Complaints></member>`;

const answering = (points: string) =>
  new SESClient({
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    requestHandler: {
      handle: async () => ({
        response: {
          statusCode: 200,
          headers: { "content-type": "text/xml" },
          body: new Response(
            `<GetSendStatisticsResponse xmlns="http://ses.amazonaws.com/doc/2010-12-01/"><GetSendStatisticsResult>` +
              `<SendDataPoints>${points}</SendDataPoints></GetSendStatisticsResult></GetSendStatisticsResponse>`,
          ).body,
        },
      }),
    },
  });

test("the figures of all points are added up", async () => {
  const client = answering(point(8, 0) + point(7, 3));

  expect(await getSendStatistics(client)).toEqual({ deliveryAttempts: 15, bounces: 4, complaints: 2, rejects: 3 });
});

test("an account that has sent nothing has figures of zero", async () => {
  expect(await getSendStatistics(answering(""))).toEqual({
    deliveryAttempts: 0,
    bounces: 0,
    complaints: 0,
    rejects: 0,
  });
});
