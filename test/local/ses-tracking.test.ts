// Opens and clicks: which links are tracked, what the HTML becomes, and what a visit publishes.
import { request } from "node:http";
import { SendRawEmailCommand } from "@aws-sdk/client-ses";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { trackHtml } from "../../local/ses/tracked-html.ts";
import { rawMail, startSesLaptop, type SesLaptop } from "./ses-laptop.ts";

const track = (html: string) => trackHtml(html, { clickUrl: (index) => `https://t.example/c/${index}?a=1&b=2` });
const linksOf = (html: string) => track(html).links.map(({ link }) => link);

describe("links are found as a browser finds them", () => {
  it.each([
    ["double quotes", '<a href="https://shop.example/a">', ["https://shop.example/a"]],
    ["single quotes", "<a href='https://shop.example/a'>", ["https://shop.example/a"]],
    ["no quotes", "<A class=x HREF=https://shop.example/a>", ["https://shop.example/a"]],
    [
      "spaces round the equals sign and the address",
      '<a href = " https://shop.example/a\n">',
      ["https://shop.example/a"],
    ],
    [
      "a greater-than sign in another attribute",
      '<a title="a>b" href="https://shop.example/a">',
      ["https://shop.example/a"],
    ],
    [
      "character references",
      '<a href="https://shop.example/?a=1&amp;b=2&#38;c=&#x33;&quest;">',
      ["https://shop.example/?a=1&b=2&c=3?"],
    ],
    [
      "a bare ampersand before a name",
      '<a href="https://shop.example/?a=1&copy=2">',
      ["https://shop.example/?a=1&copy=2"],
    ],
    [
      "the first of two addresses",
      '<a href="https://shop.example/a" href="https://evil.example">',
      ["https://shop.example/a"],
    ],
    [
      "comments hold none",
      '<!-- <a href="https://shop.example/a"> --><a href="https://shop.example/b">',
      ["https://shop.example/b"],
    ],
    ["styles hold none", '<style>/* <a href="https://shop.example/a"> */</style>', []],
    [
      "titles and text areas hold none",
      '<title><a href="https://shop.example/a"></title><textarea><a href="https://shop.example/b"></TEXTAREA >',
      [],
    ],
    ["a tag that never ends is none", '<a href="https://shop.example/a"', []],
    ["other schemes", '<a href="mailto:a@shop.example"><a href="javascript:alert(1)"><a href="#top"><a>', []],
    ["links that are not encoded", '<a href="https://shop.example/a b"><a href="https://shop.example/ä">', []],
    ["references that we do not know", '<a href="https://shop.example/&eacute;">', []],
  ])("%s", (_, html, links) => {
    const found = linksOf(html);

    expect(found).toEqual(links);
  });
});

describe("the HTML that arrives", () => {
  it("has tracked addresses in the place of its own, and nothing else changed", () => {
    const html =
      '<p title="x">a < b</p><a class=k href=https://shop.example/a>A</a><!-- <a href="https://c.example"> -->';

    const tracked = track(html);

    expect(tracked.html).toBe(
      '<p title="x">a < b</p><a class=k href="https://t.example/c/0?a=1&amp;b=2">A</a><!-- <a href="https://c.example"> -->',
    );
  });

  it("loses SES's own attributes, and keeps links that ask not to be tracked", () => {
    const html =
      '<a ses:no-track href="https://shop.example/a">A</a>' +
      '<a ses:tags="part:top;kind:offer;bad tag:x" href="https://shop.example/b">B</a>';

    const tracked = track(html);

    expect(tracked.html).toBe(
      '<a  href="https://shop.example/a">A</a><a  href="https://t.example/c/0?a=1&amp;b=2">B</a>',
    );
    expect(tracked.links).toEqual([
      { link: "https://shop.example/a", tags: null },
      { link: "https://shop.example/b", tags: { part: ["top"], kind: ["offer"] }, index: 0 },
    ]);
  });

  it("tracks 250 links and no more", () => {
    const { links } = track('<a href="https://shop.example/">x</a>'.repeat(251));

    expect(links.filter(({ index }) => index !== undefined)).toHaveLength(250);
    expect(links.at(-1)).toEqual({ link: "https://shop.example/", tags: null });
  });

  it.each([
    ["before the end of the body", "<body>a</body></html>", "<body>a[pixel]</body></html>"],
    ["at the end where there is no body", "<p>a</p>", "<p>a</p>[pixel]"],
    [
      "not before the end of a body in a comment",
      "<body>a</body><!-- </body> -->",
      "<body>a[pixel]</body><!-- </body> -->",
    ],
    ["where its placeholder stands", "<body>{{ses:openTracker}}a</body>", "<body>[pixel]a</body>"],
  ])("has the pixel %s", (_, html, expected) => {
    const tracked = trackHtml(html, { pixelUrl: "https://t.example/o.gif" }).html;

    expect(tracked.replace(/<img [^>]*src="https:\/\/t\.example\/o\.gif"[^>]*>/, "[pixel]")).toBe(expected);
  });

  it("has one placeholder for the pixel at most", () => {
    expect(() => trackHtml("{{ses:openTracker}}{{ses:openTracker}}", {})).toThrow("placeholder");
  });
});

