// One begun message of a bulk to SES, as often as it takes: until SES has it, or has refused it, or nothing can go now.
import type { MailSender, OutgoingMessage, SendResult } from "../../../shared/aws/mail-sender.ts";
import type { SendFailureCode } from "../../../shared/aws/send-failure.ts";
import type { RecipientEnd } from "../../../shared/domain/bulk-progress.ts";
import type { Connection } from "../../../shared/store/connections.ts";
import type { Pace } from "./pace.ts";

export interface SendDeps {
  sender: Pick<MailSender, "sendMessage">;
  clock: () => number;
  sleep: (ms: number) => Promise<unknown>;
}

/** Nothing can go for a while: a fault of the account, of the connection, or of AWS. */
export interface Hindrance {
  code: SendFailureCode;
  message: string;
  forMs: number;
}

export interface Shift {
  pace: Pace;
  /** No try begins from then on, ms since epoch. */
  endsAtMs: number;
  /** Whoever meets it first stops all. */
  hindrance?: Hindrance;
}

/** How long a line rests after a failure that is nobody's in particular. */
const restMs: Partial<Record<SendFailureCode, number>> = {
  quota_exceeded: 15 * 60_000,
  sending_paused: 15 * 60_000,
  connection_broken: 15 * 60_000,
  unavailable: 60_000,
};

const firstWaitMs = 300;
const longestWaitMs = 5000;
const maxUnavailable = 3;

export const restFor = (code: SendFailureCode, message: string): Hindrance => ({
  code,
  message,
  forMs: restMs[code] ?? 60_000,
});

/** @returns how it ended, or undefined: surely nothing was sent, and it is to be tried another time */
export async function sendBegun(
  { sender, clock, sleep }: SendDeps,
  shift: Shift,
  connection: Connection,
  message: OutgoingMessage,
): Promise<RecipientEnd | undefined> {
  let unavailable = 0;
  for (let tries = 0; !shift.hindrance && clock() < shift.endsAtMs; tries++) {
    const result: SendResult = await sender.sendMessage(connection, message, { once: true });
    shift.pace.note({
      isThrottled: result.status !== "sent" && result.code === "rate_limited",
      recipients: message.recipients.length,
    });
    if (result.status === "sent") return result;
    const { status, code, message: text } = result;
    if (code === "unavailable") unavailable += 1;
    const isWaiting = code === "rate_limited" || (code === "unavailable" && unavailable < maxUnavailable);
    if (!isWaiting && code in restMs) {
      shift.hindrance ??= restFor(code, text);
      return undefined;
    }
    if (!isWaiting) return { status, code, message: text };
    await sleep(Math.min(longestWaitMs, firstWaitMs * 2 ** Math.min(tries, 6)));
    if (shift.hindrance || clock() >= shift.endsAtMs) return undefined;
    await shift.pace.takeTurn(message.recipients.length);
  }
  return undefined;
}
