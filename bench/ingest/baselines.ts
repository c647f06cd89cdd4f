// What the pipeline's speed is held against: one bare conditional put per event into the same DynamoDB, and the fold alone.
import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { createDynamoDb } from "../../local/dynamodb/dynamodb.ts";
import { openState } from "../../local/state.ts";
import type { SesEvent } from "../../shared/domain/event.ts";
import { fold } from "../../shared/domain/fold.ts";
import { outcomeRecipientOf } from "../../shared/domain/identity.ts";
import type { Outcome } from "../../shared/domain/outcome.ts";
import { parseDelivery } from "../../shared/domain/parse.ts";
import { createDirectClient } from "../../test/support/direct-client.ts";
import { createLedgerTable } from "../../test/support/dynamodb.ts";
import { cpuSeconds } from "./pipeline.ts";

const putsAtOnce = 20;

/**
 * Puts each event as it came, an attribute for each of its members, under a key of its own, if there is none yet; a second of
 * processor time does so many.
 */
export async function putsPerSecond(bodies: readonly string[]): Promise<number> {
  const service = createDynamoDb({ state: openState(), clock: Date.now, defaultAccountId: "111111111111" });
  const client = createDirectClient(service);
  const TableName = await createLedgerTable(client);
  const put = (body: string, index: number) => {
    const { detail } = JSON.parse(body) as { detail: object };
    return client.send(
      new PutCommand({
        TableName,
        Item: { pk: `event-${index}`, sk: "-", ...detail },
        ConditionExpression: "attribute_not_exists(pk)",
      }),
    );
  };
  const startedAt = process.cpuUsage();
  for (let start = 0; start < bodies.length; start += putsAtOnce)
    await Promise.all(bodies.slice(start, start + putsAtOnce).map((body, offset) => put(body, start + offset)));
  const seconds = cpuSeconds(startedAt);
  await service.stop();
  return bodies.length / seconds;
}

const foldRounds = 6;

const parseBody = (body: string): SesEvent[] =>
  parseDelivery(JSON.parse(body)).flatMap((delivery) => (delivery.result === "events" ? delivery.events : []));

/** Each event into its outcome, one after another, none of them seen before; a second of processor time does so many. */
export function foldsPerSecond(bodies: readonly string[]): number {
  let [folded, seconds] = [0, 0];
  for (let round = 0; round < foldRounds; round += 1) {
    const events = bodies.flatMap(parseBody);
    const startedAt = process.cpuUsage();
    foldAll(events);
    // The first round lets the engine compile.
    if (round === 0) continue;
    seconds += cpuSeconds(startedAt);
    folded += events.length;
  }
  return folded / seconds;
}

function foldAll(events: readonly SesEvent[]): void {
  const outcomes = new Map<string, Outcome>();
  for (const event of events) {
    const key = `${event.messageId} ${outcomeRecipientOf(event)}`;
    outcomes.set(key, fold(outcomes.get(key), [event]).outcome);
  }
}
