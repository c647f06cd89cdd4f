// What every test of bulks begins with.
import { afterAll, beforeAll, beforeEach } from "vitest";
import { setUpBulk, type BulkSetup } from "./bulk-setup.ts";
import { captureOutput } from "./captured-output.ts";
import { startDynamoDb, type LocalDynamoDb } from "./dynamodb.ts";
import { createSimulatedSes, type SimulatedSes, type SimulatedSesOptions } from "./simulated-ses.ts";
import { createVirtualTime, type VirtualTime } from "./virtual-time.ts";

export interface BulkTest {
  /** The same for all tests of a file. */
  dynamodb: LocalDynamoDb;
  time: VirtualTime;
  ses: SimulatedSes;
  /** Over a table of its own, with ten_ada's connection con_a. */
  setup: BulkSetup;
}

export const startMs = Date.parse("2026-11-23T08:00:00Z");

/** Called at the top of a file: hands over what each of its tests works with, before the test begins. */
export function beforeEachBulkTest(
  handOver: (made: BulkTest) => void,
  sesOptions: SimulatedSesOptions = { ratePerSecond: 20 },
): void {
  let dynamodb: LocalDynamoDb;
  let tables = 0;
  beforeAll(async () => {
    dynamodb = await startDynamoDb();
  });
  afterAll(() => dynamodb.stop());
  beforeEach(async () => {
    captureOutput();
    const time = createVirtualTime(startMs);
    const ses = createSimulatedSes(time, sesOptions);
    const setup = setUpBulk(dynamodb, await dynamodb.createDirectoryTable(`Bulk${(tables += 1)}`), time, ses);
    setup.connect();
    handOver({ dynamodb, time, ses, setup });
    return time.stop;
  });
}
