// The tokens of one user pool: RS256 JWTs, their public keys, and refresh tokens.
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  randomUUID,
  sign,
  verify,
} from "node:crypto";

export interface SigningKey {
  keyId: string;
  privateKeyPem: string;
}

export const makeSigningKey = (): SigningKey => ({
  keyId: randomUUID(),
  privateKeyPem: generateKeyPairSync("rsa", { modulusLength: 2048 })
    .privateKey.export({ type: "pkcs8", format: "pem" })
    .toString(),
});

/** As served at `/<pool id>/.well-known/jwks.json`. */
export const jwksOf = ({ keyId, privateKeyPem }: SigningKey) => ({
  keys: [{ ...createPublicKey(privateKeyPem).export({ format: "jwk" }), kid: keyId, use: "sig", alg: "RS256" }],
});

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

export function signJwt(key: SigningKey, claims: Record<string, unknown>): string {
  const content = `${encode({ kid: key.keyId, alg: "RS256" })}.${encode(claims)}`;
  const signature = sign("RSA-SHA256", Buffer.from(content), createPrivateKey(key.privateKeyPem));
  return `${content}.${signature.toString("base64url")}`;
}

/** The claims of a token that this key signed; undefined for any other text. */
export function verifiedClaims(key: SigningKey, token: string): Record<string, unknown> | undefined {
  const [header, claims, signature] = token.split(".");
  if (header === undefined || claims === undefined || signature === undefined) return undefined;
  const content = Buffer.from(`${header}.${claims}`);
  const isOurs = verify("RSA-SHA256", content, createPublicKey(key.privateKeyPem), Buffer.from(signature, "base64url"));
  return isOurs ? (JSON.parse(Buffer.from(claims, "base64url").toString()) as Record<string, unknown>) : undefined;
}

export const makeRefreshToken = (): string => randomBytes(64).toString("base64url");
