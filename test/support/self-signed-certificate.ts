// Self-signed X.509 certificates for tests, made of DER by hand: Node reads certificates and writes none.
// The form: RFC 5280, section 4.1.
import { sign, type KeyPairKeyObjectResult } from "node:crypto";

const der = (tag: number, ...content: Uint8Array[]): Buffer => {
  const body = Buffer.concat(content);
  const length =
    body.length < 0x80 ? Buffer.from([body.length]) : Buffer.from([0x82, body.length >> 8, body.length & 0xff]);
  return Buffer.concat([Buffer.from([tag]), length, body]);
};

const sequence = (...content: Uint8Array[]) => der(0x30, ...content);
const objectIdentifier = (...bytes: number[]) => der(0x06, Buffer.from(bytes));

/** sha256WithRSAEncryption, 1.2.840.113549.1.1.11 */
const algorithm = sequence(objectIdentifier(0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b), der(0x05));
/** id-at-commonName, 2.5.4.3 */
const commonName = objectIdentifier(0x55, 0x04, 0x03);

const nameOf = (name: string) => sequence(der(0x31, sequence(commonName, der(0x0c, Buffer.from(name)))));

/** GeneralizedTime: `20261123080000Z` */
const timeOf = (iso: string) => der(0x18, Buffer.from(`${iso.replaceAll(/[-:T]|\.\d+|Z/g, "")}Z`));

export interface CertificateParts {
  /** ISO 8601 UTC. */
  validFrom?: string;
  validTo?: string;
}

/** The certificate of a key pair as PEM; valid through 2026 unless told otherwise. */
export function selfSignedCertificate(
  { publicKey, privateKey }: KeyPairKeyObjectResult,
  { validFrom = "2026-01-01T00:00:00Z", validTo = "2026-12-31T23:59:59Z" }: CertificateParts = {},
): string {
  const name = nameOf("sns.test.example");
  const content = sequence(
    der(0x02, Buffer.from([1])),
    algorithm,
    name,
    sequence(timeOf(validFrom), timeOf(validTo)),
    name,
    publicKey.export({ type: "spki", format: "der" }),
  );
  const signature = sign("RSA-SHA256", content, privateKey);
  const certificate = sequence(content, algorithm, der(0x03, Buffer.from([0]), signature));
  const lines = certificate.toString("base64").replaceAll(/.{64}/g, "$&\n").trimEnd();
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
}
