// SES on a laptop: takes mail over both of its APIs, lets the simulated world answer, publishes the events, and shows
// the mails in an inbox page. This file only puts the parts together.
import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { ResourceProviders } from "../cloudformation/provider.ts";
import { AwsError, type AwsService } from "../protocol.ts";
import type { StateFolder } from "../state.ts";
import { createAccept } from "./accept.ts";
import { createAccounts, type AccountSettings } from "./accounts.ts";
import { createProviders } from "./configuration-sets.ts";
import { createEventPublisher, type EventBridgeDoor } from "./events.ts";
import { createInboxHandler, inboxPrefix } from "./inbox/inbox.ts";
import { createLife } from "./life.ts";
import { createMailStore } from "./mail-store.ts";
import { sesId } from "./message-id.ts";
import { createOutcomes } from "./outcomes.ts";
import { createTrackingHandler, trackingPrefix } from "./tracking.ts";
import { createWireV1 } from "./wire-v1.ts";
import { createWireV2 } from "./wire-v2.ts";

export interface SesDeps {
  /** ms since epoch. */
  clock: () => number;
  state: StateFolder;
  eventBridge: EventBridgeDoor;
  /** Where inbox and tracking are reached by a browser, without a slash at the end. */
  publicUrl: () => string;
  /** Between the steps of a mail's life (accepted, delivered, complained about); 200 ms when absent. */
  delayMs?: number;
  /** Messages that the inbox keeps, newest first; 500 when absent. */
  keptMessages?: number;
  /** Awaited before an API operation; what it throws is answered. */
  faults?: (operation: string) => Promise<void> | void;
  /** Told when the bus refuses an event, which is lost then; a process warning when absent. */
  onLostEvent?: (error: unknown) => void;
  newUuid?: () => string;
}

export interface SesRoute {
  prefix: string;
  handler: (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;
}

export interface Ses {
  /** Both APIs, `email` v1 (query) and v2 (REST). @throws AwsError in the words of the API that was called. */
  handle: AwsService;
  providers: ResourceProviders;
  /** Pages and tracking addresses for the front door. */
  routes: SesRoute[];
  /** An account that is not configured is in the sandbox, with nothing verified. Earlier identities stay. */
  configureAccount: (accountId: string, region: string, settings: AccountSettings) => void;
  /** Puts a mail of another service into the inbox, labelled so. No SES event. */
  deliverSystemMail: (mail: { to: string; from: string; subject: string; text: string }) => void;
  /** Goes on with mails that were on their way when the last run ended; call it once, after the templates are deployed. */
  resume: () => void;
  /** Lets everything that is still to happen do so at once, and waits until the bus has its events. */
  drain: () => Promise<void>;
  stop: () => Promise<void>;
}

export function createSes(deps: SesDeps): Ses {
  const { clock, state, publicUrl, newUuid = randomUUID } = deps;
  const onLost = deps.onLostEvent ?? ((error) => process.emitWarning(`An SES event is lost: ${String(error)}`));
  const accounts = createAccounts({ state, clock });
  const mails = createMailStore(state, deps.keptMessages);
  const events = createEventPublisher({ accounts, mails, eventBridge: deps.eventBridge, onLost });
  const newFeedbackId = (region: string, atMs: number) => sesId(region, atMs, newUuid());
  const outcomes = createOutcomes({ accounts, events, clock, newFeedbackId });
  const life = createLife({ accounts, mails, events, outcomes, clock, delayMs: deps.delayMs ?? 200 });
  const accept = createAccept({ accounts, mails, life, clock, newUuid });
  const wireDeps = { accounts, accept, clock, ...(deps.faults && { faults: deps.faults }) };
  const wireV1 = createWireV1(wireDeps);
  const wireV2 = createWireV2(wireDeps);

  return {
    handle: async (call) => {
      if (!call.caller)
        throw new AwsError("MissingAuthenticationToken", "Request is missing Authentication Token", { status: 403 });
      return call.path.startsWith("/v2/") ? wireV2(call, call.caller) : wireV1(call, call.caller);
    },
    providers: createProviders(accounts),
    routes: [
      { prefix: inboxPrefix, handler: createInboxHandler({ mails, outcomes, publicUrl }) },
      { prefix: trackingPrefix, handler: createTrackingHandler({ mails, events, clock }) },
    ],
    configureAccount: accounts.configure,
    deliverSystemMail: (mail) => {
      mails.addSystemMail({ ...mail, id: `system-${newUuid()}`, receivedAtMs: clock() });
    },
    resume: life.resume,
    drain: life.drain,
    stop: async () => {
      life.stop();
      await events.settled();
    },
  };
}
