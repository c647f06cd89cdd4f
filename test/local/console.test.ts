// The page that stands for the customer's CloudFormation console.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createConsole, StackExistsError } from "../../local/console/console.ts";

const template = { Resources: {} };

let templateFolder: string;
let server: Server;
let created: unknown[];

beforeEach(async () => {
  templateFolder = mkdtempSync(join(tmpdir(), "sesami-console-"));
  writeFileSync(join(templateFolder, "connection.template.json"), JSON.stringify(template));
  created = [];
  const handle = createConsole({
    accountId: "222222222222",
    region: "us-east-1",
    templateFolder,
    createStack: async (stack) => {
      if (stack.stackName === "is-there" && !stack.replaces) throw new StackExistsError(stack.stackName);
      created.push(stack);
    },
  });
  server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
  rmSync(templateFolder, { recursive: true });
});

const post = (body: Record<string, unknown>, headers: Record<string, string> = {}) =>
  fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/console/stacks`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({
      accountId: "333333333333",
      region: "eu-west-1",
      stackName: "sesami-connection",
      templateUrl: "https://templates.shop.example/connection.template.json",
      parameters: { ExternalId: "an external id" },
      ...body,
    }),
  });

it("creates the stack in the account and the region that it was opened for", async () => {
  const response = await post({});

  expect(response.status).toBe(200);
  expect(created).toEqual([
    {
      accountId: "333333333333",
      region: "eu-west-1",
      stackName: "sesami-connection",
      template,
      parameters: { ExternalId: "an external id" },
      replaces: false,
    },
  ]);
});

it("replaces a stack that is there only when told so", async () => {
  const refused = await post({ stackName: "is-there" });
  const replaced = await post({ stackName: "is-there", replaces: true });

  expect(refused.status).toBe(409);
  expect(((await refused.json()) as { message: string }).message).toContain("Stack [is-there] already exists");
  expect(replaced.status).toBe(200);
  expect(created).toMatchObject([{ stackName: "is-there", replaces: true }]);
});

it.each([
  ["an account that is none", { accountId: "333" }, "12 digits"],
  ["a region that is none", { region: "somewhere/else" }, "region"],
  ["a parameter that the template does not have", { parameters: { Password: "secret" } }, "Password"],
])("creates nothing with %s", async (_, given, said) => {
  const response = await post(given);

  expect(response.status).toBe(400);
  expect(((await response.json()) as { message: string }).message).toContain(said);
  expect(created).toEqual([]);
});

it("creates nothing for a page of somebody else's", async () => {
  const response = await post({}, { "sec-fetch-site": "cross-site" });

  expect(response.status).toBe(403);
  expect(created).toEqual([]);
});
