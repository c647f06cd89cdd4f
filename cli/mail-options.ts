// The command line of `npm run mail`: what may be given, and the mail that it asks for.
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { parseArgs } from "node:util";

export const usage = `usage: npm run -s mail -- --to ADDRESS --subject TEXT (--text TEXT | --html HTML | --file PATH) [options]

  --to, --cc, --bcc  an address; may be given several times. Each recipient of --to alone gets a mail of their own
  --from             default: on a laptop hello@shop.example
  --text, --html     the content; --file reads it from a file: .html and .htm as HTML, others as text
  --reply-to         an address; may be given several times
  --attach PATH      a file; may be given several times
  --tag NAME=VALUE   may be given several times
  --at TIME          send it then: 2026-11-24T08:00:00+01:00, at least a minute and at most 30 days ahead
  --connection ID    the connection to send through
  --idempotency-key  the same key sends the same mail once in 24 hours
  --api-url, --key   where the API is, and an API key (default: SESAMI_API_URL and SESAMI_API_KEY, else the laptop's demo)
  --folder PATH      the laptop's folder, as given to npm start (default: .sesami)
  --json             print the answer as it is

Exit code: 0 everybody was sent to, or is scheduled, 1 somebody was not, 2 the command is wrong, 3 the API could not be asked.`;

/** The command is wrong. */
export class UsageError extends Error {}

/** A sender that SES on the laptop has verified. */
const demoSender = "hello@shop.example";

const text = { type: "string" } as const;
const texts = { type: "string", multiple: true } as const;
const optionSpecs = {
  to: texts,
  cc: texts,
  bcc: texts,
  from: text,
  subject: text,
  text,
  html: text,
  file: text,
  "reply-to": texts,
  attach: texts,
  tag: texts,
  at: text,
  connection: text,
  "idempotency-key": text,
  "api-url": text,
  key: text,
  folder: text,
  json: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

export type Options = ReturnType<typeof parseOptions>;

/** @throws UsageError */
export function parseOptions(args: string[]) {
  try {
    return parseArgs({ args, options: optionSpecs }).values;
  } catch (error) {
    if (!(error as NodeJS.ErrnoException).code?.startsWith("ERR_PARSE_ARGS")) throw error;
    throw new UsageError((error as Error).message, { cause: error });
  }
}

function read(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new UsageError(`${path} cannot be read (${(error as NodeJS.ErrnoException).code})`, { cause: error });
  }
}

function contentOf({ text: plain, html, file }: Options): { text?: string; html?: string } {
  const given = { ...(plain === undefined ? {} : { text: plain }), ...(html === undefined ? {} : { html }) };
  if (file === undefined) return given;
  const kind = /\.html?$/i.test(file) ? "html" : "text";
  if (kind in given) throw new UsageError(`--file ${file} is the ${kind}, which --${kind} gives, too`);
  return { ...given, [kind]: read(file).toString("utf8") };
}

function parseTag(tag: string): [name: string, value: string] {
  const at = tag.indexOf("=");
  if (at < 1) throw new UsageError(`--tag ${tag} is not NAME=VALUE`);
  return [tag.slice(0, at), tag.slice(at + 1)];
}

/**
 * The body of POST /mail.
 * @param isDemo it goes to a laptop
 * @throws UsageError
 */
export function mailOf(options: Options, isDemo: boolean): object {
  const { to = [], cc, bcc, from = isDemo ? demoSender : undefined, subject, attach, tag, at, connection } = options;
  if (to.length === 0) throw new UsageError("--to is missing");
  if (from === undefined) throw new UsageError("--from is missing");
  if (subject === undefined) throw new UsageError("--subject is missing");
  const content = contentOf(options);
  if (Object.keys(content).length === 0) throw new UsageError("--text, --html or --file is missing");
  return {
    from,
    to,
    ...(cc ? { cc } : {}),
    ...(bcc ? { bcc } : {}),
    ...(options["reply-to"] ? { replyTo: options["reply-to"] } : {}),
    subject,
    ...content,
    ...(attach
      ? { attachments: attach.map((path) => ({ name: basename(path), content: read(path).toString("base64") })) }
      : {}),
    ...(tag ? { tags: Object.fromEntries(tag.map(parseTag)) } : {}),
    ...(at === undefined ? {} : { scheduledAt: at }),
    ...(connection === undefined ? {} : { connection }),
  };
}
