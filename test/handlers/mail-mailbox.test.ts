// What a caller writes as an address, and what SES takes.
import { describe, expect, test } from "vitest";
import { parseMailbox } from "../../lambdas/mail/mailbox.ts";

describe("an address that SES takes", () => {
  test.each([
    ["ada@example.com", { address: "ada@example.com" }, "ada@example.com"],
    ["  Ada@Example.com ", { address: "Ada@Example.com" }, "ada@example.com"],
    ["Ada <ada@example.com>", { address: "ada@example.com", name: "Ada" }, "ada@example.com"],
    ['"Lovelace, Ada" <ada@example.com>', { address: "ada@example.com", name: "Lovelace, Ada" }, "ada@example.com"],
    ["Grüße <ada+tag@shop.example>", { address: "ada+tag@shop.example", name: "Grüße" }, "ada+tag@shop.example"],
    // RFC 3492's algorithm, as every resolver applies it: "bücher" is "xn--bcher-kva".
    ["ada@bücher.example", { address: "ada@xn--bcher-kva.example" }, "ada@xn--bcher-kva.example"],
    // The example domains of IANA's test of internationalized names.
    ["ada@例え.テスト", { address: "ada@xn--r8jz45g.xn--zckzah" }, "ada@xn--r8jz45g.xn--zckzah"],
    ["ada@пример.испытание", { address: "ada@xn--e1afmkfd.xn--80akhbyknj4f" }, "ada@xn--e1afmkfd.xn--80akhbyknj4f"],
    [
      "o'hara!#$%&*/=?^_`{|}~@example.com",
      { address: "o'hara!#$%&*/=?^_`{|}~@example.com" },
      "o'hara!#$%&*/=?^_`{|}~@example.com",
    ],
    [
      `${"a".repeat(64)}@${"b".repeat(63)}.example`,
      { address: `${"a".repeat(64)}@${"b".repeat(63)}.example` },
      `${"a".repeat(64)}@${"b".repeat(63)}.example`,
    ],
    ['"ada.king"@example.com', { address: "ada.king@example.com" }, "ada.king@example.com"],
    ['"ada,king"@example.com', { address: '"ada,king"@example.com' }, '"ada,king"@example.com'],
  ])("%j", (text, mailbox, normalized) => {
    expect(parseMailbox(text)).toEqual({ mailbox, normalized });
  });
});

describe("what is not one address", () => {
  test.each([
    ["nobody"],
    [""],
    ["@example.com"],
    ["ada@"],
    ["a@example.com, b@example.com"],
    ["Friends: a@example.com, b@example.com;"],
    ["ada@example.com <eve@example.com> <bob@example.com>"],
    ["ada@exa mple.com"],
    ["ada@example.com/path"],
    ["ada@example.com:25"],
    ["ada@example.com."],
    ["ada@.example.com"],
    ["ada@example..com"],
    ["ada@bücher.example."],
    // RFC 5321 section 4.1.2: a dot stands between two others.
    ['"ada king"@example.com'],
    ["ada..king@example.com"],
    [".ada@example.com"],
    ["ada.@example.com"],
    // RFC 5321 section 4.5.3.1.1 and RFC 1035 section 2.3.4: 64 and 63 are the most.
    [`${"a".repeat(65)}@example.com`],
    [`ada@${"a".repeat(64)}.example`],
    [`ada@${"a.".repeat(124)}example`],
    ["ada@-shop.example"],
    ["ada@shop-.example"],
    ["ada@localhost"],
    ["ada@192.0.2.1"],
  ])("%j", (text) => {
    expect(parseMailbox(text)).toEqual({ wrong: expect.any(String) as string });
  });
});

describe("a good address that SES does not mail, for it has no SMTPUTF8", () => {
  test.each([["jörg@example.com"], ["用户@example.com"], ["Иван <иван@example.com>"], ["🎉@bücher.example"]])(
    "%j is told from one that is wrong",
    (text) => {
      expect(parseMailbox(text)).toEqual({
        wrong: "has letters before the @ that are not ASCII: Amazon SES mails no such address, use another",
      });
    },
  );
});
