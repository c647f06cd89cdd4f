// The same programs in other circumstances: networks, SES's own word, time since the delivery, many links at once.
import type { LabelledCase } from "./verdict-table.ts";

const chrome =
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36";
const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const iphone =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148";
const iphoneOfAws =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 10_3_3 like Mac OS X) AppleWebKit/603.3.8 (KHTML, like Gecko) Mobile/14G60";
const gmailProxy = "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)";
const gmailPrefetch =
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/42.0.2311.135 Safari/537.36 Edge/12.246 Mozilla/5.0";
const bare = "Mozilla/5.0";
const minuteMs = 60_000;

const bird = "bird.com, Gmail is prefetching images";
const socketLabs = "help.socketlabs.com, identifying Apple MPP opens";
const mailgun = "documentation.mailgun.com, open and click bot detection: the agent of Apple's proxy";
const aws = "Amazon SES developer guide, contents of event data: isBotEvent";
const fieldGuide = "live-direct-marketing.online: within 5 seconds of the delivery nobody clicks";
const suped = "suped.com, artificial opens and clicks: before or within seconds of the delivery";
const marketo = "Marketo, proximity pattern: activities within 0 to 3 seconds of each other";
const maestra = "help.maestra.io: 4 clicks within a second, 5 within 10 seconds";
const paminga = "paminga.com, bot filtering: every link clicked within 3 seconds";
const verdictTests = "another product's verdict tests over SES events, by network";
const endpoints = "endpoints.office.com: Exchange Online Protection, on which nobody reads mail";

const appleRelays = [
  "146.75.1.1",
  "140.248.36.9",
  "104.28.86.17",
  "172.224.226.5",
  "172.225.7.17",
  "17.253.144.10",
  "2a02:26f7:c8c0::12",
  "2a04:4e41:2a::7",
  "2a09:bac2:36::19",
  "2a09:bac3:11::4",
  "2606:54c0:7680::1",
];

