// Who caused an open or a click, as people read it.
import type { EventView } from "../../../shared/contract/api/events.ts";
import type { Look } from "./status.ts";

export type Verdict = NonNullable<EventView["verdict"]>;

interface VerdictLook extends Look {
  meaning: string;
}

const looks: Record<Verdict, VerdictLook> = {
  person: { word: "Person", tone: "good", sign: "person", meaning: "A mail program or browser in somebody's hands." },
  imageProxy: {
    word: "Image proxy",
    tone: "good",
    sign: "image",
    meaning: "A mail service fetched the image when somebody opened the mail. Counts as a person's.",
  },
  privacyProxy: {
    word: "Privacy proxy",
    tone: "warn",
    sign: "shield",
    meaning: "Fetched whether or not anybody reads the mail. Does not count as a person's.",
  },
  scanner: {
    word: "Scanner",
    tone: "warn",
    sign: "machine",
    meaning: "A machine: a security gateway, a bot, a prefetch. Does not count as a person's.",
  },
  unknown: {
    word: "Unknown",
    tone: "plain",
    sign: "question",
    meaning: "Nothing says who it was. Does not count as a person's.",
  },
};

/** In the order in which filters offer them. */
export const verdicts = Object.keys(looks) as Verdict[];

export const lookOfVerdict = (verdict: Verdict): VerdictLook => looks[verdict];

/** Those that an address bar names, without what is none. */
export const verdictsOf = (words: string | undefined): Verdict[] =>
  (words ?? "").split(",").filter((word): word is Verdict => (verdicts as string[]).includes(word));

type Network = NonNullable<EventView["network"]>;

const owners: Record<NonNullable<Network["owner"]>, string> = {
  apple: "Apple",
  exchangeOnline: "Exchange Online",
  google: "Google",
  mailFilter: "the mail filter of Microsoft 365",
  yahoo: "Yahoo",
};

/** `198.51.100.0/24 (Google)` */
export function showNetwork({ range, owner }: Network): string {
  const name = owner && owners[owner];
  if (range === undefined) return name ?? "";
  return name === undefined ? range : `${range} (${name})`;
}
