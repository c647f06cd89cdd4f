// Message tags: whose they are. The sender's own are for people; SES's and ours are not.

/** SESami's own message tags begin so; nobody else's may. */
export const reservedTagPrefix = "sesami-";

/** Names the attempt, by which an event finds the mail that it settles. */
export const attemptTag = "sesami-attempt";

/** Neither SES's (`ses:`) nor one of ours. */
export const isSendersTag = (name: string): boolean => !name.startsWith("ses:") && !name.startsWith(reservedTagPrefix);

/** One message of a mail or of a bulk that is sent through us. */
export interface AttemptName {
  /** `mai_…` or `blk_…`. */
  mailId: string;
  messageNumber: number;
}

/** Else of a mail. */
export const isOfBulk = ({ mailId }: Pick<AttemptName, "mailId">): boolean => mailId.startsWith("blk_");

/** The id of an attempt as its tag carries it. */
export const attemptIdOf = (mailId: string, messageNumber: number): string => `${mailId}-${messageNumber}`;

/** Undefined for a tag that is none of ours. */
export function parseAttemptId(text: string): AttemptName | undefined {
  const [, mailId, number] = /^((?:mai|blk)_[a-z0-9]{1,40})-(\d{1,5})$/.exec(text) ?? [];
  return mailId === undefined ? undefined : { mailId, messageNumber: Number(number) };
}
