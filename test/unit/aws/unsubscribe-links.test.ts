// Unsubscribe links: what they carry, who can read or make one, and how long they work.
import { describe, expect, it } from "vitest";
import { createUnsubscribeKeys } from "../../../shared/aws/unsubscribe-keys.ts";
import { createUnsubscribeLinks, unsubscribeHeaders } from "../../../shared/aws/unsubscribe-links.ts";

const baseUrl = "https://api.shop.example";
const mail = {
  tenantId: "ten_0123456789abcdefghij",
  list: "product-news",
  sender: "shop.example",
  sentAt: "2026-11-23T08:00:00.000Z",
  baseUrl,
};
const address = "ada@people.example";

const first = "the first secret, of more than 32 characters";
const second = "the second secret, of more than 32 characters";

function linksWith(secret: Record<string, string>) {
  const reads = { many: 0, secret: JSON.stringify(secret), nowMs: 0 };
  const readSecret = async () => {
    reads.many += 1;
    return reads.secret;
  };
  const links = createUnsubscribeLinks(createUnsubscribeKeys({ readSecret, clock: () => reads.nowMs }));
  return { reads, ...links, linkTo: async (to = address, of = mail) => (await links.linksOf(of))(to) };
}

const tokenOf = (link: string): string => link.slice(`${baseUrl}/unsubscribe/`.length);

describe("a link", () => {
  it("opens to what it was made of, years later and with nothing stored", async () => {
    const { linkTo, open, reads } = linksWith({ "1": first });
    const link = await linkTo();
    reads.nowMs = Date.parse("2036-11-23T08:00:00.000Z");

    expect(link).toMatch(/^https:\/\/api\.shop\.example\/unsubscribe\/[\w-]+$/);
    const { baseUrl: _baseUrl, ...made } = mail;
    expect(await open(tokenOf(link))).toEqual({ ...made, address });
  });

  it("of no list by name has none", async () => {
    const { linksOf, open } = linksWith({ "1": first });
    const { list: _list, ...ofAll } = mail;

    const link = await (await linksOf(ofAll))(address);

    expect(await open(tokenOf(link))).not.toHaveProperty("list");
  });

  it("says nothing of the person, tenant or list, and is another one each time", async () => {
    const { linkTo } = linksWith({ "1": first });

    const [one, again] = [await linkTo(), await linkTo()];

    const readable = Buffer.from(tokenOf(one), "base64url").toString("latin1");
    for (const secret of ["ada", "people", "ten_", "product", "shop"]) expect(readable).not.toContain(secret);
    expect(one).not.toBe(again);
  });

  it("is as long for addresses of about the same length", async () => {
    const { linkTo } = linksWith({ "1": first });

    const lengths = await Promise.all(
      ["a@b.example", "somebody.longer@b.example"].map(async (to) => (await linkTo(to)).length),
    );

    expect(lengths[0]).toBe(lengths[1]);
  });

  it("fits into a header's line of 998 characters with the longest of everything", async () => {
    const { linkTo } = linksWith({ "1": first });

    const link = await linkTo(`${"a".repeat(64)}@${"d".repeat(255)}`, {
      ...mail,
      list: "l".repeat(64),
      sender: "s".repeat(255),
    });

    expect(`List-Unsubscribe: ${unsubscribeHeaders(link)["List-Unsubscribe"]}`.length).toBeLessThan(998);
  });

  it("opens nothing when any of it was changed, cut, or made up", async () => {
    const { linkTo, open } = linksWith({ "1": first });
    const token = tokenOf(await linkTo());
    const bytes = Buffer.from(token, "base64url");
    const changed = [...bytes.keys()].map((index) => {
      const other = Buffer.from(bytes);
      other[index]! ^= 1;
      return other.toString("base64url");
    });

    const opened = await Promise.all(
      [...changed, token.slice(0, -4), token.slice(4), `${token}AAAA`, "", "A", "%", "../x", "A".repeat(5000)].map(
        open,
      ),
    );

    expect(opened.filter(Boolean)).toEqual([]);
  });

  it("of another deployment opens nothing", async () => {
    const token = tokenOf(await linksWith({ "1": first }).linkTo());

    expect(await linksWith({ "1": second }).open(token)).toBeUndefined();
  });
});

describe("the keys", () => {
  it("change without breaking what was sent before", async () => {
    const before = tokenOf(await linksWith({ "1": first }).linkTo());
    const changed = linksWith({ "1": first, "2": second });
    const after = tokenOf(await changed.linkTo());

    expect(await changed.open(before)).toMatchObject({ address });
    expect(await changed.open(after)).toMatchObject({ address });
    expect(await linksWith({ "2": second }).open(after)).toMatchObject({ address });
    expect(await linksWith({ "2": second }).open(before)).toBeUndefined();
  });

  it("are read again for a link of a newer one, and for made-up ones once a minute at most", async () => {
    const opening = linksWith({ "1": first });
    const newer = tokenOf(await linksWith({ "1": first, "2": second }).linkTo());
    const madeUp = Buffer.from([9, ...Array.from({ length: 60 }, () => 7)]).toString("base64url");

    const tooEarly = await opening.open(newer);
    opening.reads.secret = JSON.stringify({ "1": first, "2": second });
    opening.reads.nowMs += 61_000;
    const found = await opening.open(newer);
    for (let tries = 0; tries < 20; tries++) await opening.open(madeUp);

    expect(tooEarly).toBeUndefined();
    expect(found).toMatchObject({ address });
    expect(opening.reads.many).toBe(2);
  });

  it("are asked for once by links that are made side by side, and again after a failure", async () => {
    let reads = 0;
    const readSecret = async () => {
      reads += 1;
      if (reads === 1) throw new Error("busy");
      return JSON.stringify({ "1": first });
    };
    const { linksOf } = createUnsubscribeLinks(createUnsubscribeKeys({ readSecret, clock: () => 0 }));

    const failed = await Promise.allSettled([linksOf(mail), linksOf(mail)]);
    const made = await Promise.allSettled([linksOf(mail), linksOf(mail)]);

    expect(failed).toMatchObject([{ reason: { code: "unavailable" } }, { reason: { code: "unavailable" } }]);
    expect(made.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled"]);
    expect(reads).toBe(2);
  });

  it.each([
    "",
    "a plain secret",
    "{}",
    '{"0":"x"}',
    '{"256":"a secret of more than 32 characters, here"}',
    '{"1":"short"}',
  ])("are refused as %j, without showing the secret", async (secret) => {
    const { linksOf } = createUnsubscribeLinks(
      createUnsubscribeKeys({ readSecret: async () => secret, clock: () => 0 }),
    );

    await expect(linksOf(mail)).rejects.toThrow(/^The secret of unsubscribe links is not/);
  });
});
