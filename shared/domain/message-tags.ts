// Message tags: whose they are. The sender's own are for people; SES's and ours are not.

/** SESami's own message tags begin so; nobody else's may. */
export const reservedTagPrefix = "sesami-";

/** Names the attempt, by which an event finds the mail that it settles. */
export const attemptTag = "sesami-attempt";

/** Neither SES's (`ses:`) nor one of ours. */
export const isSendersTag = (name: string): boolean => !name.startsWith("ses:") && !name.startsWith(reservedTagPrefix);
