// GET and POST /unsubscribe/{token}: pages for people, one click for mail programs, and nothing for anyone without a link.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { showLink, useLink, type UnsubscribeDeps } from "../../lambdas/unsubscribe/operations.ts";
import { publicHttpHandler } from "../../lambdas/runtime/http.ts";
import { createUnsubscribeKeys } from "../../shared/aws/unsubscribe-keys.ts";
import { createUnsubscribeLinks } from "../../shared/aws/unsubscribe-links.ts";
import { createErasures } from "../../shared/store/erasures.ts";
import { createSuppressions, type Suppressions } from "../../shared/store/suppressions.ts";
import { unavailable } from "../../shared/store/dynamo-retry.ts";
import { apiEvent } from "../support/api-request.ts";
import { captureOutput } from "../support/captured-output.ts";
import { startDynamoDb, type LocalDynamoDb } from "../support/dynamodb.ts";
import { getDigest } from "../support/keyed-digest.ts";
import { waiting } from "../support/projected-ledger.ts";

const address = "ada@people.example";
const form = "application/x-www-form-urlencoded";
const oneClick = "List-Unsubscribe=One-Click";

let dynamodb: LocalDynamoDb;
let suppressions: Suppressions;
let erasures: ReturnType<typeof createErasures>;
let nowMs = 0;
let run = 0;
let tenantId = "";
let counted: unknown[];

const readSecret = async () => JSON.stringify({ "1": "a secret of the test, long enough to be one" });
const clock = () => nowMs;
const links = createUnsubscribeLinks(createUnsubscribeKeys({ readSecret, clock }));

const handlerWith = (changed: Partial<UnsubscribeDeps> = {}) => {
  const deps = { links, suppressions, clock, count: (...seen: unknown[]) => void counted.push(seen), ...changed };
  return publicHttpHandler(
    { "GET /unsubscribe/{token}": showLink(deps), "POST /unsubscribe/{token}": useLink(deps) },
    { bodyAs: "text", maxBodyBytes: 10_000 },
  );
};

beforeAll(async () => {
  dynamodb = await startDynamoDb();
  const directory = { client: dynamodb.client, tableName: await dynamodb.createDirectoryTable(), getDigest, waiting };
  suppressions = createSuppressions(directory);
  erasures = createErasures(directory);
});
afterAll(() => dynamodb.stop());
beforeEach(() => {
  captureOutput();
  nowMs = Date.parse("2026-11-23T08:00:00.000Z");
  run += 1;
  tenantId = `ten_${run}`;
  counted = [];
});

const tokenOf = async (list?: string, sentAt = "2026-11-22T08:00:00.000Z", to = address): Promise<string> => {
  const mail = { tenantId, sender: "shop.example", sentAt, baseUrl: "", ...(list === undefined ? {} : { list }) };
  return (await (await links.linksOf(mail))(to)).slice("/unsubscribe/".length);
};

async function ask(method: "GET" | "POST", token: string, body?: string, type = form, handler = handlerWith()) {
  const headers: Record<string, string> = body === undefined ? {} : { "content-type": type };
  const event = apiEvent(`${method} /unsubscribe/{token}`, { actor: null, path: { token }, headers });
  // As API Gateway gives what is no text to it.
  const encoded = body === undefined ? {} : { body: Buffer.from(body).toString("base64"), isBase64Encoded: true };
  const { statusCode: status, headers: answered, body: html } = await handler({ ...event, ...encoded });
  const [, title] = /<h1>(.*)<\/h1>/.exec(html) ?? [];
  return {
    status,
    headers: answered,
    html,
    title,
    buttons: [...html.matchAll(/<button[^>]*>(.*?)<\/button>/g)].map(([, label]) => label),
  };
}

const standing = async () =>
  (await suppressions.findSuppressions(tenantId, [address]))
    .get(address)
    ?.reasons.map(({ reason, list }) => [reason, list]) ?? [];

describe("opening a link", () => {
  it("shows one button, says from what and for whom, and changes nothing, however often it is opened", async () => {
    const token = await tokenOf("product-news");

    const pages = [await ask("GET", token), await ask("GET", token)];

    for (const { status, title, buttons, html } of pages) {
      expect({ status, title, buttons }).toEqual({ status: 200, title: "Unsubscribe?", buttons: ["Unsubscribe"] });
      expect(html).toContain("product-news");
      expect(html).toContain("shop.example");
      expect(html).toContain("a…@people.example");
      expect(html).not.toContain(address);
    }
    expect(await standing()).toEqual([]);
    expect(counted).toEqual([]);
  });

  it("takes nothing from elsewhere, runs no script, is kept nowhere and shown in no frame", async () => {
    const { headers, html } = await ask("GET", await tokenOf());

    expect(headers["content-type"]).toBe("text/html; charset=utf-8");
    expect(headers["content-security-policy"]).toMatch(
      /^default-src 'none'; style-src 'sha256-[\w+/=]{44}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/,
    );
    expect(headers["referrer-policy"]).toBe("no-referrer");
    expect(headers["cache-control"]).toBe("no-store");
    expect(headers["x-robots-tag"]).toContain("noindex");
    expect(headers).not.toHaveProperty("set-cookie");
    expect(html).not.toMatch(/<script|<link|<img|src=|https?:/);
  });

  it("shows markup in what it quotes as text", async () => {
    const page = await ask("GET", await tokenOf(undefined, undefined, '"<b>"@people.example'));

    expect(page.html).toContain("&quot;…@people.example");
    expect(page.html).not.toContain("<b>");
  });
});

