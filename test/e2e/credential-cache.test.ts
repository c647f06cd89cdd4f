// The sessions of customers' roles over the real stacks, with Momento's protocol: shared by functions' processes, sealed,
// and no send fails for want of it.
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { SendMailResponse } from "../../shared/contract/api/mail.ts";
import { AwsError } from "../../local/protocol.ts";
import { startConnectedLaptop } from "../support/connected-laptop.ts";
import type { TestLaptop } from "../support/laptop.ts";

let laptop: TestLaptop;
let apiKey: string;
/** How often a role was assumed, by now. */
let assumed = 0;
let momentoFault: (() => Promise<void> | void) | undefined;

beforeAll(async () => {
  ({ laptop, apiKey } = await startConnectedLaptop({
    faults: {
      sts: (operation) => {
        if (operation === "AssumeRole") assumed += 1;
      },
      momento: () => momentoFault?.(),
    },
  }));
});

afterAll(() => laptop?.stop());

afterEach(() => {
  momentoFault = undefined;
});

async function send(): Promise<{ status: number; body: SendMailResponse }> {
  const response = await fetch(`${laptop.apiUrl}/mail`, {
    method: "POST",
    headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json" },
    body: JSON.stringify({ from: "hello@shop.example", to: "ada@example.com", subject: "Hello", text: "Hello" }),
  });
  return { status: response.status, body: (await response.json()) as SendMailResponse };
}

/** As if AWS had ended the processes of the mail function. */
async function endProcesses(): Promise<void> {
  const mail = laptop.functions.find(({ name }) => name === "mail") ?? expect.fail("there is no mail function");
  await laptop.cloud.functions.reload(mail.functionArn);
}

describe("a process of the mail function that has just begun", () => {
  it("sends with the session that another has left in Momento, and asks no STS", async () => {
    await send();
    await expect.poll(() => laptop.cloud.momento.entries().length).toBeGreaterThan(0);
    const before = assumed;

    await endProcesses();
    const { status, body } = await send();

    expect(status).toBe(202);
    expect(body.recipients).toMatchObject([{ status: "sent" }]);
    expect(assumed).toBe(before);
  });

  it.each([
    ["is down", () => Promise.reject(new AwsError("ServiceUnavailable", "Unavailable", { status: 503 }))],
    ["refuses our key", () => Promise.reject(new AwsError("Unauthorized", "Unauthorized", { status: 401 }))],
    ["does not answer", () => new Promise<never>(() => undefined)],
  ])("asks STS when Momento %s, and sends", async (_, fault) => {
    const before = assumed;
    momentoFault = fault;

    await endProcesses();
    const { status, body } = await send();

    expect(status).toBe(202);
    expect(body.recipients).toMatchObject([{ status: "sent" }]);
    expect(assumed).toBe(before + 1);
  });
});

it("what lies in Momento is sealed: no key, no role and no address can be read in it", () => {
  const all = laptop.cloud.momento
    .entries()
    .map(([key, value]) => key + value.toString("latin1"))
    .join("\n");

  expect(all).not.toBe("");
  for (const readable of ["ASIA", "arn:", "222222222222", "example.com", "sesami-connection"])
    expect(all).not.toContain(readable);
});
