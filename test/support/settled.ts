// Waits until what a laptop has begun is done: for tests that look at what events leave behind them.
import { expect } from "vitest";
import type { Laptop } from "../../local/laptop.ts";

/** SES's mails have come to their ends, EventBridge has delivered, and queues and streams are worked off. */
export async function settle({ cloud }: Pick<Laptop, "cloud">): Promise<void> {
  await cloud.ses.drain();
  await cloud.eventBridge.drain();
  expect(await cloud.functions.drain(180_000)).toBe(true);
}
