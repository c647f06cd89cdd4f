// EventBridge of all accounts, put together: buses, rules, delivery, archives, schedules, the wire and the templates.
import type { ResourceProviders } from "../cloudformation/provider.ts";
import type { AwsService } from "../protocol.ts";
import type { StateFolder } from "../state.ts";
import { createArchives, type Archives } from "./archives.ts";
import { createBuses } from "./buses.ts";
import { createDelivery, type DeliveryDeps } from "./delivery.ts";
import { busArnOf, createEnvelope, type EventInput } from "./event.ts";
import { eventProviders } from "./resources.ts";
import { createSchedules } from "./schedules.ts";
import { createWire } from "./wire.ts";

export interface EventBridgeDeps extends DeliveryDeps {
  state: StateFolder;
}

export interface EventBridge {
  handle: AwsService;
  providers: ResourceProviders;
  /** An AWS service puts an event onto its account's default bus; gives the event's id. */
  publishFromService: (accountId: string, region: string, event: EventInput) => string;
  /** Resolves when no event is under way or waiting for a retry. */
  drain: () => Promise<void>;
  stop: () => Promise<void>;
}

/**
 * Events are delivered after the call that put them has returned. Statements, rules and switches made at run time
 * outlive a restart; what templates declare comes from them at each start.
 */
export function createEventBridge(deps: EventBridgeDeps): EventBridge {
  const { clock, state } = deps;
  const schedules = createSchedules({
    clock,
    onDue: (rule, event) => {
      delivery.deliverToTargets(rule, { event, bus: buses.getBus(rule.busArn), isForwarded: false });
    },
  });
  const buses = createBuses(state, (rule, change) => {
    if (change === "put") schedules.follow(rule);
    else schedules.cancel(rule.arn);
  });
  const archives: Archives = createArchives({
    clock,
    state,
    publish: (busArn, event, onlyRuleArns) => {
      delivery.publish(buses.getBus(busArn), event, { onlyRuleArns });
    },
    later: (task) => {
      delivery.later(task);
    },
  });
  const delivery = createDelivery(deps, buses, archives);

  return {
    handle: createWire({
      clock,
      buses,
      archives,
      publish: delivery.publish,
      ...(deps.faults && { faults: deps.faults }),
    }),
    providers: eventProviders(buses, archives),
    publishFromService: (accountId, region, input) => {
      const place = { accountId, region };
      const event = createEnvelope(input, place, clock());
      delivery.publish(buses.getBus(busArnOf(place, "default")), event);
      return event.id;
    },
    drain: delivery.drain,
    stop: () => {
      schedules.stop();
      delivery.stop();
      return delivery.drain();
    },
  };
}
