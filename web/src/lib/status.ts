// Event types and statuses as people read them: a word, a tone and a sign each, in one place.
import type { EventStatusWord, EventView, OutcomeView } from "../../../shared/contract/api/events.ts";

export type Tone = "good" | "info" | "warn" | "bad" | "strong" | "plain";

/** What tells statuses apart without colour; icon.tsx draws them. */
export type Sign =
  | "arrow"
  | "check"
  | "eye"
  | "pointer"
  | "return"
  | "flag"
  | "ban"
  | "warning"
  | "clock"
  | "list"
  | "cross"
  | "dash"
  | "link"
  | "person"
  | "image"
  | "shield"
  | "machine"
  | "question";

export interface Look {
  word: string;
  tone: Tone;
  sign: Sign;
}

const looks: Record<EventStatusWord, Look> = {
  sent: { word: "Sent", tone: "plain", sign: "arrow" },
  delivered: { word: "Delivered", tone: "good", sign: "check" },
  opened: { word: "Opened", tone: "info", sign: "eye" },
  clicked: { word: "Clicked", tone: "strong", sign: "pointer" },
  bounced: { word: "Bounced", tone: "bad", sign: "return" },
  complained: { word: "Complained", tone: "bad", sign: "flag" },
  rejected: { word: "Rejected", tone: "bad", sign: "ban" },
  failed: { word: "Failed", tone: "bad", sign: "warning" },
  delayed: { word: "Delayed", tone: "warn", sign: "clock" },
  subscribed: { word: "Subscription", tone: "plain", sign: "list" },
};

/** In the order in which filters offer them. */
export const statusWords = Object.keys(looks) as EventStatusWord[];

/** The words that an address bar names, without those that no filter knows. */
export const statusesOf = (words: string | undefined): EventStatusWord[] =>
  (words ?? "").split(",").filter((word): word is EventStatusWord => (statusWords as string[]).includes(word));

export const lookOfStatus = (status: OutcomeView["status"] | EventStatusWord): Look => looks[status];

/** Of its own, as the contract's comes with schemas that no browser needs. */
const statusByType: Record<EventView["type"], EventStatusWord> = {
  send: "sent",
  delivery: "delivered",
  bounce: "bounced",
  complaint: "complained",
  reject: "rejected",
  open: "opened",
  click: "clicked",
  renderingFailure: "failed",
  deliveryDelay: "delayed",
  subscription: "subscribed",
};

export const statusOfEvent = ({ type }: Pick<EventView, "type">): EventStatusWord => statusByType[type];

/** An event whose outcome says that it was one. */
export const automaticReply: Look = { word: "Out of office", tone: "plain", sign: "return" };

/** SES has one kind of bounce for out-of-office replies and for mail that a server gave up on. */
export const mayBeAutomaticReply = ({ bounce }: Pick<EventView, "bounce">): boolean =>
  bounce?.type === "Transient" && bounce.subType === "General";

/** What a bounce means for the sender, and what to do. */
export function explainBounce(bounce: NonNullable<OutcomeView["bounce"]>): string {
  if (bounce.subType.endsWith("SuppressionList") || bounce.subType === "Suppressed")
    return "Not attempted: the address is on a suppression list of SES because of an earlier bounce or complaint.";
  if (bounce.type === "Permanent")
    return "Hard bounce: the address does not take mail. It is suppressed; do not mail it again.";
  if (bounce.subType === "MailboxFull") return "Soft bounce: the mailbox is full. A later mail may arrive.";
  if (bounce.subType === "MessageTooLarge") return "Soft bounce: the mail is too large for the recipient's server.";
  if (bounce.type === "Transient")
    return "Soft bounce: the recipient's server gave up on it this time. A later mail may arrive.";
  return "The recipient's server returned it without saying why.";
}
