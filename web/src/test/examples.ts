// Views as the API answers them, to be varied by tests.
import type { EventView, OutcomeView } from "../../../shared/contract/api/events.ts";
import {
  activityCounters,
  cohortCounters,
  type ActivityCounts,
  type CohortCounts,
  type CountsView,
  type StatsView,
} from "../../../shared/contract/api/stats.ts";

export const eventExample = (change: Partial<EventView> = {}): EventView => ({
  eventId: "event-1",
  type: "send",
  messageId: "message-1",
  recipient: "ada@customer.example",
  attribution: "exact",
  occurredAt: "2026-11-23T08:00:00.000Z",
  subject: "Your order",
  ...change,
});

export const outcomeExample = (change: Partial<OutcomeView> = {}): OutcomeView => ({
  recipient: "ada@customer.example",
  status: "delivered",
  opens: { total: 0 },
  clicks: { total: 0 },
  links: [],
  automaticReply: false,
  events: [],
  ...change,
});

const noActivity = Object.fromEntries(activityCounters.map((name) => [name, 0])) as ActivityCounts;
const noCohort = Object.fromEntries(cohortCounters.map((name) => [name, 0])) as CohortCounts;

interface CountsChange {
  activity?: Partial<ActivityCounts>;
  cohort?: Partial<CohortCounts>;
  rates?: Partial<CountsView["rates"]>;
}

export const countsExample = ({ activity, cohort, rates }: CountsChange = {}): CountsView => ({
  activity: { ...noActivity, ...activity },
  cohort: { ...noCohort, ...cohort },
  rates: {
    delivered: null,
    bounced: null,
    complained: null,
    opened: null,
    clicked: null,
    openedByPersons: null,
    clickedByPersons: null,
    ...rates,
  },
});

/** One day of UTC. */
export const statsExample = (counts: CountsChange = {}, change: Partial<StatsView> = {}): StatsView => ({
  from: "2026-11-23T00:00:00.000Z",
  to: "2026-11-24T00:00:00.000Z",
  timeZone: "UTC",
  interval: "day",
  series: [{ at: "2026-11-23T00:00:00.000Z", ...countsExample(counts) }],
  days: [],
  totals: noActivity,
  ...countsExample(counts),
  ...change,
});
