// What an event costs on its way through the operator's functions: write units, calls, US dollars, processor time.
import { eventBridgeBody } from "../test/support/chaos/deliveries.ts";
import { createRandom } from "../test/support/chaos/random.ts";
import type { Benchmark, Figure } from "./benchmark.ts";
import { makeArrivals, type Arrival, type ArrivalProfile } from "./ingest/arrivals.ts";
import { foldsPerSecond, putsPerSecond } from "./ingest/baselines.ts";
import { billOf, storageBill, type BillItem } from "./ingest/bill.ts";
import { startPipeline, type PipelineUse } from "./ingest/pipeline.ts";
import { asOf } from "./ingest/prices.ts";

const seed = 20_261_124;
const eventsOfMail = 4;

interface NamedProfile extends ArrivalProfile {
  name: string;
}

/** Customers who send all day. What few send costs more for each mail, as fewer events share a transaction, and less in all. */
const busy: NamedProfile = { name: "busy", tenants: 4, mailsPerSecond: 100, seconds: 15 };
const quiet: NamedProfile = { name: "quiet", tenants: 20, mailsPerSecond: 1, seconds: 150 };

interface Measured extends PipelineUse {
  mails: number;
  grownBytes: number;
  bodies: string[];
}

async function measure(profile: NamedProfile): Promise<Measured> {
  const random = createRandom(seed);
  const { accounts, before, during } = makeArrivals(random, profile);
  const bodyOf = ({ fact }: Arrival) => eventBridgeBody(random, fact, fact.copies[0]!);
  const deliveries = during.map((arrival) => ({ atMs: arrival.atMs, body: bodyOf(arrival) }));
  const pipeline = await startPipeline(random, accounts);
  try {
    await pipeline.prepare(before.map(bodyOf));
    const bytesBefore = await pipeline.storedBytes();
    const use = await pipeline.run(deliveries);
    const grownBytes = (await pipeline.storedBytes()) - bytesBefore;
    return { ...use, grownBytes, mails: use.events / eventsOfMail, bodies: deliveries.map(({ body }) => body) };
  } finally {
    await pipeline.stop();
  }
}

const writes = ["PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems"];

const countWrites = ({ database: { calls } }: PipelineUse): number =>
  writes.reduce((sum, operation) => sum + (calls[operation] ?? 0), 0);

const total = (items: readonly BillItem[]): number => items.reduce((sum, { usd }) => sum + usd, 0);

const describeProfile = ({ name, tenants, mailsPerSecond }: NamedProfile): string =>
  `${name}: ${tenants} tenants, ${mailsPerSecond} mails/s in all, a set and two tags each`;

function costFigures(profile: NamedProfile, use: Measured): Figure[] {
  const bill = billOf(use);
  const thousands = use.mails / 1000;
  const toFigure = ({ name, usd }: BillItem): Figure => ({ figure: `  ${name}`, value: usd / thousands, unit: "US$" });
  return [
    { figure: describeProfile(profile), value: use.events, unit: "events" },
    { figure: "write units for each event", value: use.database.writeUnits / use.events, unit: "units", aim: "<= 3" },
    { figure: "write calls for each event", value: countWrites(use) / use.events, unit: "calls" },
    {
      figure: `AWS, 1,000 mails of ${eventsOfMail} events, prices of ${asOf}`,
      value: total(bill) / thousands,
      unit: "US$",
      aim: "<= 0.016",
    },
    ...bill.map(toFigure),
    ...storageBill(use.grownBytes, use).map(toFigure),
  ];
}

/** The first round lets the engine compile both sides. */
const speedRounds = 4;

/** Pipeline and bare puts in turns, by processor time of one core. */
async function measureSpeed(profile: NamedProfile): Promise<{ use: Measured; figures: Figure[] }> {
  let use = await measure(profile);
  await putsPerSecond(use.bodies);
  let [events, pipelineSeconds, putSeconds] = [0, 0, 0];
  for (let round = 1; round < speedRounds; round += 1) {
    use = await measure(profile);
    events += use.events;
    pipelineSeconds += use.cpuSeconds;
    putSeconds += use.events / (await putsPerSecond(use.bodies));
  }
  const [handled, put, folded] = [events / pipelineSeconds, events / putSeconds, foldsPerSecond(use.bodies)];
  const figures: Figure[] = [
    { figure: "events a core handles, from queue to counters", value: handled, unit: "events/s" },
    { figure: "bare conditional puts a core does, one for each event", value: put, unit: "events/s" },
    { figure: "events handled for each bare put", value: handled / put, unit: "×", aim: ">= 0.5" },
    { figure: "events a core folds", value: folded, unit: "events/s", aim: "> 50,000" },
    { figure: "events handled for each fold", value: handled / folded, unit: "×" },
  ];
  return { use, figures };
}

export const ingest: Benchmark = {
  name: "ingest",
  summary: "write units, AWS cost and speed of events from queue to counters, many customers' and few's; a minute",
  run: async () => {
    const { use, figures } = await measureSpeed(busy);
    return [...costFigures(busy, use), ...figures, ...costFigures(quiet, await measure(quiet))];
  },
};
