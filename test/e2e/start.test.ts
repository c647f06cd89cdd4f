// `npm start` as a newcomer meets it: what it prints, what a restart keeps, how it reloads and stops.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, utimesSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { EventPage } from "../../shared/contract/api/events.ts";
import type { SendMailResponse } from "../../shared/contract/api/mail.ts";
import { projectRoot } from "../../local/start/build.ts";
import { apiOf, eventually } from "../support/api.ts";

const folder = mkdtempSync(join(tmpdir(), "sesami-start-"));
/** It builds everything first. */
const mainScript = join(projectRoot, "local/start/main.ts");
const startedWithinMs = 600_000;

interface Started {
  child: ChildProcess;
  output: () => string;
  stop: () => Promise<number | null>;
}

const demoTypes = ["send", "delivery", "open", "click", "bounce", "complaint"] as const;
const typesIn = ({ items }: EventPage) => new Set(items.map(({ type }) => type));

const running = new Set<Started>();
const blocker = createServer();

const start = async (...options: string[]): Promise<Started> => {
  const child = spawn(process.execPath, [mainScript, "--folder", folder, ...options], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
  const started: Started = {
    child,
    output: () => output,
    stop: () => {
      running.delete(started);
      child.kill("SIGINT");
      return exited;
    },
  };
  running.add(started);
  await eventually(
    async () => output,
    (text) => text.includes("Ctrl-C stops it"),
    startedWithinMs,
  );
  return started;
};

const found = (pattern: RegExp, text: string): string =>
  pattern.exec(text)?.[1] ?? expect.fail(`no ${pattern} in\n${text}`);

const apiOfStarted = (started: Started) => {
  const text = started.output();
  return apiOf(found(/API {2,}(\S+)/, text), found(/(sk_[A-Za-z0-9]+)/, text));
};

// The port that people know is taken: it may be, by a person's own `npm start`.
beforeAll(
  () => new Promise<void>((resolve) => blocker.once("error", () => resolve()).listen(4280, "127.0.0.1", resolve)),
);

afterAll(async () => {
  for (const started of running) started.child.kill("SIGKILL");
  await new Promise((resolve) => blocker.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

it(
  "is ready with a login, a key and opened mail, keeps them over a restart, reloads on save and stops cleanly",
  async () => {
    const first = await start();
    const api = apiOfStarted(first);
    const demo = await eventually(
      () => api<EventPage>("GET", "/events?limit=100"),
      ({ body }) =>
        body.items.filter(({ type }) => type === "click").length === 3 &&
        demoTypes.every((type) => typesIn(body).has(type)),
    );
    const another = spawnSync(process.execPath, [mainScript, "--folder", folder, "--fresh"], { encoding: "utf8" });
    utimesSync(join(projectRoot, "lambdas/config/handler.ts"), new Date(), new Date());
    await eventually(
      async () => first.output(),
      (text) => text.includes("reloaded config"),
      startedWithinMs,
    );
    const exitCode = await first.stop();

    expect(first.output()).toContain("port 4280 is taken, using");
    expect(typesIn(demo.body)).toEqual(new Set(demoTypes));
    expect(exitCode).toBe(0);
    expect(another).toMatchObject({ status: 1, stdout: "" });
    expect(another.stderr).toContain(`runs already, at ${found(/ready: {2}(\S+)/, first.output())},`);

    const second = await start();
    const again = apiOfStarted(second);
    const kept = await again<EventPage>("GET", "/events?limit=100");
    const sent = await again<SendMailResponse>("POST", "/mail", {
      from: "hello@shop.example",
      to: "ada@people.example",
      subject: "After the restart",
      text: "Hello",
    });
    const [outcome] = sent.body.recipients;
    const messageId = outcome?.status === "sent" ? outcome.messageId : expect.fail("not sent");
    await eventually(
      () => again<EventPage>("GET", `/events?messageId=${messageId}`),
      ({ body }) => body.items.some(({ type }) => type === "delivery"),
    );

    expect(found(/(sk_[A-Za-z0-9]+)/, second.output())).toBe(found(/(sk_[A-Za-z0-9]+)/, first.output()));
    expect(kept.body.items.length).toBeGreaterThanOrEqual(demo.body.items.length);
    expect(await second.stop()).toBe(0);

    const third = await start("--fresh");
    const fresh = await apiOfStarted(third)<EventPage>("GET", `/events?messageId=${messageId}`);

    expect(fresh.body.items).toEqual([]);
    expect(await third.stop()).toBe(0);
  },
  4 * startedWithinMs,
);
