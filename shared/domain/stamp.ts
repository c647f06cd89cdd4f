// The stamp of a door: whose a delivery is that did not come over EventBridge, where AWS itself says so.
// A door of ours writes it at the top of a message to the events' queue; parse.ts reads it there and nowhere else.

/**
 * The member that makes a queue's message a stamped one. EventBridge writes the top of its events itself and has no such
 * member; what a customer can put into an event or an SNS message lies deeper, where nobody looks for a stamp.
 */
export const stampMember = "sesamiDoor";

export interface Stamp {
  door: "sns";
  /** Proven by the door: of the topic whose signature it verified. */
  account: string;
  /** As `account`. */
  region: string;
  topicArn: string;
  /** SNS's id of the message. */
  id: string;
}

/** @param message the SNS message's own text, as it came */
export const stampMessage = (stamp: Stamp, message: string): string =>
  JSON.stringify({ [stampMember]: stamp, message });
