// The link by which one recipient leaves the mail of one tenant, or one list of it. It carries what must be known, sealed:
// nothing is stored when mail is sent, links outlive every retention, and nobody reads or makes one.
// A token, base64url: number of the key (1 byte), then what seal.ts makes of the padded JSON.
import * as v from "valibot";
import { findBase64Url, toBase64Url } from "../domain/base64-url.ts";
import type { NumberedSeal, UnsubscribeKeys } from "./unsubscribe-keys.ts";

export interface UnsubscribeLink {
  tenantId: string;
  /** Bare address, normalized. */
  address: string;
  /** Absent: everything of the tenant that can be left. */
  list?: string;
  /** The domain that the mail came from, for the recipient to know it by. */
  sender: string;
  /** When the mail was sent, ISO 8601 UTC. */
  sentAt: string;
}

export interface UnsubscribeLinks {
  /**
   * Makes links of one mail, without a network call from then on.
   * @param baseUrl of our API, without a slash at the end
   * @throws AppError `unavailable`
   */
  linksOf: (mail: Omit<UnsubscribeLink, "address"> & { baseUrl: string }) => Promise<LinkFor>;
  /** Undefined for anything that was not made here. @throws AppError `unavailable` */
  open: (unverifiedToken: string) => Promise<UnsubscribeLink | undefined>;
}

/** @param address bare, normalized */
export type LinkFor = (address: string) => Promise<string>;

export const unsubscribePath = "/unsubscribe";

/** RFC 8058 section 3.1, RFC 2369 section 3.2. Both must be under the DKIM signature, which SES makes. */
export const unsubscribeHeaders = (link: string): Record<"List-Unsubscribe" | "List-Unsubscribe-Post", string> => ({
  "List-Unsubscribe": `<${link}>`,
  "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
});

const content = v.pipe(
  v.strictTuple([v.string(), v.string(), v.nullable(v.string()), v.string(), v.number()]),
  v.transform(([tenantId, address, list, sender, sentAtSeconds]): UnsubscribeLink => ({
    tenantId,
    address,
    ...(list === null ? {} : { list }),
    sender,
    sentAt: new Date(sentAtSeconds * 1000).toISOString(),
  })),
);

/** The length of a token tells nothing of the address, or little. */
const paddedTo = 64;
/** A header's line has 998 characters (RFC 5322 section 2.1.1), and a domain can be long: one beyond this is left out. */
const maxSenderLength = 100;
/** No token of ours is longer. */
const maxTokenLength = 1100;

const sealName = ({ number }: NumberedSeal): string => `link ${number}`;

const sealOf = async (key: NumberedSeal, link: UnsubscribeLink): Promise<string> => {
  const { tenantId, address, list = null, sender, sentAt } = link;
  const shown = sender.length > maxSenderLength ? "" : sender;
  const text = JSON.stringify([tenantId, address, list, shown, Math.floor(Date.parse(sentAt) / 1000)]);
  const bytes = new TextEncoder().encode(text);
  const padded = new Uint8Array(Math.ceil(bytes.length / paddedTo) * paddedTo).fill(0x20);
  padded.set(bytes);
  return toBase64Url(Uint8Array.of(key.number, ...(await key.seal.seal(sealName(key), padded))));
};

export function createUnsubscribeLinks({ getNewestKey, findKey }: UnsubscribeKeys): UnsubscribeLinks {
  return {
    linksOf: async ({ baseUrl, ...mail }) => {
      const key = await getNewestKey();
      return async (address) => `${baseUrl}${unsubscribePath}/${await sealOf(key, { ...mail, address })}`;
    },
    open: async (unverifiedToken) => {
      if (unverifiedToken.length > maxTokenLength) return undefined;
      const [number, ...sealed] = findBase64Url(unverifiedToken) ?? [];
      const key = number === undefined ? undefined : await findKey(number);
      // AES-GCM: WebCrypto compares the tag in constant time, and opens nothing that was changed.
      const padded = key && (await key.seal.open(sealName(key), Uint8Array.from(sealed)));
      return padded && v.parse(content, JSON.parse(new TextDecoder().decode(padded)));
    },
  };
}