export const situations: readonly LabelledCase[] = [
  ...appleRelays.map((ipAddress) => ({
    expected: "privacyProxy" as const,
    type: "open" as const,
    userAgent: bare,
    ipAddress,
    source: `${socketLabs}; mask-api.icloud.com/egress-ip-ranges.csv`,
  })),
  { expected: "privacyProxy", type: "open", userAgent: bare, source: mailgun },
  { expected: "privacyProxy", type: "open", userAgent: bare, msAfterDelivery: 900, source: mailgun },
  { expected: "privacyProxy", type: "open", userAgent: bare, isBotEvent: "Likely", source: mailgun },
  { expected: "person", type: "open", userAgent: iphone, ipAddress: "146.75.1.1", source: verdictTests },
  { expected: "person", type: "click", userAgent: iphone, ipAddress: "2a02:26f7:c8c0::12", source: verdictTests },

  { expected: "imageProxy", type: "open", userAgent: gmailProxy, ipAddress: "66.249.81.214", source: "corpus 089" },
  { expected: "imageProxy", type: "open", userAgent: gmailProxy, ipAddress: "66.249.88.10", source: verdictTests },
  {
    expected: "imageProxy",
    type: "open",
    userAgent: gmailProxy,
    ipAddress: "74.125.208.12",
    isBotEvent: "Unlikely",
    source: "another product's fixture of September 2026",
  },
  { expected: "imageProxy", type: "open", userAgent: gmailProxy, msAfterDelivery: 30_000, source: bird },
  { expected: "scanner", type: "open", userAgent: gmailProxy, isBotEvent: "Likely", source: aws },
  { expected: "scanner", type: "open", userAgent: gmailProxy, msAfterDelivery: 600, source: suped },
  {
    expected: "scanner",
    type: "open",
    userAgent: gmailPrefetch,
    ipAddress: "108.177.2.32",
    msAfterDelivery: 1_400,
    source: `an SES event captured on 2025-11-19; ${bird}`,
  },
  { expected: "scanner", type: "open", userAgent: gmailPrefetch, ipAddress: "108.177.2.32", source: bird },
  { expected: "scanner", type: "open", userAgent: gmailPrefetch, msAfterDelivery: 25_000, source: bird },
  { expected: "scanner", type: "open", userAgent: chrome, ipAddress: "66.249.88.10", source: verdictTests },
  { expected: "scanner", type: "click", userAgent: chrome, ipAddress: "74.125.10.10", source: verdictTests },

  {
    expected: "imageProxy",
    type: "open",
    userAgent: chrome,
    ipAddress: "87.248.103.8",
    source: "senders.yahooinc.com",
  },
  {
    expected: "imageProxy",
    type: "open",
    userAgent: chrome,
    ipAddress: "212.82.100.4",
    source: "senders.yahooinc.com",
  },
  {
    expected: "imageProxy",
    type: "open",
    userAgent: chrome,
    ipAddress: "40.99.12.18",
    source: "Outlook on the web loads images through Exchange Online when the mail is read",
  },
  { expected: "scanner", type: "open", userAgent: chrome, ipAddress: "104.47.9.36", source: endpoints },
  { expected: "scanner", type: "click", userAgent: chrome, ipAddress: "40.107.208.8", source: endpoints },
  { expected: "scanner", type: "click", userAgent: chrome, ipAddress: "2a01:111:f400:7e88::5", source: endpoints },
  {
    expected: "scanner",
    type: "click",
    userAgent: "Mozilla/5.0 (compatible; MSIE 10.0; Windows NT 6.2; WOW64; Trident/6.0",
    ipAddress: "132.245.26.156",
    source: "exchangetuts.com: Outlook.com follows links of mail that is opened",
  },

  { expected: "person", type: "open", userAgent: iphoneOfAws, source: "corpus 035 (AWS documentation)" },
  {
    expected: "person",
    type: "open",
    userAgent: iphoneOfAws,
    isBotEvent: "Unlikely",
    source: "corpus 040 (AWS documentation, 2026)",
  },
  {
    expected: "person",
    type: "click",
    userAgent:
      "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/60.0.3112.90 Safari/537.36",
    source: "corpus 036 (AWS documentation)",
  },
  {
    expected: "person",
    type: "click",
    userAgent: "Mozilla/5.0 (Windows NT 10.0; Win64; x64)",
    isBotEvent: "Unlikely",
    source: "corpus 048 (AWS announcement of isBotEvent)",
  },
  { expected: "unknown", type: "click", userAgent: "Mozilla", source: "corpus 059 (captured, agent cut short)" },
  { expected: "scanner", type: "open", userAgent: chrome, isBotEvent: "Likely", source: aws },
  { expected: "scanner", type: "click", userAgent: firefox, isBotEvent: "Likely", source: aws },
  { expected: "person", type: "click", userAgent: firefox, isBotEvent: "Unlikely", source: aws },
  { expected: "scanner", type: "click", source: "live-direct-marketing.online: SafeLinks shows no agent" },
  { expected: "scanner", type: "click", msAfterDelivery: 30_000, source: "another product's scanner tests: no agent" },
  { expected: "unknown", type: "open", source: "nothing is said, and nothing is known" },
  { expected: "unknown", type: "open", userAgent: "SomethingElse/1.0", source: verdictTests },

  { expected: "scanner", type: "open", userAgent: chrome, msAfterDelivery: -4_000, source: suped },
  { expected: "scanner", type: "open", userAgent: chrome, msAfterDelivery: 1_500, source: suped },
  { expected: "scanner", type: "click", userAgent: chrome, msAfterDelivery: -60_000, source: suped },
  { expected: "scanner", type: "click", userAgent: chrome, msAfterDelivery: 800, source: fieldGuide },
  { expected: "scanner", type: "click", userAgent: firefox, msAfterDelivery: 4_900, source: fieldGuide },
  {
    expected: "scanner",
    type: "click",
    userAgent: chrome,
    msAfterDelivery: 1_000,
    isDeliveryUnknown: true,
    source: `${fieldGuide}; the sending comes before the delivery`,
  },
  { expected: "person", type: "open", userAgent: chrome, msAfterDelivery: 12_000, source: fieldGuide },
  { expected: "person", type: "click", userAgent: chrome, msAfterDelivery: 20_000, source: fieldGuide },
  {
    expected: "person",
    type: "click",
    userAgent: iphone,
    msAfterDelivery: 8.5 * 60 * minuteMs,
    source: "a captured SES click, 8.5 hours after the sending",
  },

  ...[chrome, firefox].flatMap((userAgent): LabelledCase[] => [
    { expected: "scanner", type: "click", userAgent, otherClicksAfterMs: [300, 700, 900], source: maestra },
    { expected: "scanner", type: "click", userAgent, otherClicksAfterMs: [500, 1_900], source: marketo },
    {
      expected: "scanner",
      type: "click",
      userAgent,
      otherClicksAfterMs: [2_000, 4_000, 6_500, 9_500],
      source: maestra,
    },
    { expected: "scanner", type: "click", userAgent, otherClicksAfterMs: [400, 900, 1_500, 2_100], source: paminga },
    { expected: "scanner", type: "open", userAgent, otherClicksAfterMs: [200, 900, 1_600], source: paminga },
    { expected: "person", type: "click", userAgent, otherClicksAfterMs: [9_000], source: maestra },
    { expected: "person", type: "click", userAgent, otherClicksAfterMs: [40_000, 90_000], source: maestra },
    { expected: "person", type: "open", userAgent, otherClicksAfterMs: [7_000, 30_000], source: marketo },
  ]),

  // Where no rule of one message can tell: said here, so that the figures tell.
  ...[10, 45, 120].map((seconds): LabelledCase => ({
    expected: "scanner",
    type: "click",
    userAgent: chrome,
    msAfterDelivery: seconds * 1_000,
    source: "suped.com: scanners click up to 10 minutes after the delivery, and pose as browsers",
  })),
  {
    expected: "scanner",
    type: "click",
    userAgent: chrome,
    otherClicksAfterMs: [21_000, 38_000, 64_000],
    source: "paminga.com: some bots wait between clicks as people do",
  },
];