describe("one click", () => {
  it.each([
    ["a form", form, oneClick],
    ["a form with its character set", `${form}; charset=UTF-8`, oneClick],
    [
      "a form in parts",
      "multipart/form-data; boundary=xyz",
      `--xyz\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--xyz--\r\n`,
    ],
  ])("by %s unsubscribes at once, without cookie or redirect", async (_, type, body) => {
    const { status, headers, title } = await ask("POST", await tokenOf("product-news"), body, type);

    expect({ status, title }).toEqual({ status: 200, title: "You are unsubscribed" });
    expect(headers).not.toHaveProperty("location");
    expect(await standing()).toEqual([["unsubscribe", "product-news"]]);
    expect(counted).toEqual([["unsubscribed", 1, { requestId: "request-1", tenantId }]]);
  });

  it("twice is once", async () => {
    const token = await tokenOf();
    await ask("POST", token, oneClick);
    nowMs += 60_000;

    const again = await ask("POST", token, oneClick);

    expect(again.status).toBe(200);
    const found = (await suppressions.findSuppressions(tenantId, [address])).get(address);
    expect(found?.reasons).toEqual([{ address, reason: "unsubscribe", since: "2026-11-23T08:00:00.000Z" }]);
  });

  it.each(["", "List-Unsubscribe=No", "anything", "action=delete"])(
    "of another body (%j) changes nothing",
    async (body) => {
      const { status, title } = await ask("POST", await tokenOf(), body);

      expect({ status, title }).toEqual({ status: 400, title: "Nothing was changed" });
      expect(await standing()).toEqual([]);
    },
  );
});

describe("coming back", () => {
  const comeBack = "action=subscribe";

  it("undoes what the link has done, and leaves a bounce standing", async () => {
    const token = await tokenOf("product-news");
    await suppressions.recordSuppression(tenantId, {
      address,
      reason: "bounce",
      since: "2026-11-01T08:00:00.000Z",
      evidence: { messageId: "m1", eventId: "e1" },
    });
    await ask("POST", token, oneClick);
    const opened = await ask("GET", token);

    const back = await ask("POST", token, comeBack);

    expect({ title: opened.title, buttons: opened.buttons }).toEqual({
      title: "You are unsubscribed",
      buttons: ["Subscribe again"],
    });
    expect({ title: back.title, buttons: back.buttons }).toEqual({
      title: "You are subscribed again",
      buttons: ["Unsubscribe"],
    });
    expect(await standing()).toEqual([["bounce", undefined]]);
  });

  it("to one list leaves the others as they were", async () => {
    for (const list of ["news", "offers"]) await ask("POST", await tokenOf(list), oneClick);

    await ask("POST", await tokenOf("news"), comeBack);

    expect(await standing()).toEqual([["unsubscribe", "offers"]]);
  });

  it("says to whoever left everything that it is everything, by a list's link too", async () => {
    await ask("POST", await tokenOf(), oneClick);

    const opened = await ask("GET", await tokenOf("news"));
    const back = await ask("POST", await tokenOf("news"), comeBack);

    expect(opened.title).toBe("You are unsubscribed");
    expect(opened.html).toContain("mailings from");
    expect(back.html).toContain("mailings from");
    expect(await standing()).toEqual([]);
  });
});

describe("a link that is none of ours", () => {
  it.each(["forged", "A".repeat(200), "A".repeat(5000)])(
    "(%.12s…) is told so, and nothing is asked or stored",
    async (token) => {
      const never = () => {
        throw new Error("The store was asked.");
      };
      const handler = handlerWith({
        suppressions: { findSuppressions: never, recordSuppression: never, removeSuppression: never },
      });

      const answers = [
        await ask("GET", token, undefined, form, handler),
        await ask("POST", token, oneClick, form, handler),
        await ask("POST", token, "action=subscribe", form, handler),
      ];

      for (const { status, title, buttons } of answers)
        expect({ status, title, buttons }).toEqual({ status: 404, title: "This link does not work", buttons: [] });
    },
  );

  it("works for its own tenant alone", async () => {
    const token = await tokenOf();
    tenantId = "ten_other";

    await ask("POST", token, oneClick);

    expect(await standing()).toEqual([]);
  });
});

describe("trouble", () => {
  it("says to try again while the database is busy, to a person and to a mail program", async () => {
    const busy = async () => Promise.reject(unavailable());
    const handler = handlerWith({
      suppressions: { findSuppressions: busy, recordSuppression: busy, removeSuppression: busy },
    });

    const answer = await ask("POST", await tokenOf(), oneClick, form, handler);

    expect({ status: answer.status, buttons: answer.buttons }).toEqual({ status: 503, buttons: ["Try again"] });
    expect(answer.headers["retry-after"]).toBe("60");
  });

  it("takes no large body", async () => {
    expect((await ask("POST", await tokenOf(), "x".repeat(10_001))).status).toBe(413);
  });
});

describe("whoever was erased", () => {
  it("can still leave, by a mail from before, and is not named again", async () => {
    const token = await tokenOf("news");
    await erasures.beginErasure(tenantId, { address, nowMs, runId: "run-1", pseudonym: "erased:1" });
    nowMs += 60_000;

    const { status } = await ask("POST", token, oneClick);

    expect(status).toBe(200);
    expect(await standing()).toEqual([["unsubscribe", "news"]]);
    expect(await suppressions.listSuppressions(tenantId, { limit: 10 })).toEqual({ items: [] });
  });
});
