// The replay command as its users run it: a process, its output line by line, its exit code.
import { execFile } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { inEventBridge, inSns, inSqs, legacySesJson, sesJson } from "../support/ses-events.ts";

const root = resolve(import.meta.dirname, "../..");
const corpus = resolve(root, "../shared/ses-events/corpus");

interface Run {
  code: number;
  lines: Record<string, unknown>[];
  stderr: string;
}

const replay = (...args: string[]): Promise<Run> =>
  new Promise((done) => {
    const command = [join(root, "cli/replay.ts"), ...args];
    execFile(process.execPath, command, { maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      const lines = stdout.split("\n").filter((line) => line !== "");
      done({
        code: typeof error?.code === "number" ? error.code : 0,
        lines: lines.map((line) => JSON.parse(line) as Record<string, unknown>),
        stderr,
      });
    });
  });

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sesami-replay-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

const results = ({ lines }: Run) => lines.filter((line) => "result" in line).map((line) => line["result"]);
const factsOf = ({ lines }: Run) =>
  lines
    .filter((line) => !("result" in line))
    .map((line) => JSON.stringify(line))
    .toSorted();

describe("replay", () => {
  it("says of every event in a folder, whatever it came in, what became of it", async () => {
    write("1-send.json", inEventBridge("send", sesJson("send")));
    write("2-delivery.json", inSqs(inEventBridge("delivery", sesJson("delivery"))));
    write("3-open.json", inSns(sesJson("open")));
    write("4-again.json", sesJson("send"));
    write("5-advice.json", { "detail-type": "Advisor Recommendation Status Open", source: "aws.ses", detail: {} });
    write("6-broken.json", sesJson("click", { "click.timestamp": undefined }));
    write("7-notes.txt", "This is no event.\n");

    const run = await replay(folder);

    expect(results(run)).toEqual(["stored", "stored", "stored", "duplicate", "ignored", "invalid", "invalid"]);
    expect(run.lines[0]).toEqual({
      file: join(folder, "1-send.json"),
      result: "stored",
      events: [
        {
          type: "send",
          recipient: "ada@example.com",
          attribution: "exact",
          occurredAt: "2026-11-23T08:00:00.125Z",
          messageId: "0100019ab0000001-5e5a1111-0000-4000-8000-00000000c0de-000000",
          eventId: expect.stringMatching(/^[0-9a-f]{32}$/),
        },
      ],
    });
    expect(run.lines[5]).toMatchObject({ reason: expect.stringContaining("click.timestamp is missing"), events: [] });
    expect(run.lines[6]).toMatchObject({ reason: "the file is not JSON", events: [] });
    expect(run.stderr).toContain("3 stored");
    expect(run.code).toBe(0);
  });

  it("reads one JSON value a line, and lists of them", async () => {
    const lines = [sesJson("send"), sesJson("delivery")].map((json) => JSON.stringify(json));
    const asLines = write("events.ndjson", `${lines[0]}\n{"broken\n\n${lines[1]}\n`);
    const asList = write("list.json", [sesJson("open"), sesJson("open")]);

    const run = await replay(asLines, asList);

    expect(results(run)).toEqual(["stored", "invalid", "stored", "stored", "duplicate"]);
    expect(run.lines[1]).toMatchObject({ reason: "the file has a line that is not JSON: line 2", events: [] });
  });

  it("takes a broken file with indented lines for one, though some of them are JSON", async () => {
    const path = write(
      "cut.json",
      '{\n  "mail": {\n    "headers": [\n      { "name": "To", "value": "ada@example.com" }\n',
    );

    const run = await replay(path);

    expect(run.lines).toEqual([{ file: path, result: "invalid", reason: "the file is not JSON", events: [] }]);
  });

  it("follows links in a folder, and not in circles", async () => {
    const elsewhere = mkdtempSync(join(tmpdir(), "sesami-replay-linked-"));
    writeFileSync(join(elsewhere, "open.json"), JSON.stringify(sesJson("open")));
    write("a-send.json", sesJson("send"));
    symlinkSync(elsewhere, join(folder, "b-folder"));
    symlinkSync(folder, join(folder, "c-circle"));
    symlinkSync(join(elsewhere, "open.json"), join(folder, "d-file.json"));
    symlinkSync("nowhere", join(folder, "e-broken.json"));

    const run = await replay(folder);

    rmSync(elsewhere, { recursive: true });
    expect(run.lines.map((line) => [line["file"], line["result"], line["reason"]])).toEqual([
      [join(folder, "a-send.json"), "stored", undefined],
      [join(folder, "b-folder/open.json"), "stored", undefined],
      [join(folder, "d-file.json"), "duplicate", undefined],
      [join(folder, "e-broken.json"), "invalid", "the file cannot be read: ENOENT"],
    ]);
  });

  it.skipIf(process.getuid?.() === 0)("goes on past what it may not read (skipped for root, who may)", async () => {
    mkdirSync(join(folder, "a-closed"));
    chmodSync(join(folder, "a-closed"), 0o000);
    write("b-send.json", sesJson("send"));

    const run = await replay(folder);

    chmodSync(join(folder, "a-closed"), 0o700);
    expect(run.lines).toMatchObject([
      { file: join(folder, "a-closed"), result: "invalid", reason: "the file cannot be read: EACCES" },
      { file: join(folder, "b-send.json"), result: "stored" },
    ]);
    expect(run.code).toBe(0);
  });

  it("keeps stdout for JSON when asked for help", async () => {
    const run = await replay("--help");

    expect(run).toMatchObject({ code: 0, lines: [], stderr: expect.stringContaining("usage: npm run -s replay") });
  });

  it("prints outcomes and suppressions of the tenant when asked to", async () => {
    const several = { "mail.destination": ["ada@example.com", "grace@example.com"] };
    const path = write("events.json", [
      sesJson("open"),
      sesJson("click"),
      sesJson("open", { "open.timestamp": "2026-11-23T08:12:00.000Z" }),
      sesJson("open", { ...several, "mail.messageId": "to-two" }),
      sesJson("bounce", { "mail.messageId": "hard" }),
    ]);

    const { lines } = await replay(path, "--outcomes", "--tenant", "ten_other");

    const outcomes = lines.flatMap((line) => ("outcome" in line ? [line["outcome"]] : []));
    expect(outcomes).toMatchObject([
      { recipient: "ada@example.com", status: "clicked", opens: 2, clicks: 1 },
      { messageId: "hard", recipient: "ada@example.com", status: "bounced", opens: 0, clicks: 0 },
      { messageId: "to-two", recipient: null, attribution: "ambiguous", opens: 1 },
    ]);
    expect(lines.at(-1)).toMatchObject({ suppression: { address: "ada@example.com", reason: "bounce" } });
  });

  it("finds a second reading of the same files all duplicates, in any envelope", async () => {
    const first = write("first.json", [sesJson("bounce"), sesJson("complaint")]);
    const second = write("second.json", inSns(legacySesJson("bounce")));

    const run = await replay(first, second, first);

    expect(results(run)).toEqual(["stored", "stored", "duplicate", "duplicate", "duplicate"]);
  });

  it.each([
    ["no path", []],
    ["a path that is not there", ["no-such-file.json"]],
    ["an option that it does not have", ["--everything", "."]],
    ["what is no tenant", [".", "--tenant", "somebody"]],
  ])("explains itself and fails when given %s", async (_, args) => {
    const run = await replay(...args);

    expect(run.code).toBe(2);
    expect(run.lines).toEqual([]);
    expect(run.stderr).toContain("usage: npm run -s replay");
  });
});

describe.skipIf(!existsSync(corpus))("replay of the corpus (skipped where ../shared/ses-events is absent)", () => {
  it("stores nothing the second time", async () => {
    const files = readdirSync(corpus).length;

    const run = await replay(corpus, corpus);

    const all = results(run);
    const second = all.slice(all.length / 2);
    expect(all.length).toBeGreaterThanOrEqual(2 * files);
    expect(all.slice(0, all.length / 2)).toContain("stored");
    expect(second).not.toContain("stored");
    expect(second).toContain("duplicate");
  });

  it("gives the same outcomes and suppressions in another order", async () => {
    const files = readdirSync(corpus).map((name) => join(corpus, name));
    // A fixed shuffle: every 37th file, round and round (37 and the number of files share no factor).
    const shuffled = files.map((_, index) => files[(index * 37) % files.length]!);
    expect(new Set(shuffled).size).toBe(files.length);

    const inOrder = await replay(...files, "--outcomes");
    const inAnother = await replay(...shuffled, ...files.slice(0, 20), "--outcomes");

    expect(factsOf(inAnother)).toEqual(factsOf(inOrder));
    expect(factsOf(inOrder).length).toBeGreaterThan(20);
  });
});
