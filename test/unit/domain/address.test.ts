import { describe, expect, test } from "vitest";
import { normalizeAddress } from "../../../shared/domain/address.ts";

describe("an address is reduced to its mailbox", () => {
  test.each([
    ["ada@example.com", "ada@example.com"],
    ["  Ada@Example.COM ", "ada@example.com"],
    ["John <A@Example.COM>", "a@example.com"],
    ["<ada@example.com>", "ada@example.com"],
    ['"Lovelace, Ada" <ada@example.com>', "ada@example.com"],
    ['"mallory@evil.example" <ada@example.com>', "ada@example.com"],
    ['"\\"Ada [via shop]\\"" <ada@example.com>', "ada@example.com"],
    ["=?utf-8?b?QWRh?= <ada@example.com>", "ada@example.com"],
    ["ada@example.com (Ada)", "ada@example.com"],
    ["ada+news@example.com", "ada+news@example.com"],
    ["o'neil!#$%&*/=?^_`{|}~@example.com", "o'neil!#$%&*/=?^_`{|}~@example.com"],
    ['"ada lovelace"@example.com', '"ada lovelace"@example.com'],
    // One mailbox, with and without quotes (RFC 5321 section 4.1.2).
    ['"Ada"@example.com', "ada@example.com"],
    ['Ada <"a\\da.l"@example.com>', "ada.l@example.com"],
    ['"ada\\ lovelace"@example.com', '"ada lovelace"@example.com'],
    ['"ada.."@example.com', '"ada.."@example.com'],
    // The whole name of a domain has a dot at its end (RFC 1034 section 3.1).
    ["ada@example.com.", "ada@example.com"],
    // The forms of RFC 3492 and of IANA's test of internationalized names.
    ["ada@Bücher.example", "ada@xn--bcher-kva.example"],
    ["ada@xn--bcher-kva.example", "ada@xn--bcher-kva.example"],
    ["Ада@Пример.Испытание", "ада@xn--e1afmkfd.xn--80akhbyknj4f"],
    ["ada@example。com", "ada@example.com"],
    ["ops@localhost", "ops@localhost"],
  ])("%s", (text, mailbox) => {
    expect(normalizeAddress(text)).toBe(mailbox);
  });
});

describe("no address is made of", () => {
  test.each([
    [""],
    ["ada"],
    ["@example.com"],
    ["ada@"],
    ["<recipient-email-address>"],
    ["ada@example.com, bob@example.com"],
    ["friends: ada@example.com, bob@example.com;"],
    ["ada@bob@example.com"],
    ["ada@exam\u0000ple.com"],
    ["message:0100019ab0000001"],
    [`${"a".repeat(320)}@example.com`],
    [`${"<".repeat(2000)}ada@example.com`],
  ])("%j", (text) => {
    expect(normalizeAddress(text)).toBeUndefined();
  });
});
