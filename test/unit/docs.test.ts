// The documents against the code: commands, links, routes, examples and error codes that they name must be there.
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { createApiKeyRequest } from "../../shared/contract/api/api-keys.ts";
import { eventTypeByStatus } from "../../shared/contract/api/events.ts";
import { recipientErrorCodes, sendMailRequest } from "../../shared/contract/api/mail.ts";
import { httpStatusByCode } from "../../shared/contract/error.ts";
import { operations } from "../../shared/contract/openapi/operations.ts";

const root = resolve(import.meta.dirname, "../..");
const read = (path: string): string => readFileSync(join(root, path), "utf8");

const documents = ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", ...globSync("docs/**/*.md", { cwd: root })].sort();
const apiGuide = "docs/guides/api.md";
/** The end-to-end test draws it. */
const madeByTests = "docs/images/dashboard.png";

const packageScripts = Object.keys((JSON.parse(read("package.json")) as { scripts: object }).scripts);
/** The stacks have the same ones (test/infra). */
const routes = operations.map(({ method, path }) => `${method} ${path}`);

const fences = (text: string): { language: string; code: string }[] =>
  [...text.matchAll(/^ *```(\w*)\n([\s\S]*?)^ *```/gm)].map(([, language = "", code = ""]) => ({ language, code }));

const withoutFences = (text: string): string => text.replaceAll(/^ *```\w*\n[\s\S]*?^ *```/gm, "");

/** Of what stands in fences and between backticks, the npm scripts that it runs. */
function scriptsRunIn(text: string): string[] {
  const inline = [...withoutFences(text).matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code);
  return [...fences(text).map(({ code }) => code), ...inline].flatMap((code) =>
    [...code.matchAll(/\bnpm\s+(?:run\s+(?:-s\s+)?([a-z][\w:-]*)|(start|test)\b)/g)].map(
      ([, named, short]) => named ?? short ?? "",
    ),
  );
}

/** A heading's anchor as GitHub makes it. */
const slugOf = (heading: string): string =>
  heading
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
    .replaceAll(" ", "-");

const anchorsOf = (text: string): string[] =>
  [...withoutFences(text).matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) => slugOf(heading));

/** Links of a document within the project that lead nowhere. */
function brokenLinks(text: string, document: string): string[] {
  const targets = [...withoutFences(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = ""]) => target);
  return targets.filter((target) => {
    if (/^[a-z]+:/.test(target)) return false;
    const [path = "", anchor] = target.split("#");
    const file = path === "" ? document : relative(root, resolve(root, dirname(document), path));
    if (file === madeByTests) return false;
    const isThere = path === "" || existsSync(join(root, file));
    const content = path === "" ? text : isThere && file.endsWith(".md") ? read(file) : "";
    return !isThere || (anchor !== undefined && !anchorsOf(content).includes(anchor));
  });
}

const routesNamedIn = (text: string): string[] =>
  [...text.matchAll(/\b(GET|POST|PUT|PATCH|DELETE)\s+(\/[\w/{}-]+(?:\.\w+)?)/g)].map(
    ([, method, path]) => `${method} ${path}`,
  );

/** The first part of each path that a curl example calls. */
const pathsCalledIn = (text: string): string[] => [...text.matchAll(/\$API(\/[a-z-]+)/g)].map(([, path = ""]) => path);

const bodiesPostedTo = (path: string, text: string): unknown[] =>
  [...text.matchAll(new RegExp(`curl "\\$API${path}"[^']*-d '([^']+)'`, "g"))].map(([, json = ""]) => JSON.parse(json));

describe.each(documents)("%s", (document) => {
  const text = read(document);

  it("names only commands that package.json has", () => {
    expect(scriptsRunIn(text).filter((script) => !packageScripts.includes(script))).toEqual([]);
  });

  it("links only to files and headings that are there", () => {
    expect(brokenLinks(text, document)).toEqual([]);
  });

  it("names only routes that the API has", () => {
    expect(routesNamedIn(text).filter((route) => !routes.includes(route))).toEqual([]);
  });

  it("shows JSON that is JSON", () => {
    const examples = fences(text).filter(({ language }) => language === "json");

    for (const { code } of examples) expect(() => JSON.parse(code) as unknown, code).not.toThrow();
  });
});

describe("the checks of documents", () => {
  it("find a command, a link, a heading and a route that are not there", () => {
    const text = "# Here\n[a](missing.md) [b](#there) [c](#here)\n`npm run fly` and `npm start`, `GET /nothing`";

    expect(scriptsRunIn(text)).toEqual(["fly", "start"]);
    expect(brokenLinks(text, "README.md")).toEqual(["missing.md", "#there"]);
    expect(routesNamedIn(text)).toEqual(["GET /nothing"]);
  });
});

describe("the API guide", () => {
  const guide = read(apiGuide);

  it("names every route", () => {
    expect(routes.length).toBeGreaterThan(10);
    expect(routes.filter((route) => !routesNamedIn(guide).includes(route))).toEqual([]);
  });

  it("calls routes that are there, with bodies that they take", () => {
    const mails = bodiesPostedTo("/mail", guide);
    const keys = bodiesPostedTo("/api-keys", guide);

    expect(pathsCalledIn(guide).filter((path) => !routes.some((route) => route.endsWith(` ${path}`)))).toEqual([]);
    expect([mails.length, keys.length]).toEqual([2, 1]);
    for (const mail of mails) expect(v.safeParse(sendMailRequest, mail).issues).toBeUndefined();
    for (const key of keys) expect(v.safeParse(createApiKeyRequest, key).issues).toBeUndefined();
  });

  it("explains every error code and every status word", () => {
    const explained = new Set(
      [...withoutFences(guide).matchAll(/`([^`]+)`/g)].flatMap(([, code = ""]) => code.split(/\s+/)),
    );
    const codes = [...Object.keys(httpStatusByCode), ...recipientErrorCodes, ...Object.keys(eventTypeByStatus)];

    expect(codes.filter((code) => !explained.has(code))).toEqual([]);
  });

  it("gives each error code its HTTP status", () => {
    const rows = [...guide.matchAll(/^\| (\d{3}) \| `(\w+)` \|/gm)].map(([, status, code]) => [code, Number(status)]);

    expect(Object.fromEntries(rows)).toEqual(httpStatusByCode);
  });
});

describe("the runbook", () => {
  it("has every heading that an alarm links", () => {
    const sources = globSync("infra/**/*.ts", { cwd: root }).map(read);
    const linked = sources.flatMap((source) =>
      [...source.matchAll(/runbook: "([^"]+)"/g)].map(([, slug = ""]) => slug),
    );

    expect(linked).toContain("a-function-ends-with-errors");
    expect(linked.filter((slug) => !anchorsOf(read("docs/runbook.md")).includes(slug))).toEqual([]);
  });
});

describe("the picture in the README", () => {
  it("shows functions that are there", () => {
    const shown = [...read("README.md").matchAll(/([\w-]+)\["[^"]+"\]:::fn/g)].map(([, name = ""]) => name);

    expect(shown.length).toBeGreaterThan(3);
    expect(shown.filter((name) => !existsSync(join(root, "lambdas", name, "handler.ts")))).toEqual([]);
  });
});

describe("the map in the README", () => {
  it("names folders that are there", () => {
    const named = [...read("README.md").matchAll(/^\| `([\w/]+\/)` \|/gm)].map(([, folder = ""]) => folder);

    expect(named.length).toBeGreaterThan(8);
    expect(named.filter((folder) => folder !== "bench/" && !existsSync(join(root, folder)))).toEqual([]);
  });
});
