// Looking at a mail in the dashboard, in a real browser: nothing in it runs, loads or leads away.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openBrowser, type TestBrowser } from "../support/browser.ts";

let browser: TestBrowser;
/** What was asked of the server that the mail would like to call. */
const asked: string[] = [];
const server = createServer((request, response) => {
  asked.push(request.url ?? "");
  response.setHeader("access-control-allow-origin", "*").end("x");
});
let origin: string;
let script: string;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, "../../web/src/lib/mail-document.ts")],
    bundle: true,
    write: false,
    format: "iife",
    globalName: "mail",
  });
  script = outputFiles[0]!.text;
  browser = await openBrowser();
});

afterAll(async () => {
  await browser?.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const hostile = (at: string): string => `<!doctype html><html><head>
  <link rel="stylesheet" href="${at}/style"><link rel="prefetch" href="${at}/prefetch"><base href="${at}/base/">
  <meta http-equiv="refresh" content="0;url=${at}/refresh">
  <style>@import "${at}/import"; body { background: url(${at}/background) } @font-face { font-family: f; src: url(${at}/font) } p { font-family: f }</style>
  </head><body onload="fetch('${at}/onload')">
  <img src="${at}/open-pixel"><img srcset="${at}/srcset 1x"><picture><source srcset="${at}/source"><img></picture>
  <video src="${at}/video" poster="${at}/poster" autoplay></video><audio src="${at}/audio" autoplay></audio>
  <iframe src="${at}/iframe"></iframe><object data="${at}/object"></object><embed src="${at}/embed">
  <script>fetch("${at}/script")</script><img src=x onerror="fetch('${at}/onerror')"><svg onload="fetch('${at}/svg')"></svg>
  <form action="${at}/form"><button id="send">send</button></form>
  <a id="link" href="${at}/click" target="_top" ping="${at}/ping">click</a>
  <p id="end">the end</p></body></html>`;

it("a mail that would call home from everywhere calls nobody, even when its link and its form are pressed", async () => {
  const page = await browser.context.newPage();
  const left: string[] = [];
  page.on("framenavigated", (frame) => left.push(frame.url()));
  await page.setContent("<!doctype html><title>Dashboard</title><div id=place></div>");
  await page.addScriptTag({ content: script });

  await page.evaluate((html) => {
    const frame = document.createElement("iframe");
    // As web/src/components/mail/mail-bodies.tsx has it.
    frame.setAttribute("sandbox", "");
    frame.srcdoc = (
      globalThis as unknown as { mail: { toMailDocument: (html: string) => string } }
    ).mail.toMailDocument(html);
    document.querySelector("#place")?.append(frame);
  }, hostile(origin));
  const frame = page.frameLocator("iframe");
  await frame.locator("#end").waitFor();
  await frame.locator("#link").click();
  await frame.locator("#send").click();
  // The same mail as it came does call: the test would see it.
  const unprotected = await browser.context.newPage();
  await unprotected.setContent(`<img src="${origin}/open-pixel">`);
  await expect.poll(() => asked).toContain("/open-pixel");

  expect(asked).toEqual(["/open-pixel"]);
  expect(left.filter((url) => url.startsWith(origin))).toEqual([]);
  expect(await frame.locator("#end").textContent()).toBe("the end");
});
