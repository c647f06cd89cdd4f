// A bulk of 10,000 in real time: how close it comes to its account's rate, with throttles and with a worker killed midway,
// and what becomes of its recipients.
import { maxBulkRecipients, type BulkView } from "../shared/contract/api/bulk.ts";
import { people } from "../test/support/bulk-setup.ts";
import type { Benchmark, Figure } from "./benchmark.ts";
import type { Consumed, SesTally } from "./bulk/aws.ts";
import { bundleFunctions, startSetting, type Setting } from "./bulk/setting.ts";
import { withTemporaryFolder } from "./temporary-folder.ts";

const ratePerSecond = 200;
const throttledShare = 0.01;
const seed = 20_261_124;
const lookEveryMs = 500;

const mail = {
  from: "Shop <hello@shop.example>",
  subject: "Hello {{name}}",
  html: "<p>Dear {{name}}, <a href='https://shop.example/track'>it is on its way</a>.</p>".repeat(20),
};

interface Measured {
  answeredMs: number;
  /** From the request to the end of the last recipient. */
  tookMs: number;
  done: BulkView;
  settled: BulkView;
  ses: SesTally;
  consumed: Consumed;
  workerCpuSeconds: number;
}

interface Course {
  recipients: number;
  /** With the bulk, once half of it is sent; answers for how long the time does not count. */
  midway?: (setting: Setting) => Promise<number>;
}

async function measure(folder: string, { recipients, midway }: Course): Promise<Measured> {
  const setting = await startSetting(folder, { ratePerSecond, throttledShare, seed });
  try {
    if (!midway) setting.letEventsIn();
    await setting.askAws("consumed");
    const startedAtMs = Date.now();
    const { status, body } = await setting.request<BulkView>("POST /mail/bulk", {
      body: { ...mail, recipients: people(recipients) },
    });
    if (status !== 202) throw new Error(`The request was answered ${status}: ${JSON.stringify(body)}`);
    const answeredMs = Date.now() - startedAtMs;
    const path = { bulkId: body.id };
    const look = async () => (await setting.request<BulkView>("GET /mail/bulk/{bulkId}", { path })).body;
    let notCountedMs = 0;
    let isMidwayPassed = midway === undefined;
    let done = body;
    while (done.status !== "finished") {
      await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
      setting.assertWell();
      done = await look();
      if (!isMidwayPassed && midway && done.counts.sent >= recipients / 2) {
        isMidwayPassed = true;
        notCountedMs = await midway(setting);
      }
    }
    const tookMs = Date.parse(done.finishedAt ?? "") - startedAtMs - notCountedMs;
    const consumed = await setting.askAws<Consumed>("consumed");
    await setting.settle();
    const [settled, ses] = [await look(), await setting.askAws<SesTally>("ses")];
    return { answeredMs, tookMs, done, settled, ses, consumed, workerCpuSeconds: setting.workerCpuSeconds() };
  } finally {
    await setting.stop();
  }
}

const openOf = ({ counts }: BulkView): number => counts.waiting + counts.sending;

function timeFigures(what: string, recipients: number, { tookMs }: Measured): Figure[] {
  const ideal = recipients / ratePerSecond;
  return [
    {
      figure: `${what}: from the request to its end`,
      value: tookMs / 1000,
      unit: "s",
      aim: `<= ${(ideal * 1.05).toFixed(2)}`,
    },
    { figure: "  against the ideal time", value: tookMs / 1000 / ideal, unit: "×", aim: "<= 1.05" },
  ];
}

const fateFigures = ({ ses, settled }: Measured): Figure[] => [
  { figure: "  throttles met", value: ses.throttled, unit: "sends" },
  { figure: "  sends tried", value: ses.accepted + ses.throttled, unit: "sends" },
  { figure: "  mailed twice", value: ses.twice, unit: "recipients", aim: "0" },
  { figure: "  sent", value: settled.counts.sent, unit: "recipients" },
  { figure: "  without an end", value: openOf(settled), unit: "recipients", aim: "0" },
];

const unitFigures = (what: string, recipients: number, { consumed: { writeUnits, readUnits } }: Measured): Figure[] => [
  { figure: `  write units for each recipient, ${what}`, value: writeUnits / recipients, unit: "units" },
  { figure: `  read units for each recipient, ${what}`, value: readUnits / recipients, unit: "units" },
];

function costFigures(recipients: number, { answeredMs, workerCpuSeconds }: Measured): Figure[] {
  return [
    { figure: "  the request is answered after", value: answeredMs, unit: "ms" },
    {
      figure: "  the worker's processor time for each recipient",
      value: (workerCpuSeconds * 1000) / recipients,
      unit: "ms",
    },
  ];
}

export const bulk: Benchmark = {
  name: "bulk",
  summary: `how close a bulk of ${maxBulkRecipients.toLocaleString("en")} comes to its account's rate, also with its worker killed midway; three minutes`,
  run: ({ events: recipients = maxBulkRecipients }) =>
    withTemporaryFolder(async (folder) => {
      bundleFunctions(folder);
      const ideal = recipients / ratePerSecond;
      const whole = await measure(folder, { recipients });
      const killed = await measure(folder, {
        recipients,
        midway: async (setting) => (await setting.killWorker()).leaseMs,
      });
      return [
        { figure: `ideal time of ${recipients} at ${ratePerSecond} a second`, value: ideal, unit: "s" },
        ...timeFigures("with 1 % of throttles, and Send events coming in", recipients, whole),
        ...fateFigures(whole),
        ...costFigures(recipients, whole),
        ...unitFigures("their Send events among them", recipients, whole),
        ...timeFigures("its worker killed midway, without the time of its lease", recipients, killed),
        ...fateFigures(killed),
        ...unitFigures("without their events", recipients, killed),
        { figure: "  in doubt before the Send events", value: killed.done.counts.unknown, unit: "recipients" },
        { figure: "  in doubt after them", value: killed.settled.counts.unknown, unit: "recipients" },
      ];
    }),
};
