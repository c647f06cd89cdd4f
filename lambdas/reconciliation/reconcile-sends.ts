// One connection's accepted mails against their Send events: each mail is looked for once, an hour after SES took it, and
// every hour again only where one was missing.
import type { AcceptedSends, SendSpan, TimeSpan } from "../../shared/store/accepted-sends.ts";
import type { Ledger } from "../../shared/store/ledger/ledger.ts";

export interface ReconcileSendsDeps {
  acceptedSends: AcceptedSends;
  ledger: Pick<Ledger, "findSent">;
  clock: () => number;
}

export interface ReconciledSends {
  acceptedLast24h: number;
  withoutSendEvent: number;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

const iso = (ms: number): string => new Date(ms).toISOString();

/** Two runs at once: one of them writes what it found, and both answer what they saw. */
export async function reconcileSends(
  { acceptedSends, ledger, clock }: ReconcileSendsDeps,
  tenantId: string,
  connectionId: string,
): Promise<ReconciledSends> {
  const nowMs = clock();
  const [dayAgo, hourAgo] = [iso(nowMs - dayMs), iso(nowMs - hourMs)];
  const { spans: known, version } = await acceptedSends.getSpans(tenantId, connectionId);
  const recent = known.filter(({ before }) => before > dayAgo);
  const from = recent.at(-1)?.before ?? dayAgo;
  const look = (span: TimeSpan) => lookInto({ acceptedSends, ledger }, tenantId, connectionId, span);

  const spans: SendSpan[] = [];
  for (const span of recent) spans.push(span.withoutSendEvent === 0 ? span : await look(span));
  if (from < hourAgo) spans.push(await look({ from, before: hourAgo }));
  await acceptedSends.recordSpans(tenantId, connectionId, { spans, version }, nowMs);

  const young = await acceptedSends.countAccepted(tenantId, connectionId, {
    from: hourAgo > from ? hourAgo : from,
    before: iso(nowMs + 1),
  });
  return {
    acceptedLast24h: young + sum(spans, "accepted"),
    withoutSendEvent: sum(spans, "withoutSendEvent"),
  };
}

const sum = (spans: readonly SendSpan[], member: "accepted" | "withoutSendEvent"): number =>
  spans.reduce((total, span) => total + span[member], 0);

async function lookInto(
  { acceptedSends, ledger }: Pick<ReconcileSendsDeps, "acceptedSends" | "ledger">,
  tenantId: string,
  connectionId: string,
  { from, before }: TimeSpan,
): Promise<SendSpan> {
  const found: SendSpan = { from, before, accepted: 0, withoutSendEvent: 0 };
  for await (const sends of acceptedSends.listAccepted(tenantId, connectionId, { from, before })) {
    const sent = await ledger.findSent(tenantId, sends);
    found.accepted += sends.length;
    found.withoutSendEvent += sends.filter(({ messageId }) => !sent.has(messageId)).length;
  }
  return found;
}
