import { describe, expect, test } from "vitest";
import { toMailDocument } from "./mail-document.ts";

const parse = (html: string): Document => new DOMParser().parseFromString(toMailDocument(html), "text/html");

describe("a mail that is looked at", () => {
  test("reads as it was written", () => {
    const shown = parse(
      `<html><head><style>p{color:red}</style></head><body style="margin:0"><p class="a">Dear <b>Ada</b></p></body></html>`,
    );

    expect(shown.querySelector("p.a")?.innerHTML).toBe("Dear <b>Ada</b>");
    expect(shown.body.getAttribute("style")).toBe("margin:0");
    expect(shown.head.textContent).toContain("p{color:red}");
  });

  test("loads nothing: its policy allows what it brings itself alone", () => {
    const [policy, ...more] = parse("<img src='https://shop.example/a.png'>").querySelectorAll("meta[http-equiv]");

    expect(more).toEqual([]);
    expect(policy?.getAttribute("content")).toBe(
      "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'",
    );
  });

  test("has no link that leads anywhere, and says where each would have led", () => {
    const shown = parse(
      `<a href="https://shop.example/7" ping="https://shop.example/ping" target="_self">see</a><a href="/x" title="own">x</a><svg><a xlink:href="https://shop.example/8"></a></svg>`,
    );

    expect([...shown.querySelectorAll("[href], [ping], [target]")]).toEqual([]);
    expect(shown.body.innerHTML).not.toContain("xlink:href");
    expect([...shown.querySelectorAll("body > a")].map((link) => link.getAttribute("title"))).toEqual([
      "https://shop.example/7",
      "own",
    ]);
  });

  test.each([
    `<script>alert(1)</script>`,
    `<link rel="dns-prefetch" href="https://shop.example">`,
    `<meta http-equiv="refresh" content="0;url=https://shop.example">`,
    `<base href="https://shop.example/">`,
    `<iframe srcdoc="x"></iframe>`,
    `<object data="https://shop.example/x"></object>`,
    `<embed src="https://shop.example/x">`,
  ])("is without %s", (forbidden) => {
    const shown = parse(`<html><head>${forbidden}</head><body>${forbidden}<p>Hi</p></body></html>`);

    expect(shown.querySelector("script, link, meta[content*=url], base, iframe, object, embed")).toBeNull();
    expect(shown.querySelector("p")?.textContent).toBe("Hi");
  });

  test("has no handlers, and forms that send nothing anywhere", () => {
    const shown = parse(
      `<p onclick="alert(1)">x</p><form action="https://shop.example"><button formaction="https://shop.example">y</button></form>`,
    );

    expect(shown.querySelector("[onclick], [action], [formaction]")).toBeNull();
  });
});
