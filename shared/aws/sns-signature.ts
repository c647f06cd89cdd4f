// Is a message from SNS? Its signature, verified with a certificate that SNS itself serves. Node only: other engines have
// no X.509 and no SHA-1 signatures.
import { X509Certificate, verify, type KeyObject } from "node:crypto";
import { AppError } from "../contract/error.ts";
import { isCertificateUrl, type GetFromSns } from "./sns-host.ts";
import { textToSign, type SnsMessage } from "./sns-message.ts";

export interface SnsSignatures {
  /**
   * @param region whose SNS must have signed
   * @throws AppError `forbidden` for what SNS did not sign, `unavailable` when its certificate cannot be fetched now
   */
  assertSigned: (unverifiedMessage: SnsMessage, region: string) => Promise<void>;
}

interface SigningKey {
  key: KeyObject;
  fromMs: number;
  untilMs: number;
}

/** SHA-1 is what topics sign with unless told otherwise (SNS API, SetTopicAttributes, SignatureVersion). */
const algorithms = { 1: "RSA-SHA1", 2: "RSA-SHA256" } as const;
const minKeyBits = 2048;

const forged = (message: string, cause?: unknown): AppError => new AppError("forbidden", message, { cause });

/** A certificate is fetched once and remembered; SNS has one at a time in a region, and few over the years. */
export function createSnsSignatures({
  getFromSns,
  clock,
  maxCertificates = 50,
}: {
  getFromSns: GetFromSns;
  clock: () => number;
  maxCertificates?: number;
}): SnsSignatures {
  // A Map remembers the order of insertion: the first entry is the one used longest ago.
  const known = new Map<string, SigningKey>();
  const fetching = new Map<string, Promise<SigningKey>>();

  const isValid = ({ fromMs, untilMs }: SigningKey) => fromMs <= clock() && clock() <= untilMs;

  const remember = (url: string, signingKey: SigningKey) => {
    known.delete(url);
    known.set(url, signingKey);
    const oldest = known.keys().next().value;
    if (known.size > maxCertificates && oldest !== undefined) known.delete(oldest);
  };

  const fetchKey = async (url: string): Promise<SigningKey> => {
    const { status, body } = await getFromSns(url);
    if (status >= 500 || status === 429)
      throw new AppError("unavailable", "The certificate of Amazon SNS cannot be read now: deliver this again.");
    if (status !== 200) throw forged("Amazon SNS knows no such signing certificate.");
    return parseCertificate(body);
  };

  const fetchOnce = (url: string): Promise<SigningKey> => {
    const running = fetching.get(url) ?? fetchKey(url).finally(() => fetching.delete(url));
    fetching.set(url, running);
    return running;
  };

  const getKey = async (url: string): Promise<KeyObject> => {
    const kept = known.get(url);
    const signingKey = kept && isValid(kept) ? kept : await fetchOnce(url);
    if (!isValid(signingKey)) throw forged("The signing certificate is not valid at this time.");
    remember(url, signingKey);
    return signingKey.key;
  };

  return {
    assertSigned: async (unverifiedMessage, region) => {
      const { SigningCertURL: url, SignatureVersion, Signature } = unverifiedMessage;
      if (!isCertificateUrl(url, region))
        throw forged("The signing certificate is not one of Amazon SNS in the topic's region.");
      const key = await getKey(url);
      const signed = Buffer.from(textToSign(unverifiedMessage), "utf8");
      if (!verify(algorithms[SignatureVersion], signed, key, Buffer.from(Signature, "base64")))
        throw forged("The signature is not that of Amazon SNS.");
    },
  };
}

/**
 * Where it came from vouches for it: HTTPS from SNS's own host. SNS serves it without the certificates above it, so there
 * is no chain to follow here; its dates and the strength of its key are looked at.
 */
function parseCertificate(pem: string): SigningKey {
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(pem);
  } catch (cause) {
    throw forged("The signing certificate cannot be read.", cause);
  }
  const { publicKey: key, validFrom, validTo } = certificate;
  if (key.asymmetricKeyType !== "rsa" || (key.asymmetricKeyDetails?.modulusLength ?? 0) < minKeyBits)
    throw forged("The signing certificate has no RSA key of 2,048 bits or more.");
  return { key, fromMs: Date.parse(validFrom), untilMs: Date.parse(validTo) };
}
