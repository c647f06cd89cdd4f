// What a first look needs: a login, a connected account, an API key, and mail that people have opened.
// Everything goes through the public API, the real pixel and the real links; nothing is written past them.
import type { CreatedApiKey } from "../../shared/contract/api/api-keys.ts";
import type { ConnectionView, VerifyConnectionResponse } from "../../shared/contract/api/connections.ts";
import type { SendMailRequest } from "../../shared/contract/api/mail.ts";
import { customerAccountId, laptopRegion, type Laptop } from "../laptop.ts";
import type { StateFolder } from "../state.ts";
import { demoStateName, type SavedDemo } from "./saved-demo.ts";

export const demoLogin = { email: "demo@sesami.example", password: "Open-Sesame-2026" } as const;
/** A domain that the customer's SES on the laptop has verified. */
export const demoSender = "Sesame Shop <hello@shop.example>";

export interface DemoOptions {
  state: StateFolder;
  apiUrl: string;
  inboxUrl: string;
  /** The customer's account and its region. */
  account: { accountId: string; region: string };
  /** A real sign-in; gives an ID token. */
  signIn: () => Promise<string>;
  /** What the customer does in their CloudFormation console. */
  deployConnectionTemplate: (parameters: Record<string, string>) => Promise<void>;
}

/** The demo on a laptop that runs. */
export const demoOf = (laptop: Laptop, state: StateFolder): DemoOptions => ({
  state,
  apiUrl: laptop.apiUrl,
  inboxUrl: laptop.inboxUrl,
  account: { accountId: customerAccountId, region: laptopRegion },
  signIn: async () => {
    const { userPools } = laptop.cloud;
    userPools.addConfirmedUser(laptop.userPoolId, demoLogin.email, demoLogin.password);
    const tokens = await userPools.signIn(laptop.userPoolId, demoLogin.email, demoLogin.password);
    return tokens.IdToken;
  },
  deployConnectionTemplate: (parameters) => laptop.deployConnection(customerAccountId, parameters),
});

/** As the inbox of the laptop lists a mail. */
interface InboxMail {
  links: { url: string }[];
  openPixelUrl: string | null;
}

type Call = <Answer>(method: "GET" | "POST", path: string, body?: unknown) => Promise<Answer>;

const caller = (apiUrl: string, token: string): Call =>
  async function call<Answer>(method: "GET" | "POST", path: string, body?: unknown): Promise<Answer> {
    const response = await fetch(`${apiUrl}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    return JSON.parse(text) as Answer;
  };

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Asks again until an answer comes that `isDone`; a minute at the most. */
async function until<Answer>(ask: () => Promise<Answer>, isDone: (answer: Answer) => boolean): Promise<Answer> {
  for (let attempt = 0; attempt < 120; attempt += 1) {
    const answer = await ask();
    if (isDone(answer)) return answer;
    await sleep(500);
  }
  throw new Error("The demo did not get on within a minute.");
}

async function connect(call: Call, options: DemoOptions): Promise<void> {
  const { items } = await call<{ items: ConnectionView[] }>("GET", "/connections");
  const mine = items.find(({ accountId }) => accountId === options.account.accountId);
  if (mine?.state === "verified") return;
  const connection = mine ?? (await call<ConnectionView>("POST", "/connections", options.account));
  await options.deployConnectionTemplate(connection.templateParameters);
  const check = () => call<VerifyConnectionResponse>("GET", `/verify-sts?connection=${connection.connectionId}`);
  const broken = (answer: VerifyConnectionResponse) => answer.hops.find(({ result }) => result === "broken");
  const checked = await until(check, (answer) => answer.connection.state !== "pending" || broken(answer) !== undefined);
  const hop = broken(checked);
  if (hop) throw new Error(`The demo account could not be connected: ${hop.hop}: ${hop.message}`);
}

/** The demo's key: made in the first run, the same in later ones. Kept with where the API is in this run. */
export async function prepareDemo(options: DemoOptions): Promise<{ apiKey: string; isNew: boolean }> {
  const call = caller(options.apiUrl, await options.signIn());
  await connect(call, options);
  const saved = options.state.read<Pick<SavedDemo, "apiKey">>(demoStateName);
  const { key: apiKey } = saved
    ? { key: saved.apiKey }
    : await call<CreatedApiKey>("POST", "/api-keys", { name: "Demo on this laptop" });
  options.state.save(demoStateName, (): SavedDemo => ({ apiKey, apiUrl: options.apiUrl }));
  return { apiKey, isNew: !saved };
}

const browser =
  "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36";

const newsletter = (name: string): string => `<!doctype html>
<html><body style="font-family: system-ui, sans-serif; line-height: 1.5">
<p>Hello ${name},</p>
<p>the autumn harvest is in: <a href="https://shop.example/sesame">black and white sesame</a>, freshly pressed
<a href="https://shop.example/oil">oil</a>, and the <a href="https://shop.example/recipes">recipes</a> of our readers.</p>
<p>Yours, the Sesame Shop</p>
</body></html>`;

interface DemoMail {
  to: string;
  name: string;
  /** What the person does with it. */
  opens: number;
  /** Indexes into the links of the mail, in the order they are clicked. */
  clicks: number[];
}

const people: DemoMail[] = [
  { to: "ada@people.example", name: "Ada", opens: 2, clicks: [0, 1] },
  { to: "grace@people.example", name: "Grace", opens: 1, clicks: [2] },
  { to: "linus@people.example", name: "Linus", opens: 1, clicks: [] },
  { to: "margaret@people.example", name: "Margaret", opens: 0, clicks: [] },
  { to: "success@simulator.amazonses.com", name: "Simulator", opens: 0, clicks: [] },
  { to: "bounce@simulator.amazonses.com", name: "Simulator", opens: 0, clicks: [] },
  { to: "complaint@simulator.amazonses.com", name: "Simulator", opens: 0, clicks: [] },
  { to: "ooto@simulator.amazonses.com", name: "Simulator", opens: 0, clicks: [] },
];

/** People take their time; who clicks within seconds after delivery is taken for a scanner. */
const readAfterMs = 6000;

async function readMail({ to, opens, clicks }: DemoMail, inboxUrl: string): Promise<void> {
  const list = async () =>
    (await (await fetch(`${inboxUrl}/api/messages?to=${encodeURIComponent(to)}`)).json()) as { messages: InboxMail[] };
  const { messages } = await until(list, (inbox) => inbox.messages.length > 0);
  const [mail] = messages;
  await sleep(readAfterMs);
  const visit = (url: string | null | undefined) =>
    url ? fetch(url, { headers: { "user-agent": browser }, redirect: "manual" }) : undefined;
  for (let open = 0; open < opens; open += 1) await visit(mail?.openPixelUrl);
  for (const index of clicks) await visit(mail?.links[index]?.url);
}

/** A few mails to demo people, who open and click through the real pixel and links, and to SES's simulator. */
export async function sendDemoMail(options: Pick<DemoOptions, "apiUrl" | "inboxUrl">, apiKey: string): Promise<void> {
  const call = caller(options.apiUrl, apiKey);
  for (const person of people) {
    const mail = {
      from: demoSender,
      to: [person.to],
      subject: "[Demo] The autumn harvest is in",
      html: newsletter(person.name),
      tags: { campaign: "demo" },
    } satisfies Omit<SendMailRequest, "replyTo" | "connection" | "text">;
    await call("POST", "/mail", mail);
  }
  await Promise.all(
    people.filter(({ opens, clicks }) => opens + clicks.length > 0).map((person) => readMail(person, options.inboxUrl)),
  );
}
