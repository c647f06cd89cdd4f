// What the SES v1 API tells of an account: quota, statistics, identities.
import { identityType } from "./identities.ts";
import { element, getParameter } from "./query-form.ts";
import { sentLast24Hours } from "./quota.ts";
import type { V1Operation, WireDeps } from "./v1-operation.ts";

export const createV1AccountOperations = ({ accounts, clock }: WireDeps): Record<string, V1Operation> => ({
  GetSendQuota: ({ account: { quota } }) =>
    element("Max24HourSend", quota.max24Hours) +
    element("MaxSendRate", quota.maxSendRate) +
    element("SentLast24Hours", sentLast24Hours(quota, clock())),

  GetSendStatistics: ({ account: { quota } }) => {
    const points = quota.activity.map(
      (point) =>
        `<member>${element("Timestamp", new Date(point.quarterStartMs).toISOString())}` +
        `${element("DeliveryAttempts", point.attempts)}${element("Bounces", point.bounces)}` +
        `${element("Complaints", point.complaints)}${element("Rejects", point.rejects)}</member>`,
    );
    return `<SendDataPoints>${points.join("")}</SendDataPoints>`;
  },

  ListIdentities: ({ account, form }) => {
    const wanted = form.get("IdentityType");
    const names = [...account.identities.keys()].filter(
      (name) => wanted === null || (identityType(name) === "DOMAIN" ? "Domain" : "EmailAddress") === wanted,
    );
    return `<Identities>${names.map((name) => element("member", name)).join("")}</Identities>`;
  },

  /** Verified at once: nobody on the laptop could answer a confirmation mail. */
  VerifyEmailIdentity: ({ account, form }) => {
    const address = getParameter(form, "EmailAddress");
    if (!account.identities.has(address)) account.identities.set(address, {});
    accounts.changed();
    return "";
  },
});
