// The plain text that is made of HTML: what a reader sees, and where links lead.
import { describe, expect, test } from "vitest";
import { htmlToText } from "../../../shared/domain/html-text.ts";

describe("a document becomes", () => {
  test.each([
    [
      "paragraphs apart, lines below one another",
      "<p>One<br>two</p><p>three</p><div>four</div>",
      "One\ntwo\n\nthree\n\nfour",
    ],
    ["words with single spaces", "  a \n\t <b>b</b>c <i> d</i> ", "a bc d"],
    ["headings of their own", "<h1>Title</h1>Text", "Title\n\nText"],
    [
      "links with their addresses",
      '<a href="https://shop.example/a?b=1&amp;c=2">Track it</a> now',
      "Track it <https://shop.example/a?b=1&c=2> now",
    ],
    ["links that show their address once", '<a href="https://shop.example/">shop.example</a>', "shop.example"],
    ["addresses of mail once", '<a href="mailto:ada@example.com">ada@example.com</a>', "ada@example.com"],
    ["links within the page without theirs", '<a href="#top">Up</a>', "Up"],
    ["links that run scripts without theirs", '<a href="javascript:alert(1)">Go</a>', "Go"],
    [
      "linked images by address and description",
      '<a href="https://shop.example/x"><img alt="Shop"></a>',
      "Shop <https://shop.example/x>",
    ],
    [
      "lists with dashes and numbers, indented",
      "<ul><li>a<li>b<ol start=4><li>c</li></ol></ul>d",
      "- a\n- b\n  4. c\n\nd",
    ],
    [
      "paragraphs in lists behind their dash",
      "<ul>\n<li>\n<p>a</p>\n<p>b</p>\n</li>\n<li><div>c</div></li>\n<li></li></ul><p>d</p>",
      "- a\n\n  b\n\n- c\n-\n\nd",
    ],
    ["rows of a table as lines", "<table><tr><td>Sum</td><td>5</td></tr><tr><th>Tax<th>1</table>", "Sum 5\nTax 1"],
    ["a rule", "a<hr>b", "a\n\n----------\n\nb"],
    ["preformatted text as it is", "<pre>a\n  b\n\n\nc</pre>", "a\n  b\n\nc"],
    [
      "nothing of head, style, script and comments",
      "<head><title>T</title><style>p{}</style></head><script>if (1 < 2) {}</script><!-- c -->x",
      "x",
    ],
    [
      "nothing of what is hidden",
      '<div style="color:red;display: none">pre<div>view</div></div><p hidden>no</p>x',
      "x",
    ],
    [
      "nothing of comments for Outlook, all of what they surround",
      "<!--[if mso]><p>O</p><![endif]--><![if !mso]><p>x</p><![endif]>",
      "x",
    ],
  ])("%s", (_, html, text) => {
    expect(htmlToText(html)).toBe(text);
  });
});

describe("characters", () => {
  test.each([
    ["&lt;p&gt; &amp; &quot;&apos;", "<p> & \"'"],
    ["&#8364; &#x20AC; &euro;", "€ € €"],
    ["caf&eacute; &uuml;ber &Yuml; &yuml;", "café über &Yuml; ÿ"],
    ["&unknown; &amp;lt; &", "&unknown; &lt; &"],
    ["a&nbsp;b", "a b"],
    ["&Alpha;&alpha;&Omega;&omega;&sigma;&sigmaf; &le;&permil;", "ΑαΩωσς ≤‰"],
    // HTML standard, "Named character reference state": older names do without a semicolon, but not before = in a link.
    ["&copy 2024 &amp &euro 5 &#8364 6", "© 2024 & &euro 5 € 6"],
    ['<a href="https://shop.example/?a=1&copy=2&lt;">x</a>', "x <https://shop.example/?a=1&copy=2<>"],
    ["x&zwnj;&nbsp;&zwnj;&nbsp;", "x"],
    ["&#0;&#1114112;", "\u{FFFD}\u{FFFD}"],
  ])("%s", (html, text) => {
    expect(htmlToText(html)).toBe(text);
  });
});

describe("what is not well-formed", () => {
  test.each([
    ["a < b and 3 > 2", "a < b and 3 > 2"],
    ["<p>open <b>bold", "open bold"],
    ["</p>closed</div>", "closed"],
    [
      "<a href='https://a.example'>one <a href='https://b.example'>two</a>",
      "one <https://a.example> two <https://b.example>",
    ],
    ['<img alt="a>b" src=x>c', "a>bc"],
    ["text <", "text <"],
    ["text <!-- never closed", "text"],
    ["<", "<"],
    ["", ""],
  ])("%s", (html, text) => {
    expect(htmlToText(html)).toBe(text);
  });

  test.each([
    "<p>",
    "<a ",
    "<a href='https://x.example'>x ",
    "<!--",
    "<script>",
    "&#",
    "<ul><li>x",
    "<a b='",
    " x",
    "</a>",
    "&nbsp;",
  ])("a mail of nothing but %j is read in one pass and grows by a constant factor", (piece) => {
    const html = `${piece.repeat(100_000)}x`;

    expect(htmlToText(html).length).toBeLessThan(20 * html.length);
  });
});
