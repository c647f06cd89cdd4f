// SES of the laptop cloud behind a bare HTTP server, with a fixed clock and a bus that keeps what it is given.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { SESClient } from "@aws-sdk/client-ses";
import { SESv2Client } from "@aws-sdk/client-sesv2";
import { encodeError, protocolOf } from "../../local/front-door/error-encoding.ts";
import { AwsError, type AwsCall, type AwsReply } from "../../local/protocol.ts";
import type { ResourceContext } from "../../local/cloudformation/provider.ts";
import { matchingEventTypes } from "../../shared/contract/connection.ts";
import { openState } from "../../local/state.ts";
import type { ServiceEvent } from "../../local/ses/events.ts";
import { createSes, type SesDeps } from "../../local/ses/ses.ts";

export const accountId = "222222222222";
export const region = "us-east-1";
export const startMs = Date.UTC(2026, 2, 1, 12, 0, 0, 123);
export const defaultBusArn = `arn:aws:events:${region}:${accountId}:event-bus/default`;

const roleArn = `arn:aws:iam::${accountId}:role/connection`;

export const resourceContext = (logicalId: string): ResourceContext => ({
  accountId,
  region,
  stackName: "Customer",
  logicalId,
  generatedName: `Customer-${logicalId}`,
  resource: { Type: "unused" },
  assetPath: (name) => name,
});

export interface SesLaptopOptions extends Partial<SesDeps> {
  stateFolder?: string;
  /** Event types of the set `sesami`; all of them when absent. */
  eventTypes?: readonly string[];
  settings?: Partial<{ production: boolean; maxSendRate: number; max24Hours: number; identities: string[] }>;
}

export async function startSesLaptop({ stateFolder, eventTypes, settings, ...deps }: SesLaptopOptions = {}) {
  let nowMs = startMs;
  let ids = 0;
  const events: ServiceEvent[] = [];
  const state = openState(stateFolder);
  const ses = createSes({
    clock: () => nowMs,
    state,
    eventBridge: { publishFromService: (_account, _region, event) => events.push(event) },
    publicUrl: () => url,
    delayMs: 600_000,
    newUuid: () => `00000000-0000-4000-8000-${String((ids += 1)).padStart(12, "0")}`,
    ...deps,
  });
  ses.configureAccount(accountId, region, {
    production: true,
    maxSendRate: 50,
    max24Hours: 50_000,
    identities: ["shop.example"],
    ...settings,
  });
  const create = (type: string, properties: Record<string, unknown>) =>
    ses.providers[type]?.create(properties, resourceContext("Set"));
  await create("AWS::SES::ConfigurationSet", { Name: "sesami" });
  await create("AWS::SES::ConfigurationSetEventDestination", {
    ConfigurationSetName: "sesami",
    EventDestination: {
      Name: "sesami-eventbridge",
      Enabled: true,
      MatchingEventTypes: eventTypes ?? matchingEventTypes,
      EventBridgeDestination: { EventBusArn: defaultBusArn },
    },
  });

  const answer = async (call: AwsCall): Promise<AwsReply> => {
    try {
      return await ses.handle(call);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      const protocol = protocolOf("ses", call.path);
      return encodeError(error, { protocol, requestId: "request", contentType: undefined });
    }
  };

  const caller = {
    accountId,
    arn: `arn:aws:sts::${accountId}:assumed-role/connection/mail`,
    roleArn,
    accessKeyId: "ASIA",
  };
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const { pathname: path, searchParams: query } = new URL(request.url ?? "/", "http://laptop.example");
    const route = ses.routes.find(({ prefix }) => path === prefix || path.startsWith(`${prefix}/`));
    if (route) {
      await route.handler(request, response);
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    const method = request.method ?? "";
    const reply = await answer({
      service: "ses",
      region,
      caller,
      method,
      path,
      query,
      headers,
      body: Buffer.concat(chunks),
    });
    response.writeHead(reply.status, reply.headers).end(reply.body);
  };
  // Without a time limit for idle connections: their end would race with a request of a slow test.
  const server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
    serve(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = {
    endpoint: url,
    region,
    maxAttempts: 1,
    credentials: { accessKeyId: "ASIAEXAMPLE", secretAccessKey: "secret" },
  };
  const v1 = new SESClient(client);
  const v2 = new SESv2Client(client);

  return {
    ses,
    state,
    events,
    url,
    v1,
    v2,
    advance: (ms: number) => (nowMs += ms),
    types: () => events.map(({ detail }) => detail["eventType"]),
    close: async () => {
      v1.destroy();
      v2.destroy();
      await ses.stop();
      const closed = new Promise((resolve) => {
        server.close(resolve);
      });
      server.closeAllConnections();
      await closed;
      state.flush();
    },
  };
}

export type SesLaptop = Awaited<ReturnType<typeof startSesLaptop>>;

export interface RawMail {
  to?: string;
  from?: string;
  subject?: string;
  html?: string;
  text?: string;
  headers?: string[];
}

export const rawMail = ({ to = "ada@example.com", from = "Shop <news@shop.example>", ...mail }: RawMail = {}): Buffer =>
  Buffer.from(
    [
      `From: ${from}`,
      `To: ${to}`,
      `Subject: ${mail.subject ?? "Your order"}`,
      ...(mail.headers ?? []),
      "MIME-Version: 1.0",
      `Content-Type: text/${mail.html === undefined ? "plain" : "html"}; charset=UTF-8`,
      "",
      mail.html ?? mail.text ?? "Thank you.",
    ].join("\r\n"),
  );
