// The server's half of SRP-6a as user pools speak it: RFC 5054 with Cognito's own key derivation.
// Facts: N is the 3072-bit group 15 of RFC 3526, g = 2; the label, the padding and the order of the hashed parts were
// read off the client's side (aws-amplify, authenticationHelper).
import { createDiffieHellmanGroup, createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";

const primeHex = createDiffieHellmanGroup("modp15").getPrime("hex");
const prime = BigInt(`0x${primeHex}`);
const generator = 2n;

const sha256Hex = (hex: string): string => createHash("sha256").update(Buffer.from(hex, "hex")).digest("hex");

/** Bytes of a non-negative number in two's complement: a leading zero byte where the first bit is set. */
function signedHex(value: bigint): string {
  const hex = value.toString(16);
  const even = hex.length % 2 === 0 ? hex : `0${hex}`;
  return /^[89a-f]/.test(even) ? `00${even}` : even;
}

const multiplier = BigInt(`0x${sha256Hex(`00${primeHex}02`)}`);

function powerModulo(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  let square = base % modulus;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}

/** What is kept of a password: nobody can sign in with it. Both in hex. */
export interface PasswordVerifier {
  salt: string;
  verifier: string;
}

interface Account {
  /** The pool's id without its region. */
  poolName: string;
  userId: string;
}

function privateKeyOf(account: Account, password: string, salt: string): bigint {
  const secret = createHash("sha256").update(`${account.poolName}${account.userId}:${password}`).digest("hex");
  return BigInt(`0x${sha256Hex(signedHex(BigInt(`0x${salt}`)) + secret)}`);
}

const verifierOf = (account: Account, password: string, salt: string): string =>
  powerModulo(generator, privateKeyOf(account, password, salt), prime).toString(16);

export function makeVerifier(account: Account, password: string): PasswordVerifier {
  const salt = randomBytes(16).toString("hex");
  return { salt, verifier: verifierOf(account, password, salt) };
}

export const isPassword = (account: Account, password: string, { salt, verifier }: PasswordVerifier): boolean =>
  verifierOf(account, password, salt) === verifier;

/** One sign-in that is under way. */
export interface Challenge {
  publicKeyHex: string;
  secretBlock: string;
  /** Whether the client proved that it knows the password. */
  accepts: (answer: { timestamp: string; signature: string }) => boolean;
}

/** @returns undefined for a client key that would make the secret guessable (RFC 5054, 2.5.4: A % N = 0) */
export function startChallenge(account: Account, kept: PasswordVerifier, clientKeyHex: string): Challenge | undefined {
  if (!/^[0-9a-f]+$/i.test(clientKeyHex)) return undefined;
  const clientKey = BigInt(`0x${clientKeyHex}`);
  if (clientKey % prime === 0n) return undefined;
  const verifier = BigInt(`0x${kept.verifier}`);
  const serverSecret = BigInt(`0x${randomBytes(32).toString("hex")}`);
  const serverKey = (multiplier * verifier + powerModulo(generator, serverSecret, prime)) % prime;
  const secretBlock = randomBytes(512).toString("base64");

  const sessionKey = (): Buffer => {
    const scrambler = BigInt(`0x${sha256Hex(signedHex(clientKey) + signedHex(serverKey))}`);
    const shared = powerModulo((clientKey * powerModulo(verifier, scrambler, prime)) % prime, serverSecret, prime);
    const extracted = createHmac("sha256", Buffer.from(signedHex(scrambler), "hex"))
      .update(Buffer.from(signedHex(shared), "hex"))
      .digest();
    return createHmac("sha256", extracted).update("Caldera Derived Key\x01").digest().subarray(0, 16);
  };

  return {
    publicKeyHex: serverKey.toString(16),
    secretBlock,
    accepts: ({ timestamp, signature }) => {
      const expected = createHmac("sha256", sessionKey())
        .update(account.poolName)
        .update(account.userId)
        .update(Buffer.from(secretBlock, "base64"))
        .update(timestamp)
        .digest();
      const given = Buffer.from(signature, "base64");
      return given.length === expected.length && timingSafeEqual(given, expected);
    },
  };
}
