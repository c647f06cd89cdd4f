// A laptop whose customer has connected an account and has an API key, made through the API as a person would.
import { customerAccountId, laptopRegion, type LaptopOptions } from "../../local/laptop.ts";
import type { CreatedApiKey } from "../../shared/contract/api/api-keys.ts";
import type { ConnectionView, VerifyConnectionResponse } from "../../shared/contract/api/connections.ts";
import { apiOf, eventually } from "./api.ts";
import { startTestLaptop, type TestLaptop } from "./laptop.ts";

/** Who has connected it, at the dashboard. */
export const owner = { email: "owner@shop.example", password: "Open-Sesame-2026" };

export interface ConnectedLaptop {
  laptop: TestLaptop;
  apiKey: string;
}

export async function startConnectedLaptop(options: Partial<LaptopOptions> = {}): Promise<ConnectedLaptop> {
  const laptop = await startTestLaptop(options);
  laptop.cloud.userPools.addConfirmedUser(laptop.userPoolId, owner.email, owner.password);
  const { IdToken } = await laptop.cloud.userPools.signIn(laptop.userPoolId, owner.email, owner.password);
  const ownersApi = apiOf(laptop.apiUrl, IdToken);
  const account = { accountId: customerAccountId, region: laptopRegion };
  const { body: connection } = await ownersApi<ConnectionView>("POST", "/connections", account);
  await laptop.deployConnection(customerAccountId, connection.templateParameters);
  await eventually(
    () => ownersApi<VerifyConnectionResponse>("GET", `/verify-sts?connection=${connection.connectionId}`),
    ({ body }) => body.connection.state === "verified",
  );
  const { body: made } = await ownersApi<CreatedApiKey>("POST", "/api-keys", { name: "Test" });
  return { laptop, apiKey: made.key };
}

/** As the inbox of the laptop lists a mail. */
export interface InboxMail {
  id: string;
  messageId: string;
  from: string;
  to: string;
  subject: string;
  text: string | null;
  html: string | null;
}

/** The mails that came to an address, the newest first. */
export async function readInbox({ inboxUrl }: TestLaptop, to: string): Promise<InboxMail[]> {
  const response = await fetch(`${inboxUrl}/api/messages?to=${encodeURIComponent(to)}`);
  return ((await response.json()) as { messages: InboxMail[] }).messages;
}

const characters: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };

/** A mail as a mail server would get it. */
export async function readSource({ inboxUrl }: TestLaptop, id: string): Promise<string> {
  const page = await (await fetch(`${inboxUrl}/mail/${id}?view=source`)).text();
  const [, escaped] = /<pre[^>]*>([^]*?)<\/pre>/.exec(page) ?? [];
  if (escaped === undefined) throw new Error(`The inbox shows no source of ${id}:\n${page}`);
  return escaped.replaceAll(/&(#?\w+);/g, (entity, name: string) => characters[name] ?? entity);
}
