// Our way of writing a tree of MIME parts against nodemailer's own, through its streams: byte for byte.
import MailComposer from "nodemailer/lib/mail-composer";
import { expect, test } from "vitest";
import { mimeBytes } from "../../../shared/aws/mime-bytes.ts";

const base = {
  from: "hello@shop.example",
  subject: "Grüße ✓",
  messageId: "<1@shop.example>",
  date: "Mon, 23 Nov 2026 08:00:00 +0000",
  baseBoundary: "boundary",
};

/** Bytes that look like none of a text, the same each time. */
const noise = (size: number): Buffer =>
  Buffer.from(Array.from({ length: size }, (_, index) => (index * 167 + 13) % 256));

const mails: [string, object][] = [
  ["plain ASCII", { text: "Hello\r\nYou\r\n" }],
  ["text without a last line break", { text: "Hello" }],
  ["letters of many scripts", { text: "Schöne Grüße 日本 🎉\r\n".repeat(50), html: "<p>日本</p>".repeat(300) }],
  ["long lines", { text: "x".repeat(5000), html: `<p>${"word ".repeat(4000)}</p>` }],
  ["spaces at the ends of lines, tabs and equals signs", { text: "a \r\nb\t\r\nc=3D\r\né= \r\n".repeat(20) }],
  ["dots and From at the beginnings of lines", { text: ".\r\n..\r\nFrom é\r\n" }],
  ["nothing in it", { text: "" }],
  [
    "attachments and an inline image",
    {
      text: "ü",
      html: '<img src="cid:logo">',
      attachments: [
        { filename: "logo.png", content: noise(1000), cid: "logo", contentDisposition: "inline" },
        { filename: "請求書.pdf", content: noise(200_000) },
        { filename: "one-line.bin", content: noise(57) },
        { filename: "empty.csv", content: "" },
        { filename: "text.txt", content: Buffer.from("é\n"), contentType: "text/plain; charset=utf-8" },
      ],
    },
  ],
];

test.each(mails)("a mail with %s is written as nodemailer writes it", async (_, mail) => {
  const expected = await new MailComposer({ ...base, ...mail }).compile().build();

  const written = mimeBytes(new MailComposer({ ...base, ...mail }).compile());

  expect(written.toString("latin1")).toBe(expected.toString("latin1"));
});

test("a part that is to be read from elsewhere is refused", () => {
  const composer = new MailComposer({ ...base, attachments: [{ path: "/etc/hostname" }] });

  expect(() => mimeBytes(composer.compile())).toThrow("neither text nor bytes");
});
