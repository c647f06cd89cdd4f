// What each sample event of the corpus must be read as: decided by reading the sample and SES's documentation.
// Where the samples come from: SOURCES.md beside them.
import type { Attribution, EventStyle, EventType } from "../../shared/domain/event.ts";
import type { Envelope } from "../../shared/domain/parse.ts";

export type CorpusExpectation =
  | {
      result: "events";
      type: EventType;
      style: EventStyle;
      kind: Envelope["kind"];
      occurredAt: string;
      recipients: number;
      /** No sample has an open, click or subscription of several recipients. */
      attribution: Attribution;
    }
  | { result: "ignored"; reasonIncludes: string }
  | { result: "invalid"; path: string };

const event =
  (style: EventStyle) =>
  (type: EventType, kind: Envelope["kind"], occurredAt: string, recipients = 1): CorpusExpectation => ({
    result: "events",
    type,
    style,
    kind,
    occurredAt,
    recipients,
    attribution: "exact",
  });

const published = event("eventPublishing");
const notified = event("identityNotification");
const ignored = (reasonIncludes: string): CorpusExpectation => ({ result: "ignored", reasonIncludes });
const invalid = (path: string): CorpusExpectation => ({ result: "invalid", path });

export const corpusExpectations: Record<string, CorpusExpectation> = {
  "002-renderingfailure-eventbridge-awsdocs.json": published(
    "renderingFailure",
    "eventBridge",
    "2018-01-22T18:43:06.197Z",
  ),
  "003-advisor-eventbridge-awsdocs-vdm.json": ignored("not a sending event"),
  "005-sendingstatus-eventbridge-awsdocs-tenant.json": ignored("not a sending event"),
  "006-send-eventbridge-wraps.json": published("send", "eventBridge", "2025-01-15T10:30:00.000Z"),
  "007-delivery-eventbridge-wraps.json": published("delivery", "eventBridge", "2025-01-15T10:30:01.000Z"),
  "008-bounce-permanent-general-eventbridge-wraps.json": published("bounce", "eventBridge", "2025-01-15T10:30:02.000Z"),
  "009-complaint-eventbridge-wraps.json": published("complaint", "eventBridge", "2025-01-15T12:00:00.000Z"),
  "010-open-eventbridge-wraps.json": published("open", "eventBridge", "2025-01-15T11:00:00.000Z"),
  "012-reject-eventbridge-wraps.json": published("reject", "eventBridge", "2025-01-15T10:30:00.000Z"),
  "013-deliverydelay-transientcomm-eventbridge-wraps.json": published(
    "deliveryDelay",
    "eventBridge",
    "2025-01-15T10:35:00.000Z",
  ),
  "014-renderingfailure-eventbridge-wraps.json": published(
    "renderingFailure",
    "eventBridge",
    "2025-01-15T10:30:00.000Z",
  ),
  "018-bounce-permanent-general-eventbridge-playx.json": published("bounce", "eventBridge", "2026-09-25T06:05:00.000Z"),
  "019-complaint-eventbridge-playx.json": published("complaint", "eventBridge", "2026-09-25T06:05:00.000Z"),
  "023-bounce-minimal-eventbridge-leaseflow.json": invalid("detail.eventType"),
  "025-delivery-nosource-eventbridge-makertool.json": invalid("detail.eventType"),
  "027-bounce-onlydestination-eventbridge-waitlist.json": invalid("detail.eventType"),
  "029-delivery-emptydetail-eventbridge-feedevents.json": invalid("detail.eventType"),
  "030-bounce-permanent-general-awsdocs.json": published("bounce", "bare", "2017-08-05T00:41:02.669Z"),
  "031-complaint-awsdocs.json": published("complaint", "bare", "2017-08-05T00:41:02.669Z"),
  "032-delivery-awsdocs.json": published("delivery", "bare", "2016-10-19T23:21:04.133Z"),
  "033-send-awsdocs.json": published("send", "bare", "2016-10-14T05:02:16.645Z"),
  "034-reject-awsdocs.json": published("reject", "bare", "2016-10-14T17:38:15.211Z"),
  "035-open-awsdocs.json": published("open", "bare", "2017-08-09T22:00:19.652Z"),
  "036-click-awsdocs.json": published("click", "bare", "2017-08-09T23:51:25.570Z"),
  "037-renderingfailure-awsdocs.json": published("renderingFailure", "bare", "2018-01-22T18:43:06.197Z"),
  "038-deliverydelay-transientcomm-awsdocs.json": published("deliveryDelay", "bare", "2020-06-16T00:25:40.095Z"),
  "039-subscription-awsdocs.json": published("subscription", "bare", "2022-01-12T01:00:17.910Z"),
  "040-open-isbot-awsdocs2026.json": published("open", "bare", "2017-08-09T22:00:19.652Z"),
  "043-bounce-permanent-general-legacy-awsdocs.json": notified("bounce", "bare", "2016-01-27T14:59:38.237Z"),
  "045-complaint-legacy-awsdocs.json": notified("complaint", "bare", "2016-01-27T14:59:38.237Z"),
  "046-complaint-nofeedback-legacy-awsdocs.json": notified("complaint", "bare", "2016-01-27T14:59:38.237Z"),
  "047-delivery-legacy-awsdocs.json": notified("delivery", "bare", "2016-01-27T14:59:38.237Z"),
  "048-click-isbot-unlikely-awsnews.json": published("click", "bare", "2026-08-06T00:01:00.000Z"),
  "049-bounce-permanent-general-sns-courtlistener-hard-bounce.json": published(
    "bounce",
    "sns",
    "2022-03-10T05:16:00.758Z",
  ),
  "050-complaint-sns-courtlistener-complaint.json": published("complaint", "sns", "2022-03-10T07:22:43.174Z"),
  "052-bounce-transient-general-sns-courtlistener-soft-bounce-msg-id.json": published(
    "bounce",
    "sns",
    "2022-04-20T20:56:57.287Z",
  ),
  "054-bounce-mailboxfull-sns-courtlistener-mail-box-full-soft-bounce.json": published(
    "bounce",
    "sns",
    "2022-03-10T05:16:00.758Z",
  ),
  "055-bounce-messagetoolarge-sns-courtlistener-msg-large-bounce.json": published(
    "bounce",
    "sns",
    "2022-03-10T05:16:00.758Z",
  ),
  "057-bounce-suppressed-sns-courtlistener-suppressed-bounce.json": published(
    "bounce",
    "sns",
    "2022-03-10T05:16:00.758Z",
  ),
  "059-click-linktagsnull-sns-spatie.json": published("click", "sns", "2019-11-28T09:14:53.099Z"),
  "060-complaint-sns-spatie.json": published("complaint", "sns", "2019-11-28T09:13:57.357Z"),
  "062-bounce-permanent-general-sns-keila.json": published("bounce", "sns", "2021-11-01T08:31:09.745Z"),
  "063-control-subscriptionconfirmation-sns-keila.json": ignored("confirm a subscription"),
  "064-complaint-sns-django-ses.json": published("complaint", "sns", "2022-03-28T23:59:33.564Z"),
  "066-complaint-onaccountsuppression-sns-ope-tech.json": published("complaint", "sns", "2017-08-05T00:41:02.669Z"),
  "067-reject-sns-ope-tech.json": published("reject", "sns", "2016-10-14T17:38:15.211Z"),
  "070-deliverydelay-transientcomm-sns-akhan619.json": published("deliveryDelay", "sns", "2020-06-16T00:25:40.095Z"),
  "071-send-sns-akhan619.json": published("send", "sns", "2016-10-14T05:02:16.645Z"),
  "072-subscription-sns-teknasyon.json": published("subscription", "sns", "2022-01-12T01:00:17.910Z"),
  "073-deliverydelay-transientcomm-sns-teknasyon.json": published("deliveryDelay", "sns", "2020-06-16T00:25:40.095Z"),
  "074-click-sns-teknasyon.json": published("click", "sns", "2017-08-09T23:51:25.570Z"),
  "077-click-sns-sessypress.json": published("click", "sns", "2026-01-31T16:10:45.000Z"),
  "078-open-sns-sessypress.json": published("open", "sns", "2026-01-31T16:05:23.000Z"),
  "081-open-sns-anymail.json": published("open", "sns", "2017-08-09T22:00:19.652Z"),
  "082-click-sns-anymail.json": published("click", "sns", "2017-08-09T23:51:25.570Z"),
  "083-renderingfailure-sns-anymail.json": invalid("Message.mail.timestamp"),
  "084-send-sns-localstack.json": invalid("Message.mail.timestamp"),
  "086-bounce-permanent-general-sqs-sns-azmimengu.json": published("bounce", "sns", "2021-05-25T02:05:22.724Z"),
  "088-complaint-sqs-sns-azmimengu.json": published("complaint", "sns", "2021-05-25T02:42:30.807Z"),
  "089-open-googleimageproxy-sqs-sns-azmimengu.json": published("open", "sns", "2021-05-25T01:19:47.017Z"),
  "091-send-sqs-sns-azmimengu-batch1.json": published("send", "sns", "2021-05-24T23:53:58.644Z"),
  "092-bounce-transient-general-sqs-raw-febos.json": published("bounce", "sqs", "2023-11-15T19:19:34.052Z"),
  "094-bounce-onaccountsuppression-stored-febos.json": published("bounce", "bare", "2025-03-20T14:51:11.257Z"),
  "095-deliverydelay-transientcomm-snslambda-ses-events-logger.json": published(
    "deliveryDelay",
    "sns",
    "2020-06-16T00:25:40.095Z",
  ),
  "097-reject-snslambda-ses-events-logger.json": published("reject", "sns", "2016-10-14T17:38:15.211Z"),
  "098-complaint-nofeedback-legacy-snslambda-ses-events-logger.json": notified(
    "complaint",
    "sns",
    "2016-01-27T14:59:38.237Z",
  ),
  "099-bounce-permanent-general-snslambda-ses-events-logger.json": published(
    "bounce",
    "sns",
    "2017-08-05T00:41:02.669Z",
  ),
  "101-bounce-permanent-general-legacy-snslambda-zenfro.json": notified("bounce", "sns", "2018-01-23T01:46:30.711Z"),
  "102-complaint-legacy-snslambda-zenfro.json": notified("complaint", "sns", "2018-01-23T01:51:51.000Z"),
  "104-delivery-legacy-snslambda-zenfro.json": notified("delivery", "sns", "2018-01-23T01:58:50.885Z"),
  "106-bounce-onaccountsuppression-legacy-snslambda-dwyl.json": notified("bounce", "sns", "2020-02-29T17:31:05.179Z"),
  "107-delivery-legacy-snslambda-lambda-local.json": notified("delivery", "sns", "2017-07-05T20:01:21.302Z"),
  "108-bounce-permanent-general-legacy-snslambda-janis.json": notified("bounce", "sns", "2020-02-04T20:48:45.160Z"),
  "111-delivery-govcloud-snslambda-va-notify.json": published("delivery", "sns", "2021-01-27T21:10:19.584Z"),
  "112-bounce-permanent-general-legacy-sns-juhasev.json": notified("bounce", "sns", "2020-04-02T20:41:03.030Z"),
  "114-delivery-legacy-sns-juhasev.json": notified("delivery", "sns", "2020-04-02T19:21:34.259Z"),
  "115-bounce-transient-general-legacy-sns-mailkiq.json": notified("bounce", "sns", "2016-02-02T19:48:52.161Z"),
  "116-complaint-legacy-sns-mailkiq.json": notified("complaint", "sns", "2016-01-08T15:57:34.000Z"),
  "117-delivery-legacy-sns-mailkiq.json": notified("delivery", "sns", "2014-05-28T22:41:01.184Z"),
  "119-bounce-onaccountsuppression-legacy-sns-fxrelay.json": notified("bounce", "sns", "2022-01-18T15:46:34.000Z"),
  "120-bounce-unknownsubtype-legacy-sns-fxrelay.json": notified("bounce", "sns", "2022-01-18T15:46:34.000Z"),
  "124-delivery-legacy-sns-music4mic2.json": notified("delivery", "sns", "2016-06-07T22:19:08.819Z"),
  "125-bounce-permanent-general-legacy-sns-mautic.json": notified("bounce", "sns", "2016-08-17T07:43:12.776Z"),
  "127-control-subscriptionconfirmation-sns-mautic.json": ignored("confirm a subscription"),
  "129-control-unsubscribeconfirmation-sns-anymail.json": ignored("subscription ended"),
  "131-complaint-nomessageid-legacy-sns-govuk-notify.json": invalid("Message.mail.messageId"),
  "134-delivery-nodelivery-legacy-sns-netflix-iep.json": invalid("Message.delivery"),
  "136-empty-sns-netflix-iep.json": invalid("Message"),
  "137-bounce-2recipients-legacy-sns-synapse.json": notified("bounce", "sns", "2012-05-25T14:59:38.605Z", 2),
  "138-bounce-permanent-general-legacy-sns-bh-wp.json": notified("bounce", "sns", "2020-04-22T01:33:50.802Z"),
  "139-bounce-permanent-general-legacy-nager.json": notified("bounce", "bare", "2019-08-09T12:17:34.920Z"),
  "140-complaint-legacy-nager.json": notified("complaint", "bare", "2019-08-09T12:19:23.000Z"),
  "142-bounce-transient-general-ooto-legacy-feeld.json": notified("bounce", "bare", "2019-03-28T14:39:18.000Z"),
  "144-delivery-legacy-feeld.json": notified("delivery", "bare", "2019-03-28T14:25:47.277Z"),
  "145-complaint-legacy-sisimai.json": notified("complaint", "bare", "2016-11-25T01:49:01.000Z"),
  "146-delivery-legacy-sisimai.json": notified("delivery", "bare", "2016-11-25T01:49:01.207Z"),
  "149-received-legacy-goamz.json": ignored("inbound mail"),
  "150-bounce-suppressed-legacy-fxrelay-sim.json": notified("bounce", "bare", "2022-08-03T17:40:08.000Z"),
  "153-delivery-legacy-fxrelay-ooto.json": notified("delivery", "bare", "2022-08-03T17:36:16.512Z"),
  "155-complaint-noheaders-legacy-fxrelay-old.json": notified("complaint", "bare", "2022-06-06T20:18:13.000Z"),
  "156-complaint-legacy-fxrelay-full.json": notified("complaint", "bare", "2012-05-25T14:59:38.623Z"),
  "157-bounce-onaccountsuppression-legacy-phpblog.json": notified("bounce", "bare", "2021-05-08T14:35:45.000Z"),
  "160-delivery-gel.json": published("delivery", "bare", "2023-04-14T20:14:04.814Z"),
  "161-complaint-hybrid-va-notify.json": published("complaint", "bare", "2020-02-18T14:34:53.000Z"),
  "162-deliverydelay-nomailids-fxa.json": invalid("mail.messageId"),
  "165-deliverydelay-recipientservererror-fxa.json": invalid("deliveryDelay.timestamp"),
  "166-deliverydelay-undetermined-norecipients-fxa.json": invalid("deliveryDelay.timestamp"),
  "167-click-linktagsempty-usesend.json": published("click", "bare", "2026-07-13T01:00:00.000Z"),
  "168-bounce-messagetoolarge-notifuse.json": published("bounce", "bare", "2026-05-12T10:00:00.000Z"),
  "170-bounce-unknowntype-legacy-cds-snc.json": notified("bounce", "bare", "2017-11-17T12:14:05.131Z"),
};
