// What the overview counts, in which order, and in which colour of the palette (app.css).
import type { EventCounts } from "../../../../shared/contract/api/events.ts";

export interface Series {
  type: keyof EventCounts;
  name: string;
  /** A custom property of the palette. */
  color: string;
}

export const series: Series[] = [
  { type: "send", name: "Sent", color: "--bar" },
  { type: "delivery", name: "Delivered", color: "--good" },
  { type: "open", name: "Opens", color: "--info" },
  { type: "click", name: "Clicks", color: "--strong" },
  { type: "bounce", name: "Bounced", color: "--bad" },
  { type: "complaint", name: "Complaints", color: "--warn" },
];
