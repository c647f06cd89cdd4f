// What becomes of a mail after SES took it, and when: the mailbox simulator (SES developer guide, "Sending test emails
// in Amazon SES with the simulator"), the account's suppression list, delivery into the inbox.
import type { Accounts } from "./accounts.ts";
import { bareAddress, domainOf, findSimulatorScenario, isDelayedAddress } from "./address.ts";
import type { EventPublisher } from "./events.ts";
import type { MailStore } from "./mail-store.ts";
import type { LifeStep, SesMessage } from "./message.ts";
import type { Outcomes } from "./outcomes.ts";
import { createSchedule } from "./schedule.ts";
import { findSuppression } from "./suppression.ts";

export interface Life {
  /** Publishes Send, and plans the rest. With a `virus` SES takes the mail, and rejects it after. */
  begin: (message: SesMessage, virus: boolean) => void;
  /** Goes on with what an earlier run left: once, when the templates are deployed that say where events go. */
  resume: () => void;
  /** Lets everything that is still to happen do so at once. */
  drain: () => Promise<void>;
  /** What has not happened yet happens after the next start. */
  stop: () => void;
}

export interface LifeDeps {
  accounts: Accounts;
  mails: MailStore;
  events: EventPublisher;
  outcomes: Outcomes;
  clock: () => number;
  /** Between the steps of a mail's life. */
  delayMs: number;
}

/** Steps, each with the number of delays after sending that it comes. */
type StepPlan = [LifeStep["kind"], number][];

const delivered: StepPlan = [["delivery", 1]];
const delayedFirst: StepPlan = [
  ["delay", 1],
  ["delivery", 3],
];
const scenarios = new Map<string | undefined, StepPlan>([
  ["bounce", [["bounce", 1]]],
  ["suppressionlist", [["globalSuppression", 1]]],
  [
    "ooto",
    [
      ["delivery", 1],
      ["autoReply", 2],
    ],
  ],
  [
    "complaint",
    [
      ["delivery", 1],
      ["complaint", 2],
    ],
  ],
]);

export function createLife({ accounts, mails, events, outcomes, clock, delayMs }: LifeDeps): Life {
  const schedule = createSchedule(clock);

  const planFor = (message: SesMessage, address: string): StepPlan => {
    const account = accounts.accountOf(message.accountId, message.region);
    const suppressed = findSuppression(account, message.configurationSet, address);
    if (suppressed === "BOUNCE") return [["accountSuppressionBounce", 1]];
    if (suppressed === "COMPLAINT") return [["accountSuppressionComplaint", 1]];
    if (isDelayedAddress(address)) return delayedFirst;
    return scenarios.get(findSimulatorScenario(address)) ?? delivered;
  };

  /** Recipients of one domain share a step: SES answers several bounces of one request with one event. */
  const planSteps = (message: SesMessage, recipients: string[]): LifeStep[] => {
    const steps = new Map<string, LifeStep>();
    for (const address of recipients)
      for (const [kind, delays] of planFor(message, address)) {
        const key = `${kind} ${delays} ${domainOf(address)}`;
        const step = steps.get(key) ?? { kind, recipients: [], dueAtMs: message.acceptedAtMs + delays * delayMs };
        steps.set(key, { ...step, recipients: [...step.recipients, address] });
      }
    return [...steps.values()];
  };

  const scheduleSteps = (message: SesMessage) => {
    for (const step of message.steps)
      schedule.at(step.dueAtMs, () => {
        message.steps = message.steps.filter((other) => other !== step);
        outcomes.ofStep[step.kind](message, step.recipients);
        mails.changed();
      });
  };
  return {
    begin: (message, virus) => {
      const recipients = message.destination.map(bareAddress);
      events.publish(message, "SEND", {}, recipients);
      const failure = virus ? "reject" : message.renderingFailure && "renderingFailure";
      message.steps = failure
        ? [{ kind: failure, recipients, dueAtMs: message.acceptedAtMs + delayMs }]
        : planSteps(message, recipients);
      scheduleSteps(message);
      mails.changed();
    },
    resume: () => {
      for (const message of mails.listMessages()) scheduleSteps(message);
    },
    drain: async () => {
      schedule.runAll();
      await events.settled();
    },
    stop: schedule.stop,
  };
}
