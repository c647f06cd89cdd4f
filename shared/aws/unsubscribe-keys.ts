// The keys of unsubscribe links. The secret is a JSON object, `{"1":"…","2":"…"}`: the highest number seals new links, every
// one opens those that it sealed. So keys change without breaking a link, as long as none is taken out.
import * as v from "valibot";
import { AppError } from "../contract/error.ts";
import { createSeal, type Seal } from "./seal.ts";

export interface NumberedSeal {
  /** 1 to 255: it goes into one byte. */
  number: number;
  seal: Seal;
}

export interface UnsubscribeKeys {
  /** @throws AppError `unavailable`, as does `findKey` */
  getNewestKey: () => Promise<NumberedSeal>;
  /** Undefined where the secret has no such key. */
  findKey: (number: number) => Promise<NumberedSeal | undefined>;
}

const keyNumber = v.pipe(v.string(), v.regex(/^(?:[1-9]|[1-9]\d|1\d\d|2[0-4]\d|25[0-5])$/));
const secretText = v.pipe(
  v.string(),
  v.parseJson(),
  v.record(keyNumber, v.pipe(v.string(), v.minLength(32))),
  v.check((keys) => Object.keys(keys).length > 0),
);

/** A key that another process seals with may be newer than what this one has read: it looks again, so often at most. */
const lookAgainMs = 60_000;

/** @param readSecret the secret's text as it is now */
export function createUnsubscribeKeys({
  readSecret,
  clock,
}: {
  readSecret: () => Promise<string>;
  clock: () => number;
}): UnsubscribeKeys {
  let known: Promise<Map<number, NumberedSeal>> | undefined;
  let readAtMs = 0;

  const read = (): Promise<Map<number, NumberedSeal>> => {
    readAtMs = clock();
    const reading = readKeys(readSecret).catch((error: unknown) => {
      if (known === reading) known = undefined;
      throw error;
    });
    known = reading;
    return reading;
  };

  return {
    getNewestKey: async () => {
      const keys = await (known ?? read());
      return keys.get(Math.max(...keys.keys()))!;
    },
    findKey: async (number) => {
      const key = (await (known ?? read())).get(number);
      return key || clock() - readAtMs < lookAgainMs ? key : (await read()).get(number);
    },
  };
}

async function readKeys(readSecret: () => Promise<string>): Promise<Map<number, NumberedSeal>> {
  let text: string;
  try {
    text = await readSecret();
  } catch (cause) {
    throw new AppError("unavailable", "The key of unsubscribe links cannot be read: try again in a moment.", { cause });
  }
  const parsed = v.safeParse(secretText, text);
  // Not with the cause: it would show the secret.
  if (!parsed.success) throw new Error('The secret of unsubscribe links is not a JSON object like {"1":"…"}.');
  const seals = Object.entries(parsed.output).map(async ([name, secret]): Promise<[number, NumberedSeal]> => {
    const number = Number(name);
    return [number, { number, seal: await createSeal(secret, "unsubscribe link") }];
  });
  return new Map(await Promise.all(seals));
}
