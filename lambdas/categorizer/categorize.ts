// Stores what deliveries hold, as events of the tenants that they belong to.
// Queues, counting and dead letters: categorize-batch.ts.
import type { SesEvent } from "../../shared/domain/event.ts";
import type { Envelope, ParsedDelivery } from "../../shared/domain/parse.ts";
import type { Attempts } from "../../shared/store/attempts.ts";
import type { Ledger, RecordedEvent } from "../../shared/store/ledger/ledger.ts";
import { settledMessages } from "./settled-messages.ts";

export interface CategorizeDeps {
  ledger: Pick<Ledger, "recordEvents">;
  /** Undefined for an account that no connection has proven. */
  findTenant: (envelope: Envelope) => Promise<string | undefined>;
  /** Tells the mails that were sent through us that SES has taken them. */
  attempts?: Pick<Attempts, "settleMessages">;
  /** Called once events of an envelope are in the Ledger. */
  onRecorded?: (envelope: Envelope) => Promise<void>;
}

/**
 * What became of one delivery. `stored`: at least one of its events was new. `failed`: try again, unless the errors say
 * that it never can be stored.
 */
export type CategorizedDelivery =
  | { result: "stored" | "duplicate" | "expired" | "erased"; events: RecordedEvent[] }
  | { result: "failed"; errors: unknown[] }
  | { result: "unconnected" }
  | Extract<ParsedDelivery, { result: "ignored" | "invalid" }>;

type EventDelivery = Extract<ParsedDelivery, { result: "events" }>;

type Attempt<Value> = { value: Value } | { error: unknown };

/** One delivery's failure is its own: said in its result, never thrown over the rest of the batch. */
const attempt = <Value>(work: Promise<Value>): Promise<Attempt<Value>> =>
  work.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );

/**
 * One result per delivery, in order. The events of a tenant are recorded together: one write for an outcome they share.
 */
export const categorize =
  (deps: CategorizeDeps) =>
  async (deliveries: readonly ParsedDelivery[]): Promise<CategorizedDelivery[]> => {
    const results: CategorizedDelivery[] = [];
    const byTenant = new Map<string, { place: number; delivery: EventDelivery }[]>();
    const tenants = await Promise.all(
      deliveries.map(async (delivery) =>
        delivery.result === "events" ? attempt(deps.findTenant(delivery.envelope)) : undefined,
      ),
    );
    for (const [place, delivery] of deliveries.entries()) {
      const tenant = tenants[place];
      if (delivery.result !== "events" || tenant === undefined) results[place] = delivery as CategorizedDelivery;
      else if ("error" in tenant) results[place] = { result: "failed", errors: [tenant.error] };
      else if (tenant.value === undefined) results[place] = { result: "unconnected" };
      else byTenant.set(tenant.value, [...(byTenant.get(tenant.value) ?? []), { place, delivery }]);
    }
    await Promise.all(
      [...byTenant].map(async ([tenantId, placed]) => {
        const recorded = await recordDeliveries(
          deps,
          tenantId,
          placed.map(({ delivery }) => delivery),
        );
        for (const [index, { place }] of placed.entries()) results[place] = recorded[index]!;
      }),
    );
    return results;
  };

async function recordDeliveries(
  deps: CategorizeDeps,
  tenantId: string,
  deliveries: EventDelivery[],
): Promise<CategorizedDelivery[]> {
  const events = deliveries.flatMap((delivery): SesEvent[] => delivery.events);
  const [recorded, settled] = await Promise.all([
    attempt(deps.ledger.recordEvents(tenantId, events)),
    attempt(deps.attempts?.settleMessages(tenantId, settledMessages(events)) ?? Promise.resolve()),
  ]);
  if ("error" in recorded) return deliveries.map(() => ({ result: "failed", errors: [recorded.error] }));
  let start = 0;
  return Promise.all(
    deliveries.map(async (delivery) => {
      const own = recorded.value.slice(start, (start += delivery.events.length));
      const errors = own.flatMap((event) => (event.result === "failed" ? [event.error] : []));
      if ("error" in settled && settledMessages(delivery.events).length > 0) errors.push(settled.error);
      if (errors.length === 0 && deps.onRecorded) {
        const noted = await attempt(deps.onRecorded(delivery.envelope));
        if ("error" in noted) errors.push(noted.error);
      }
      return errors.length > 0 ? { result: "failed", errors } : { result: resultOf(own), events: own };
    }),
  );
}

function resultOf(events: RecordedEvent[]): "stored" | "duplicate" | "expired" | "erased" {
  const order = ["stored", "expired", "erased"] as const;
  return order.find((result) => events.some((event) => event.result === result)) ?? "duplicate";
}
