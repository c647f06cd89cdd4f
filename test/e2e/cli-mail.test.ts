// `npm run mail` as a process of its own, against the laptop cloud.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import PostalMime from "postal-mime";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { SendMailResponse } from "../../shared/contract/api/mail.ts";
import { demoOf, prepareDemo } from "../../local/start/demo.ts";
import { openState } from "../../local/state.ts";
import { eventually } from "../support/api.ts";
import { readInbox, readSource } from "../support/connected-laptop.ts";
import { startTestLaptop, type TestLaptop } from "../support/laptop.ts";
import { runProgram } from "../support/program.ts";

const folder = mkdtempSync(join(tmpdir(), "sesami-mail-"));
let laptop: TestLaptop;
let apiKey: string;

const none = { SESAMI_API_URL: "", SESAMI_API_KEY: "" };
const mail = (args: string[], env: Record<string, string> = none) =>
  runProgram("cli/mail.ts", ["--folder", folder, ...args], env);
const hello = ["--to", "ada@people.example", "--subject", "Hello", "--text", "Hi"];

beforeAll(async () => {
  laptop = await startTestLaptop();
  const state = openState(join(folder, "state"));
  ({ apiKey } = await prepareDemo(demoOf(laptop, state)));
  state.flush();
});

afterAll(async () => {
  await laptop?.stop();
  rmSync(folder, { recursive: true, force: true });
});

it("sends through the laptop that runs, with all that it is told", async () => {
  const page = join(folder, "page.html");
  const bill = join(folder, "bill.txt");
  writeFileSync(page, "<p>It is on its way – soon</p>");
  writeFileSync(bill, "12 €");

  const run = await mail([
    "--to=Ada <ada@people.example>",
    "--from=Shop <hello@shop.example>",
    "--subject=Your order",
    `--file=${page}`,
    `--attach=${bill}`,
    "--tag=campaign=orders",
    "--reply-to=help@shop.example",
  ]);

  expect(run).toMatchObject({ code: 0, stderr: "" });
  expect(run.stdout).toMatch(/^ada@people\.example {2}sent {2}\S+\nmail mai_[a-z0-9]+\n$/);
  const [received] = await eventually(
    () => readInbox(laptop, "ada@people.example"),
    (mails) => mails.length > 0,
  );
  const parsed = await PostalMime.parse(await readSource(laptop, received!.id));
  expect(parsed).toMatchObject({ subject: "Your order", replyTo: [{ address: "help@shop.example" }] });
  expect(parsed.html).toContain("It is on its way – soon");
  expect(parsed.attachments[0]).toMatchObject({ filename: "bill.txt", mimeType: "text/plain" });
  expect(Buffer.from(parsed.attachments[0]?.content as ArrayBuffer).toString("utf8")).toBe("12 €");
});

it("leaves a mail for later there, and says for when", async () => {
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString();

  const run = await mail([...hello, "--at", tomorrow]);
  const past = await mail([...hello, "--at", "2026-01-01T08:00:00Z"]);

  expect(run).toMatchObject({ code: 0, stderr: "" });
  expect(run.stdout).toContain("ada@people.example  scheduled: ");
  expect(run.stdout).toMatch(new RegExp(`\\nmail mai_[a-z0-9]+, to be sent at ${tomorrow}\\n$`));
  expect(past.code).toBe(1);
  expect(past.stderr).toContain("scheduledAt must be at least 60 seconds ahead");
});

it("sends to the API that it is given, once for one idempotency key", async () => {
  const env = { SESAMI_API_URL: `${laptop.apiUrl}/`, SESAMI_API_KEY: apiKey };
  const args = [...hello, "--from", "hello@shop.example", "--idempotency-key", "order-42", "--json"];

  const first = await mail(args, env);
  const again = await mail(args, env);

  expect([first.code, again.code]).toEqual([0, 0]);
  expect((JSON.parse(first.stdout) as SendMailResponse).id).toMatch(/^mai_/);
  expect(again.stdout).toBe(first.stdout);
});

it("ends with 1 when somebody was not sent to, and says why", async () => {
  const invalid = await mail(["--to", "nobody", ...hello]);
  const unverified = await mail([...hello, "--from", "hello@stranger.example"]);
  const refused = await mail([...hello, "--tag", "a b=c"]);
  const stranger = await mail([...hello, "--from", "a@shop.example", "--api-url", laptop.apiUrl, "--key", "sk_wrong"]);

  expect([invalid.code, unverified.code, refused.code, stranger.code]).toEqual([1, 1, 1, 1]);
  expect(invalid.stdout).toMatch(/nobody {2}invalid {2}invalid_address: /);
  expect(invalid.stdout).toContain("ada@people.example  sent");
  expect(unverified.stdout).toContain("sender_not_verified");
  expect(refused.stderr).toContain("tags");
  expect(stranger.stderr).toContain("check the API key");
});

it("ends with 2 and its usage when the command is wrong", async () => {
  const wrong = [
    ["--subject", "Hello", "--text", "Hi"],
    ["--to", "ada@people.example", "--subject", "Hello"],
    [...hello, "--file", join(folder, "missing.html")],
    [...hello, "--tag", "campaign"],
    [...hello, "--colour", "black"],
    [...hello, "--key", "sk_alone"],
    [...hello, "--key", "sk_a", "--api-url", "api.example"],
  ];

  const runs = await Promise.all(wrong.map((args) => mail(args)));

  for (const { code, stderr } of runs) {
    expect(code).toBe(2);
    expect(stderr).toContain("usage: npm run -s mail");
  }
});

it("ends with 3 when no laptop runs, and gives its key to nobody else who listens there", async () => {
  const asked: string[] = [];
  const other = createServer((request, response) => {
    asked.push(`${request.method} ${request.headers.authorization}`);
    response.end("{}");
  });
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  const elsewhere = join(folder, "elsewhere");
  const state = openState(join(elsewhere, "state"));
  const { port } = other.address() as AddressInfo;
  state.save("demo", () => ({ apiKey: "sk_demo", apiUrl: `http://127.0.0.1:${port}` }));
  state.flush();

  const never = await mail([...hello, "--folder", join(folder, "nowhere")]);
  const taken = await mail([...hello, "--folder", elsewhere]);

  other.close();
  expect([never.code, taken.code]).toEqual([3, 3]);
  expect(taken.stderr).toContain("no laptop is running");
  expect(asked).toEqual(["GET undefined"]);
});
