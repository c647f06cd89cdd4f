// What a table's stream hands to its consumers: records as Lambda's DynamoDB events carry them.
// The delivery itself is in stream.ts.
import type { Item } from "./attribute-value.ts";

export type StreamViewType = "KEYS_ONLY" | "NEW_IMAGE" | "OLD_IMAGE" | "NEW_AND_OLD_IMAGES";

/** https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html */
export interface StreamRecord {
  eventID: string;
  eventName: "INSERT" | "MODIFY" | "REMOVE";
  eventVersion: "1.1";
  eventSource: "aws:dynamodb";
  awsRegion: string;
  eventSourceARN: string;
  dynamodb: {
    ApproximateCreationDateTime: number;
    Keys: Item;
    NewImage?: Item;
    OldImage?: Item;
    /** Always 21 digits and increasing, so that it also sorts as text. */
    SequenceNumber: string;
    SizeBytes: number;
    StreamViewType: StreamViewType;
  };
  /** Set where the time to live removed the item. */
  userIdentity?: { type: "Service"; principalId: "dynamodb.amazonaws.com" };
}

/** Called synchronously after the commit, in the order of commits; the records of one commit come together. */
export type StreamListener = (records: StreamRecord[]) => void;

export interface SubscribeOptions {
  /**
   * A name that stays the same over restarts (an event source mapping's id). From its first subscription on, the stream
   * keeps every record until this consumer acknowledges it (24 hours at most, as AWS), also over an unclean stop.
   * Without it, records that nobody listens to are gone.
   */
  consumer?: string;
  /** Kept records after this sequence number come first; by default those after the last acknowledged one. */
  from?: string;
}

export interface StreamSubscription {
  /** Everything up to and including this sequence number is done with, and need not be delivered again. */
  acknowledge: (sequenceNumber: string) => void;
  /** Ends the delivery. A named consumer's records go on being kept for its next subscription. */
  stop: () => void;
  /** Ends the delivery for good: nothing is kept for this consumer any longer. */
  forget: () => void;
}
