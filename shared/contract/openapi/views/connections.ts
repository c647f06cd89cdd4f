// What the routes of connections answer.
import * as v from "valibot";
import {
  connectionStates,
  hops,
  type ConnectionView,
  type Reconciliation,
  type VerifyConnectionResponse,
} from "../../api/connections.ts";
import { instant, total, viewOf } from "../view.ts";

const reconciliation = viewOf<Reconciliation>()(
  v.object({
    checkedAt: instant,
    acceptedLast24h: total,
    withoutSendEvent: total,
    sesReported: v.optional(
      v.object({
        deliveryAttempts: total,
        bounces: total,
        complaints: total,
        rejects: total,
        note: v.string(),
      }),
    ),
  }),
);

export const connectionView = viewOf<ConnectionView>()(
  v.object({
    connectionId: v.string(),
    accountId: v.string(),
    region: v.string(),
    state: v.picklist(connectionStates),
    roleArn: v.string(),
    externalId: v.string(),
    configurationSet: v.string(),
    createdAt: instant,
    provenAt: v.optional(instant),
    verifiedAt: v.optional(instant),
    snsEndpoint: v.optional(v.string()),
    reconciliation: v.optional(reconciliation),
    quickCreateUrl: v.string(),
    templateParameters: v.record(v.string(), v.string()),
  }),
);

export const connectionList = v.object({ items: v.array(connectionView) });

export const verifyConnectionResponse = viewOf<VerifyConnectionResponse>()(
  v.object({
    connection: connectionView,
    hops: v.array(
      v.object({
        hop: v.picklist(hops),
        result: v.picklist(["ok", "broken", "waiting", "skipped"]),
        message: v.string(),
        fix: v.optional(v.string()),
      }),
    ),
    sending: v.optional(
      v.object({
        sandbox: v.boolean(),
        enabled: v.boolean(),
        maxSendRate: v.number(),
        max24Hours: v.number(),
        sentLast24Hours: v.number(),
      }),
    ),
  }),
);
