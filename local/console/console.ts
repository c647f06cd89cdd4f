// The laptop's stand-in for the CloudFormation console: a quick-create link opens it in the customer's account.
// The page reads the stack's name, template and parameters from the address, shows them, and creates the stack.
import { readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { basename, join } from "node:path";
import { templateParameter } from "../../shared/contract/connection.ts";

/** What a console session of the customer creates. */
export interface StackRequest {
  /** Who is signed in to the console: any account exists on a laptop. */
  accountId: string;
  region: string;
  stackName: string;
  /** Ends in the file name of a template that this cloud has published. */
  templateUrl: string;
  parameters: Record<string, string>;
  /** Instead of a stack of that name that is there already. */
  replaces: boolean;
}

/** The account has a stack of that name, and it is not the same. */
export class StackExistsError extends Error {
  constructor(stackName: string) {
    super(
      `Stack [${stackName}] already exists in this account and region, with another external id. ` +
        "Whoever connected the account with it loses the connection when it is replaced.",
    );
    this.name = "StackExistsError";
  }
}

export interface ConsoleOptions {
  /** Whose console it is, and where, unless its address or the person says otherwise. */
  accountId: string;
  region: string;
  /** Where templates that customers may deploy lie. */
  templateFolder: string;
  /** @throws StackExistsError */
  createStack: (stack: Omit<StackRequest, "templateUrl"> & { template: unknown }) => Promise<void>;
}

export const consolePath = "/console";

const page = readFileSync(join(import.meta.dirname, "console.html"), "utf8");
const regionPattern = /^[a-z]{2}(-[a-z]+)+-\d$/;
const stackNamePattern = /^[A-Za-z][A-Za-z0-9-]{0,127}$/;
const maxBodyBytes = 100_000;

function parseStackRequest(body: string): StackRequest {
  const input = JSON.parse(body) as Partial<Record<keyof StackRequest, unknown>>;
  const { accountId, region, stackName, templateUrl, parameters, replaces = false } = input;
  if (typeof accountId !== "string" || !/^\d{12}$/.test(accountId)) throw new Error("an account id has 12 digits");
  if (typeof region !== "string" || !regionPattern.test(region)) throw new Error("region is not a region's name");
  if (typeof stackName !== "string" || !stackNamePattern.test(stackName))
    throw new Error("stackName is not a stack's name");
  if (typeof replaces !== "boolean") throw new Error("replaces is not true or false");
  if (typeof templateUrl !== "string" || !URL.canParse(templateUrl)) throw new Error("templateUrl is not an address");
  if (typeof parameters !== "object" || parameters === null) throw new Error("parameters are missing");
  const known = Object.values(templateParameter) as string[];
  for (const [name, value] of Object.entries(parameters))
    if (!known.includes(name) || typeof value !== "string") throw new Error(`the template has no parameter ${name}`);
  return { accountId, region, stackName, templateUrl, replaces, parameters: parameters as Record<string, string> };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBodyBytes) throw new Error("the request is too large");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

const sendJson = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store" });
  response.end(JSON.stringify(body));
};

/** Answers everything below `/console`. Only same-origin JSON creates a stack, so no foreign page can. */
export function createConsole(options: ConsoleOptions) {
  const createStack = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.headers["content-type"] !== "application/json" || request.headers["sec-fetch-site"] === "cross-site")
      return sendJson(response, 403, { message: "Stacks are created from the console's own page." });
    try {
      const { templateUrl, ...stack } = parseStackRequest(await readBody(request));
      const file = join(options.templateFolder, basename(new URL(templateUrl).pathname));
      const template: unknown = JSON.parse(readFileSync(file, "utf8"));
      await options.createStack({ ...stack, template });
      return sendJson(response, 200, { stackName: stack.stackName, status: "CREATE_COMPLETE" });
    } catch (error) {
      return sendJson(response, error instanceof StackExistsError ? 409 : 400, {
        message: error instanceof Error ? error.message : String(error),
      });
    }
  };

  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.method === "POST") return createStack(request, response);
    response.writeHead(200, {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy":
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'",
    });
    response.end(page.replaceAll("{{account}}", options.accountId).replaceAll("{{region}}", options.region));
  };
}