describe("over HTTP", () => {
  let laptop: SesLaptop;
  beforeEach(async () => {
    laptop = await startSesLaptop();
  });
  afterEach(() => laptop.close());

  interface Letter {
    html: string;
    links: { link: string; url: string }[];
    openPixelUrl: string;
  }

  const html =
    '<body><a ses:tags="part:top;" href="https://shop.example/?a=1&amp;b=2">A</a> <a href="https://shop.example/b">B</a></body>';
  const arrive = async (Destinations = ["ada@example.com"]): Promise<Letter> => {
    const RawMessage = { Data: rawMail({ html }) };
    await laptop.v1.send(new SendRawEmailCommand({ RawMessage, Destinations, ConfigurationSetName: "sesami" }));
    await laptop.ses.drain();
    const reply = await fetch(`${laptop.url}/inbox/api/messages?to=${Destinations[0]}`);
    const { messages } = (await reply.json()) as { messages: Letter[] };
    laptop.events.length = 0;
    return messages[0] as Letter;
  };
  const visit = (url: string, init: RequestInit = {}) => fetch(url, { redirect: "manual", ...init });

  it("an open of the pixel is an Open event with agent and address of the request", async () => {
    const { html: arrived, openPixelUrl } = await arrive();
    laptop.advance(90_000);

    const reply = await visit(openPixelUrl, {
      headers: { "user-agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0" },
    });
    await visit(openPixelUrl, { headers: { "user-agent": "ExampleBot/1.0" } });

    expect(arrived).toContain(`src="${openPixelUrl}"`);
    expect(reply.headers.get("content-type")).toBe("image/gif");
    expect(reply.headers.get("cache-control")).toContain("no-store");
    expect(Buffer.from(await reply.arrayBuffer()).toString("hex")).toMatch(/^47494638396101000100/);
    expect(laptop.events.map(({ detail }) => detail["open"])).toEqual([
      {
        timestamp: "2026-03-01T12:01:30.123Z",
        userAgent: "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0",
        ipAddress: "127.0.0.1",
        isBotEvent: "Unlikely",
      },
      expect.objectContaining({ isBotEvent: "Likely" }),
    ]);
    expect(laptop.events[0]?.detail["mail"]).not.toHaveProperty("sourceArn");
  });

  it("each click is a Click event, and leads to the link as it was", async () => {
    const { links } = await arrive();

    const first = await visit(links[0]?.url ?? "");
    const second = await visit(links[1]?.url ?? "");
    await visit(links[1]?.url ?? "");

    expect(first.status).toBe(302);
    expect(first.headers.get("location")).toBe("https://shop.example/?a=1&b=2");
    expect(second.headers.get("location")).toBe("https://shop.example/b");
    expect(laptop.events.map(({ detail }) => detail["click"])).toMatchObject([
      { link: "https://shop.example/?a=1&b=2", linkTags: { part: ["top"] } },
      { link: "https://shop.example/b", linkTags: null },
      { link: "https://shop.example/b", linkTags: null },
    ]);
  });

  it("all recipients of one message share pixel and links", async () => {
    const first = await arrive(["ada@example.com", "bob@example.com"]);
    const reply = await fetch(`${laptop.url}/inbox/api/messages?to=bob@example.com`);
    const { messages } = (await reply.json()) as { messages: Letter[] };

    expect(messages[0]?.openPixelUrl).toBe(first.openPixelUrl);
    expect(messages[0]?.links).toEqual(first.links);
  });

  it("HEAD is answered and counts for nothing", async () => {
    const { openPixelUrl, links } = await arrive();

    const open = await visit(openPixelUrl, { method: "HEAD" });
    const click = await visit(links[0]?.url ?? "", { method: "HEAD" });

    expect([open.status, click.status]).toEqual([200, 302]);
    expect(laptop.events).toEqual([]);
  });

  it("after 60 days links still lead on, and nothing is counted", async () => {
    const { links } = await arrive();
    laptop.advance(61 * 24 * 60 * 60_000);

    const reply = await visit(links[0]?.url ?? "");

    expect(reply.status).toBe(302);
    expect(laptop.events).toEqual([]);
  });

  it("nobody can make the redirect lead elsewhere", async () => {
    const { links } = await arrive();
    const url = new URL(links[0]?.url ?? "");
    const get = (path: string) =>
      new Promise<number | undefined>((resolve, reject) => {
        request({ host: url.hostname, port: url.port, path }, (response) => {
          response.resume();
          resolve(response.statusCode);
        })
          .on("error", reject)
          .end();
      });

    expect(await get(url.pathname.replace(/\d+$/, "99"))).toBe(404);
    expect(await get(`${url.pathname}/https://evil.example`)).toBe(404);
    expect(await get("/track/click/https://evil.example")).toBe(404);
    expect(await get("/track/click/unknown.0?url=https://evil.example")).toBe(404);
    expect(laptop.events).toEqual([]);
  });

  it("a set that does not ask for opens and clicks leaves the mail alone", async () => {
    await laptop.close();
    laptop = await startSesLaptop({ eventTypes: ["send", "delivery"] });

    const letter = await arrive();

    expect(letter.html.trim()).toBe(html.replace(' ses:tags="part:top;"', " "));
    expect(letter.openPixelUrl).toBeNull();
    expect(letter.links[0]).toEqual({ link: "https://shop.example/?a=1&b=2", url: "https://shop.example/?a=1&b=2" });
  });
});
