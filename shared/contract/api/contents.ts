// GET /messages/{messageId}/content: what people read of a message, where the tenant keeps it.

/** Days that content can be kept; 0 keeps none. It never outlives its message. */
export const maxContentDays = 365;

export interface MessageContentView {
  messageId: string;
  /** As they were given to SES: without its pixel, and with the links as they were written. */
  subject: string;
  html?: string;
  text?: string;
  /** When it is deleted, ISO 8601 UTC. */
  keptUntil: string;
}
