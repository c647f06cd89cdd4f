// The MIME of a mail, read back by two parsers that share nothing with its composer: postal-mime and Python's email.
import PostalMime, { decodeWords } from "postal-mime";
import { describe, expect, test } from "vitest";
import { composeMime, type Mailbox, type MimeContent } from "../../../shared/aws/mime.ts";
import { hasPython, readWithPython } from "../../support/python-mail.ts";

const base64 = (text: string): string => Buffer.from(text).toString("base64");

/** A red pixel (PNG specification, the smallest file). */
const png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==";

interface Asked extends MimeContent {
  to: Mailbox[];
  cc?: Mailbox[];
}

const mail: Asked = {
  from: { address: "hello@shop.example", name: "Müller & Söhne" },
  to: [{ address: "ada@example.com", name: 'Ada "Countess" Lovelace' }],
  subject: "Grüße ✓",
  text: "Schöne Grüße\n.\n日本",
  html: "<p>Schöne Grüße, 日本</p>",
};

const composed = async (changes: Partial<Asked> = {}): Promise<Uint8Array> => {
  const { to, cc, ...content } = { ...mail, ...changes };
  const { addressedTo } = await composeMime(content);
  return addressedTo({ to, ...(cc ? { cc } : {}) });
};

const mails: [string, Partial<Asked>][] = [
  ["letters of other scripts", {}],
  ["plain ASCII", { from: { address: "a@shop.example" }, subject: "Hello", text: "Hi", html: "<p>Hi</p>" }],
  ["text alone", { html: undefined }],
  ["HTML alone", { text: "" }],
  [
    "a subject that looks encoded",
    { subject: `=?utf-8?q?Pay=20now?= is no =?word ${"=?utf-8?b?8J+OiQ==?= ".repeat(5)}` },
  ],
  ["an emoji subject longer than a line", { subject: `🎉🎊 ${"Família 👨‍👩‍👧‍👦 e 🧑🏽‍🚀 ".repeat(20)}end` }],
  [
    "names that need quotes, words and folding",
    {
      to: Array.from({ length: 12 }, (_, index) => ({
        address: `person${index}@example.com`,
        name: `Jürgen, der ${index}. (von "Übermaß") 日本語 ${"x".repeat(40)}`,
      })),
      cc: [{ address: "eve@example.com", name: "Eve; <root>" }, { address: "bob@xn--bcher-kva.example" }],
    },
  ],
  ["lines longer than SMTP takes", { text: `${"word ".repeat(3000)}end`, html: `<p>${"x".repeat(5000)}</p>` }],
  ["lines that begin with dots and From", { text: ".\n..\nFrom here\n", html: "<p>.\n.\nFrom</p>" }],
  [
    "an inline image and attachments",
    {
      html: '<p>Grüße <img src="cid:logo@shop"></p>',
      attachments: [
        { name: "logo.png", content: png, contentId: "logo@shop" },
        { name: "Rechnung Nr. 7 – Müller.pdf", content: base64("%PDF-1.7\n…"), type: "application/pdf" },
        { name: "請求書.txt", content: base64("Grüße\n"), type: "text/plain; charset=utf-8" },
        { name: 'a "quoted"; name.bin', content: base64("\u0000\u0001"), type: "application/octet-stream" },
        { name: "empty.csv", content: "" },
      ],
    },
  ],
  [
    "an attachment and no text at all",
    { html: undefined, text: "", attachments: [{ name: "a.csv", content: base64("1,2\n") }] },
  ],
  [
    "headers of the sender's own",
    {
      replyTo: [{ address: "support@shop.example", name: "Suppört" }, { address: "sales@shop.example" }],
      headers: {
        "X-Order": "Nr. 7 – ✓",
        "List-Unsubscribe": `<https://shop.example/u/${"t".repeat(300)}>, <mailto:u@shop.example>`,
        "In-Reply-To": "<1@shop.example>",
        References: "<1@shop.example> <2@shop.example>",
      },
    },
  ],
];

const oneNewline = (text = ""): string => text.replaceAll("\r\n", "\n").trimEnd();
const nameOf = ({ name = "", address }: { name?: string; address?: string | undefined }) => ({ name, address });
const withoutSpaces = (value = ""): string => value.replaceAll(/\s+/g, "");

