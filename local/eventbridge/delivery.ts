// From a bus to the targets of its rules, after the call that put the event: matching, retries, duplicates on request.
// At least once, in no promised order. What one target admits is in targets.ts.
import { AwsError } from "../protocol.ts";
import type { Archives } from "./archives.ts";
import type { Bus, Buses } from "./buses.ts";
import { createDeadLetters, isRetriable } from "./dead-letter.ts";
import type { EventEnvelope } from "./event.ts";
import { matchesPattern } from "./pattern.ts";
import type { Rule, Target } from "./rule.ts";
import { createTargets, type Passage, type TargetsDeps } from "./targets.ts";

export interface DeliveryDeps extends TargetsDeps {
  /** Hears of every event that could not be delivered. */
  log?: (line: string) => void;
  /** Every n-th delivery happens twice, as at-least-once delivery may. */
  duplicateEvery?: number;
  /** Awaited before each delivery as `Deliver`; an AwsError of status 500 and up is retried. */
  faults?: (operation: string) => Promise<void> | void;
}

export interface PublishOptions {
  isForwarded?: boolean;
  /** Absent: all rules of the bus. */
  onlyRuleArns?: string[] | undefined;
}

/** AWS backs off with jitter over minutes; here the first retries come soon, so that a laptop's user sees them. */
const firstRetryMs = 50;
const maximumRetryMs = 60_000;
/** User guide, "How EventBridge retries delivering events". */
const defaultRetryAttempts = 185;
const defaultEventAgeSeconds = 86_400;

export function createDelivery(deps: DeliveryDeps, buses: Buses, archives: Archives) {
  const { clock, queues, log = () => undefined } = deps;
  const retryEnds = new Map<NodeJS.Timeout, () => void>();
  const idleListeners = new Set<() => void>();
  let pendingCount = 0;
  let deliveryCount = 0;
  let isStopped = false;

  /** Runs it after the present call, and keeps the service busy until it is done. */
  const later = (task: () => Promise<void> | void) => {
    pendingCount += 1;
    setImmediate(() => {
      void Promise.resolve()
        .then(task)
        .catch((error: unknown) => {
          log(`EventBridge failed: ${String(error)}`);
        })
        .finally(() => {
          pendingCount -= 1;
          if (pendingCount > 0) return;
          for (const listener of idleListeners) listener();
          idleListeners.clear();
        });
    });
  };

  const waitForRetry = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(end, ms);
      function end(): void {
        clearTimeout(timer);
        retryEnds.delete(timer);
        resolve();
      }
      retryEnds.set(timer, end);
    });

  const publish = (bus: Bus, event: EventEnvelope, { isForwarded = false, onlyRuleArns }: PublishOptions = {}) => {
    archives.keep(bus.arn, event);
    for (const rule of bus.rules.values()) {
      if (rule.state !== "ENABLED" || !rule.pattern || onlyRuleArns?.includes(rule.arn) === false) continue;
      if (matchesPattern(rule.pattern, event)) deliverToTargets(rule, { event, bus, isForwarded });
    }
  };

  const hand = createTargets(deps, buses, (bus, event) => {
    publish(bus, event, { isForwarded: true });
  });
  const bury = createDeadLetters({ queues, log });

  async function deliver(rule: Rule, target: Target, passage: Passage): Promise<void> {
    const { MaximumRetryAttempts = defaultRetryAttempts, MaximumEventAgeInSeconds = defaultEventAgeSeconds } =
      target.RetryPolicy ?? {};
    const endsAtMs = clock() + MaximumEventAgeInSeconds * 1000;
    for (let retries = 0; ; retries++) {
      try {
        await deps.faults?.("Deliver");
        await hand(rule, target, passage);
        return;
      } catch (error) {
        if (!(error instanceof AwsError)) {
          log(`EventBridge called ${target.Arn}, which failed: ${String(error)}`);
          return;
        }
        const isOutOfRetries = retries >= MaximumRetryAttempts;
        if (!isRetriable(error)) return bury(rule, target, passage, { error, retries });
        if (isOutOfRetries || isStopped || clock() >= endsAtMs) {
          const exhausted = isOutOfRetries ? "MaximumRetryAttempts" : "MaximumEventAgeInSeconds";
          return bury(rule, target, passage, { error, retries, exhausted });
        }
        await waitForRetry(Math.min(firstRetryMs * 2 ** retries, maximumRetryMs));
      }
    }
  }

  function deliverToTargets(rule: Rule, passage: Passage): void {
    for (const target of rule.targets) {
      deliveryCount += 1;
      const isDoubled = deps.duplicateEvery !== undefined && deliveryCount % deps.duplicateEvery === 0;
      later(() => deliver(rule, target, passage));
      if (isDoubled) later(() => deliver(rule, target, passage));
    }
  }

  return {
    /** Keeps the event in the bus's archives and hands it, later, to every rule that it matches. */
    publish,
    /** To the targets of one rule, whatever its pattern: schedules. */
    deliverToTargets,
    later,
    /** Resolves when nothing is under way or waiting for a retry. */
    drain: (): Promise<void> =>
      pendingCount === 0
        ? Promise.resolve()
        : new Promise((resolve) => {
            idleListeners.add(resolve);
          }),
    /** Ends the retries: what is still failing is buried. */
    stop: () => {
      isStopped = true;
      for (const end of retryEnds.values()) end();
    },
  };
}
