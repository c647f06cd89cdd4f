// GET /events/export: CSV and NDJSON, one answer after the other.
import { parse } from "csv-parse/sync";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { csvLine } from "../../lambdas/runtime/csv.ts";
import { exportEvents, type ExportLimits } from "../../lambdas/events/export.ts";
import { createCursors } from "../../lambdas/runtime/cursor.ts";
import { httpHandler } from "../../lambdas/runtime/http.ts";
import type { EventView } from "../../shared/contract/api/events.ts";
import { apiEvent, bob } from "../support/api-request.ts";
import { captureOutput } from "../support/captured-output.ts";
import { alpha } from "../support/events-api.ts";
import { nowMs, startProjectedLedger, type ProjectedLedger } from "../support/projected-ledger.ts";
import { sesEvent } from "../support/ses-events.ts";

let started: ProjectedLedger;

const sends = 25;
const small: ExportLimits = { maxBytes: 2000, maxMs: 1000, pageSize: 4 };

beforeAll(async () => {
  started = await startProjectedLedger();
  await started.store(
    Array.from({ length: sends }, (_, index) =>
      sesEvent("send", {
        "mail.messageId": `message-${String(index).padStart(2, "0")}`,
        "mail.timestamp": new Date(nowMs - (index + 1) * 60_000).toISOString(),
        "mail.commonHeaders.subject": index === 0 ? '=HYPERLINK("https://evil.example","Hi, you")' : "News",
      }),
    ),
  );
});
afterAll(() => started.stop());
beforeEach(() => {
  captureOutput();
});

async function answerOf(query: Record<string, string>, { actor = alpha, limits = small } = {}) {
  const cursors = createCursors(async () => "a secret of the test");
  const deps = { ledger: started.ledger, cursors, clock: () => nowMs };
  const handler = httpHandler({ "GET /events/export": exportEvents(deps, limits) });
  return handler(apiEvent("GET /events/export", { actor, query }));
}

/** Follows the links, as a caller would. */
async function download(query: Record<string, string>, limits = small): Promise<string[]> {
  const bodies: string[] = [];
  let next: Record<string, string> | undefined = query;
  while (next) {
    const { statusCode, headers, body }: Awaited<ReturnType<typeof answerOf>> = await answerOf(next, { limits });
    expect(statusCode).toBe(200);
    bodies.push(body);
    const link: string | undefined = /^<(.+)>; rel="next"$/.exec(headers["link"] ?? "")?.[1];
    next = link === undefined ? undefined : Object.fromEntries(new URL(link).searchParams);
    expect(headers["x-next-cursor"]).toBe(next?.["cursor"]);
  }
  return bodies;
}

describe("GET /events/export", () => {
  test("gives NDJSON of every event once, over as many answers as it takes", async () => {
    const bodies = await download({ format: "ndjson" });

    const events = bodies
      .join("")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as EventView);
    expect(bodies.length).toBeGreaterThan(2);
    expect(new Set(events.map(({ messageId }) => messageId)).size).toBe(sends);
    expect(events[1]).toMatchObject({ type: "send", subject: "News", recipient: "ada@example.com" });
  });

  test("gives CSV with one head, whose answers together are one file", async () => {
    const lines = (await download({ format: "csv" })).join("").split("\r\n");

    expect(lines[0]).toMatch(/^occurredAt,type,recipient,messageId,from,subject,tags,/);
    expect(lines).toHaveLength(sends + 2);
    expect(lines.at(-1)).toBe("");
    expect(lines.filter((line) => line.startsWith("occurredAt"))).toHaveLength(1);
    expect(lines[2]).toContain(",send,ada@example.com,message-01,");
  });

  test("says of an open which network it came from", async () => {
    const opened = await startProjectedLedger();
    await opened.store([sesEvent("open", { "mail.messageId": "opened", "open.ipAddress": "66.249.93.7" })]);
    const deps = { ledger: opened.ledger, cursors: createCursors(async () => "a secret"), clock: () => nowMs };
    const handler = httpHandler({ "GET /events/export": exportEvents(deps) });

    const { body } = await handler(
      apiEvent("GET /events/export", { actor: alpha, query: { format: "csv", status: "opened" } }),
    );
    await opened.stop();

    const [names = [], values = []] = parse(body);
    expect(values[names.indexOf("networkRange")]).toBe("66.249.93.0/24");
    expect(values[names.indexOf("networkOwner")]).toBe("google");
  });

  test("hides formulas from spreadsheets", async () => {
    const { body } = await answerOf({ format: "csv" });

    expect(body).toContain(`,"'=HYPERLINK(""https://evil.example"",""Hi, you"")",`);
  });

  test("stops before an answer is too large, and holds what the limits allow", async () => {
    const { body } = await answerOf({ format: "ndjson" }, { limits: { ...small, maxBytes: 10_000 } });
    const { headers } = await answerOf({ format: "ndjson" }, { limits: { ...small, maxBytes: 1_000_000 } });

    const lines = body.trimEnd().split("\n");
    const longest = Math.max(...lines.map((line) => JSON.stringify(line).length));
    expect(JSON.stringify(body).length).toBeLessThan(10_000 + small.pageSize * longest);
    expect(headers["link"]).toBeUndefined();
  });

  test("keeps its filters, says what it is, and tells a browser to save it", async () => {
    const { headers, body } = await answerOf({ format: "csv", status: "sent", q: "hyperlink", period: "7d" });

    expect(body.trimEnd().split("\r\n")).toHaveLength(2);
    expect(headers).toMatchObject({
      "content-type": "text/csv; charset=utf-8; header=present",
      "content-disposition": 'attachment; filename="events.csv"',
    });
  });

  test("goes on with no cursor of another format, another filter or another tenant", async () => {
    const cursor = (await answerOf({ format: "csv" })).headers["x-next-cursor"] ?? "";

    const tries = [
      await answerOf({ format: "ndjson", cursor }),
      await answerOf({ format: "csv", status: "sent", cursor }),
      await answerOf({ format: "csv", cursor }, { actor: bob }),
    ];

    expect(cursor).not.toBe("");
    expect(tries.map(({ statusCode }) => statusCode)).toEqual([400, 400, 400]);
  });

  test.each([{}, { format: "xlsx" }, { format: "csv", limit: "5" }])("refuses %j", async (query) => {
    expect((await answerOf(query as Record<string, string>)).statusCode).toBe(400);
  });

  test("gives another tenant the head alone", async () => {
    const { body } = await answerOf({ format: "csv" }, { actor: bob });

    expect(body.split("\r\n")).toHaveLength(2);
  });
});

describe("a line of CSV", () => {
  test.each([
    ["plain", "plain"],
    ["a,b", '"a,b"'],
    ['say "hi"', '"say ""hi"""'],
    ["two\nlines", '"two\nlines"'],
    ["=1+1", "'=1+1"],
    ["+1", "'+1"],
    ["-1", "'-1"],
    ["@SUM(A1)", "'@SUM(A1)"],
    ["\t=1", "'\t=1"],
    ["＝1", "'＝1"],
    ["", ""],
  ])("has %j as %j", (text, expected) => {
    expect(csvLine([text, "end"])).toBe(`${expected},end\r\n`);
  });
});