describe.each(mails)("a mail with %s", (_, changes) => {
  const asked: Asked = { ...mail, ...changes };

  test("is what was asked for, as postal-mime reads it", async () => {
    const email = await PostalMime.parse(await composed(changes));

    expect(nameOf(email.from ?? {})).toEqual(nameOf(asked.from));
    expect(email.to?.map(nameOf)).toEqual(asked.to.map(nameOf));
    expect(email.cc?.map(nameOf) ?? []).toEqual((asked.cc ?? []).map(nameOf));
    expect(email.subject).toBe(asked.subject);
    expect(oneNewline(email.text)).toBe(asked.text === "" ? "" : oneNewline(asked.text));
    expect(oneNewline(email.html)).toBe(oneNewline(asked.html));
    expect(email.replyTo?.map(nameOf) ?? []).toEqual((asked.replyTo ?? []).map(nameOf));
    for (const [name, value] of Object.entries(asked.headers ?? {}))
      expect(withoutSpaces(decodeWords(email.headers.find(({ key }) => key === name.toLowerCase())?.value ?? ""))).toBe(
        withoutSpaces(value),
      );
    expect(
      email.attachments.map(({ filename, content, contentId, disposition }) => ({
        name: filename,
        content: Buffer.from(content as ArrayBuffer).toString("base64"),
        contentId,
        disposition,
      })),
    ).toEqual(
      (asked.attachments ?? []).map(({ name, content, contentId }) => ({
        name,
        content,
        contentId: contentId && `<${contentId}>`,
        disposition: contentId ? "inline" : "attachment",
      })),
    );
  });

  test.skipIf(!hasPython)("is what was asked for, as Python's email reads it (skipped without python3)", async () => {
    const email = readWithPython(await composed(changes));

    // The composer repeats file names in a form for old programs, which RFC 2047 section 5 does not know.
    expect(email.defects.filter((defect) => !/^Content-Type: .*encoded.word/.test(defect))).toEqual([]);
    expect(email.from).toEqual([nameOf(asked.from)]);
    expect(email.to).toEqual(asked.to.map(nameOf));
    expect(email.cc).toEqual((asked.cc ?? []).map(nameOf));
    const valueOf = (name: string) => email.headers.find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
    expect(valueOf("Subject")).toBe(asked.subject);
    for (const [name, value] of Object.entries(asked.headers ?? {}))
      expect(withoutSpaces(valueOf(name))).toBe(withoutSpaces(value));
    const attached = email.parts.filter(({ disposition }) => disposition !== null);
    const bodies = email.parts.filter(({ disposition }) => disposition === null);
    const bodyOf = (type: string) => oneNewline(bodies.find((part) => part.type === type)?.content);
    expect(bodyOf("text/html")).toBe(oneNewline(asked.html));
    expect(bodyOf("text/plain")).toBe(oneNewline(asked.text));
    expect(
      attached.map(({ name, content, contentId, disposition, type }) => ({
        name,
        content: type.startsWith("text/") ? base64(content) : content,
        contentId: contentId ?? undefined,
        disposition,
      })),
    ).toEqual(
      (asked.attachments ?? []).map(({ name, content, contentId }) => ({
        name,
        content,
        contentId: contentId && `<${contentId}>`,
        disposition: contentId ? "inline" : "attachment",
      })),
    );
  });

  test("is ASCII in lines that SMTP takes (RFC 5321 section 4.5.3.1.6), with each field once", async () => {
    const raw = new TextDecoder().decode(await composed(changes));

    expect(raw).toMatch(/^[\t\n\r -~]*$/);
    for (const line of raw.split("\r\n")) expect(line.length).toBeLessThanOrEqual(998);
    expect(raw.replaceAll("\r\n", "")).not.toMatch(/[\r\n]/);
    const [head = ""] = raw.split("\r\n\r\n");
    const names = head.split(/\r\n(?![ \t])/).map((field) => field.split(":")[0]?.toLowerCase());
    expect(names).toHaveLength(new Set(names).size);
  });
});

test("a mail has the parts that it was given, text first", async () => {
  const rawOf = async (changes: Partial<Asked>) => new TextDecoder().decode(await composed(changes));

  const both = await rawOf({});
  const image = await rawOf({ attachments: [{ name: "a.png", content: png, contentId: "a" }] });
  const file = await rawOf({ attachments: [{ name: "a.pdf", content: png }] });

  expect(both).toMatch(/multipart\/alternative[^]*text\/plain[^]*text\/html/);
  expect(image).toMatch(/multipart\/alternative[^]*text\/plain[^]*multipart\/related[^]*text\/html[^]*image\/png/);
  expect(file).toMatch(/multipart\/mixed[^]*multipart\/alternative[^]*application\/pdf/);
});

test("nothing that is given as text becomes a header or another recipient", async () => {
  const raw = await composed({
    subject: "Hello\r\nBcc: eve@example.com",
    to: [{ address: "ada@example.com", name: "Ada\r\nCc: eve@example.com" }],
    headers: { "X-Order": "7\r\nBcc: eve@example.com" },
    attachments: [
      { name: 'a.txt"\r\nBcc: eve@example.com', content: base64("a"), contentId: "a>\r\nBcc: eve@example.com" },
    ],
  });

  const email = await PostalMime.parse(raw);

  expect(email.to).toHaveLength(1);
  expect(email.cc ?? []).toEqual([]);
  expect(email.bcc ?? []).toEqual([]);
  expect(new TextDecoder().decode(raw)).not.toMatch(/^(Bcc|Cc):/m);
});

test("one mail is composed once for all that receive one of their own", async () => {
  const { addressedTo, sizeBytes } = await composeMime(mail);

  const [ada, eve] = await Promise.all(
    ["ada", "eve"].map((name) => PostalMime.parse(addressedTo({ to: [{ address: `${name}@example.com` }] }))),
  );

  expect(ada?.to).toMatchObject([{ address: "ada@example.com" }]);
  expect(eve?.to).toMatchObject([{ address: "eve@example.com" }]);
  expect(ada?.html).toBe(eve?.html);
  expect(addressedTo({ to: [] }).length).toBe(sizeBytes);
});
