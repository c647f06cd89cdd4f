// How long a sender waits to see what became of a mail: on the laptop cloud, with the batching windows of the templates.
import type { EventPage } from "../shared/contract/api/events.ts";
import type { EventType } from "../shared/domain/event.ts";
import type { SendMailResponse } from "../shared/contract/api/mail.ts";
import { startLaptop, type Laptop } from "../local/laptop.ts";
import { buildWhatIsStale } from "../local/start/build.ts";
import { demoOf, demoSender, prepareDemo } from "../local/start/demo.ts";
import { openState } from "../local/state.ts";
import { median, secondsSince, type Benchmark, type Figure } from "./benchmark.ts";
import { withTemporaryFolder } from "./temporary-folder.ts";

const mails = 10;
const pollEveryMs = 20;
const pollLimitMs = 30_000;

async function makeApiKey(laptop: Laptop): Promise<string> {
  const { apiKey } = await prepareDemo(demoOf(laptop, openState()));
  return apiKey;
}

async function poll<Value>(what: string, ask: () => Promise<Value | undefined>): Promise<Value> {
  const deadlineMs = performance.now() + pollLimitMs;
  while (performance.now() < deadlineMs) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await new Promise((resolve) => setTimeout(resolve, pollEveryMs));
  }
  throw new Error(`No ${what} within ${pollLimitMs / 1000} s.`);
}

async function getJson<Body>(url: string, init?: RequestInit): Promise<Body> {
  const response = await fetch(url, init);
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as Body;
}

interface Tracked {
  answerSeconds: number;
  sendSeconds: number;
  openSeconds: number;
}

async function trackMail({ apiUrl, inboxUrl }: Laptop, apiKey: string, recipient: string): Promise<Tracked> {
  const headers = { authorization: `Bearer ${apiKey}`, "content-type": "application/json" };
  const isListed = (messageId: string, type: EventType) =>
    poll(`${type} event`, async () => {
      const { items } = await getJson<EventPage>(`${apiUrl}/events?messageId=${messageId}`, { headers });
      return items.some((event) => event.type === type) || undefined;
    });

  const sentAtMs = performance.now();
  const { recipients } = await getJson<SendMailResponse>(`${apiUrl}/mail`, {
    method: "POST",
    headers,
    body: JSON.stringify({ from: demoSender, to: recipient, subject: "How long?", html: "<p>Hello</p>" }),
  });
  const answerSeconds = secondsSince(sentAtMs);
  const [result] = recipients;
  if (result?.status !== "sent") throw new Error(`The mail was not sent: ${JSON.stringify(recipients)}`);
  await isListed(result.messageId, "send");
  const sendSeconds = secondsSince(sentAtMs);

  const pixelUrl = await poll("delivered mail", async () => {
    const { messages } = await getJson<{ messages: { openPixelUrl: string | null }[] }>(
      `${inboxUrl}/api/messages?to=${encodeURIComponent(recipient)}`,
    );
    return messages[0]?.openPixelUrl ?? undefined;
  });
  const openedAtMs = performance.now();
  await fetch(pixelUrl);
  await isListed(result.messageId, "open");
  return { answerSeconds, sendSeconds, openSeconds: secondsSince(openedAtMs) };
}

const medianAndWorst = (figure: string, seconds: number[]): Figure[] => [
  { figure: `${figure}, median`, value: median(seconds), unit: "s", aim: "< 2" },
  { figure: `${figure}, worst`, value: Math.max(...seconds), unit: "s", aim: "< 2" },
];

async function trackMails(laptop: Laptop): Promise<Figure[]> {
  const apiKey = await makeApiKey(laptop);
  const tracked: Tracked[] = [];
  for (let mail = 1; mail <= mails; mail += 1)
    tracked.push(await trackMail(laptop, apiKey, `reader-${mail}@people.example`));
  return [
    ...medianAndWorst(
      "POST /mail to its send event in GET /events",
      tracked.map(({ sendSeconds }) => sendSeconds),
    ),
    ...medianAndWorst(
      "opened pixel to its open event in GET /events",
      tracked.map(({ openSeconds }) => openSeconds),
    ),
    {
      figure: "POST /mail answered, median",
      value: median(tracked.map(({ answerSeconds }) => answerSeconds)),
      unit: "s",
    },
  ];
}

export const track: Benchmark = {
  name: "track",
  summary: `seconds from POST /mail, and from an open, to the event in GET /events; ${mails} mails, one after another`,
  run: () =>
    withTemporaryFolder(async (folder) => {
      const laptop = await startLaptop({
        built: await buildWhatIsStale(folder, () => undefined),
        ports: { dashboard: 0, api: 0, aws: 0 },
        state: openState(),
        log: (line, error) => console.error(`track: ${line}`, error ?? ""),
        onFunctionLog: () => undefined,
      });
      try {
        return await trackMails(laptop);
      } finally {
        await laptop.stop();
      }
    }),
};
