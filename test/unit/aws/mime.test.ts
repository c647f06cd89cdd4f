// The MIME of a mail, read back by another library.
import PostalMime from "postal-mime";
import { expect, test } from "vitest";
import { composeMime, type MimeMail } from "../../../shared/aws/mime.ts";

const mail: MimeMail = {
  from: { address: "hello@shop.example", name: "Müller & Söhne" },
  to: { address: "ada@example.com", name: 'Ada "Countess" Lovelace' },
  subject: "Grüße ✓",
  text: "Schöne Grüße\n.\n日本",
  html: "<p>Schöne Grüße, 日本</p>",
};

const composed = async (parts: Partial<MimeMail> = {}) => {
  const raw = await composeMime({ ...mail, ...parts });
  return { raw: new TextDecoder().decode(raw), email: await PostalMime.parse(raw) };
};

test("letters of any script survive in headers and bodies", async () => {
  const { email, raw } = await composed();

  expect(email).toMatchObject({ from: mail.from, to: [mail.to], subject: "Grüße ✓" });
  expect(email.text?.trimEnd()).toBe(mail.text);
  expect(email.html?.trimEnd()).toBe(mail.html);
  expect(raw).toMatch(/^[\t\n\r -~]*$/);
  for (const line of raw.split("\r\n")) expect(line.length).toBeLessThanOrEqual(998);
});

test("a mail has the parts that it was given, text first", async () => {
  const both = await composed();
  const textOnly = await composed({ html: undefined });
  const htmlOnly = await composed({ text: undefined });

  expect(both.raw).toMatch(/multipart\/alternative[^]*text\/plain[^]*text\/html/);
  expect(textOnly.email.html).toBeUndefined();
  expect(textOnly.raw).toContain("Content-Type: text/plain");
  expect(htmlOnly.email.text ?? "").not.toContain("日本\n");
  expect(htmlOnly.raw).not.toContain("multipart");
});

test("Reply-To takes several mailboxes", async () => {
  const replyTo = [{ address: "support@shop.example", name: "Support" }, { address: "sales@shop.example" }];

  const { email } = await composed({ replyTo });

  expect(email.replyTo).toEqual([replyTo[0], { address: "sales@shop.example", name: "" }]);
});

test("nothing that is given as text becomes a header or another recipient", async () => {
  const { email, raw } = await composed({
    subject: "Hello\r\nBcc: eve@example.com",
    to: { address: "ada@example.com", name: "Ada\r\nCc: eve@example.com" },
  });

  expect(email.to).toHaveLength(1);
  expect(email.cc ?? []).toEqual([]);
  expect(email.bcc ?? []).toEqual([]);
  expect(raw).not.toMatch(/^(Bcc|Cc):/m);
});
