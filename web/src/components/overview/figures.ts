// What the overview counts, two ways: mail by when it was sent, and events by when they happened. In which order, in which
// colour of the palette (app.css).
import type { CountsView } from "../../../../shared/contract/api/stats.ts";
import { showCount } from "../../lib/number.ts";

/** `mail`: what has become, until now, of the mail sent in a time. `events`: what happened in that time. */
export const countings = ["mail", "events"] as const;
export type Counting = (typeof countings)[number];

/** Whose opens and clicks: everything's, or only what counts as a person's. */
export const countedFor = ["all", "persons"] as const;
export type CountedFor = (typeof countedFor)[number];

export type Counts = Pick<CountsView, "activity" | "cohort">;

export type FigureKey = "sent" | "delivered" | "opened" | "clicked" | "bounced" | "complained";

export interface Figure {
  key: FigureKey;
  name: string;
  /** A custom property of the palette. */
  color: string;
  countOf: (counts: Counts) => number;
  /** Of mail only; events have none. */
  rateOf?: (view: CountsView) => number | null;
  /** What the rate is a share of. */
  base?: string;
  /** What else there is to say about the number. */
  noteOf?: (counts: Counts) => string;
}

const colors: Record<FigureKey, string> = {
  sent: "--bar",
  delivered: "--good",
  opened: "--info",
  clicked: "--strong",
  bounced: "--bad",
  complained: "--warn",
};

type Uncoloured = Omit<Figure, "color">;

const coloured = (figure: Uncoloured): Figure => ({ ...figure, color: colors[figure.key] });

const ofMail = (isPersons: boolean): Uncoloured[] => [
  { key: "sent", name: "Sent", countOf: ({ cohort }) => cohort.sent },
  {
    key: "delivered",
    name: "Delivered",
    countOf: ({ cohort }) => cohort.delivered,
    rateOf: ({ rates }) => rates.delivered,
    base: "of sent",
  },
  {
    key: "opened",
    name: "Opened",
    countOf: ({ cohort }) => (isPersons ? cohort.openedByPersons : cohort.opened),
    rateOf: ({ rates }) => (isPersons ? rates.openedByPersons : rates.opened),
    base: "of delivered",
  },
  {
    key: "clicked",
    name: "Clicked",
    countOf: ({ cohort }) => (isPersons ? cohort.clickedByPersons : cohort.clicked),
    rateOf: ({ rates }) => (isPersons ? rates.clickedByPersons : rates.clicked),
    base: "of delivered",
  },
  {
    key: "bounced",
    name: "Bounced",
    countOf: ({ cohort }) => cohort.bouncedHard + cohort.bouncedSoft,
    rateOf: ({ rates }) => rates.bounced,
    base: "of sent",
    noteOf: ({ cohort }) => `${showCount(cohort.bouncedHard)} hard, ${showCount(cohort.bouncedSoft)} soft`,
  },
  {
    key: "complained",
    name: "Complained",
    countOf: ({ cohort }) => cohort.complained,
    rateOf: ({ rates }) => rates.complained,
    base: "of delivered",
  },
];

const ofEvents = (isPersons: boolean): Uncoloured[] => [
  { key: "sent", name: "Sent", countOf: ({ activity }) => activity.send },
  { key: "delivered", name: "Deliveries", countOf: ({ activity }) => activity.delivery },
  {
    key: "opened",
    name: "Opens",
    countOf: ({ activity }) => (isPersons ? activity.openByPerson : activity.open),
  },
  {
    key: "clicked",
    name: "Clicks",
    countOf: ({ activity }) => (isPersons ? activity.clickByPerson : activity.click),
  },
  {
    key: "bounced",
    name: "Bounces",
    // SES reports an out-of-office reply as a bounce.
    countOf: ({ activity }) => activity.bounce - activity.automaticReply,
    noteOf: ({ activity }) =>
      activity.automaticReply > 0 ? `and ${showCount(activity.automaticReply)} out of office` : "",
  },
  { key: "complained", name: "Complaints", countOf: ({ activity }) => activity.complaint },
];

export const figuresOf = (counting: Counting, whose: CountedFor): Figure[] =>
  (counting === "mail" ? ofMail : ofEvents)(whose === "persons").map(coloured);
