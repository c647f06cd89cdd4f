// SESami on one machine: the operator's stacks in one account, a customer's account beside it, and the dashboard.
// `npm start` and the end-to-end tests run this very thing.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { type Assembly, readAssembly } from "./cloudformation/assembly.ts";
import { createCloud, type Cloud, type CloudOptions } from "./cloud.ts";
import { consolePath, createConsole, StackExistsError } from "./console/console.ts";
import { serveDashboard } from "./start/dashboard.ts";
import type { Built } from "./start/build.ts";
import type { RunningFunction } from "./start/reload.ts";
import type { StateFolder } from "./state.ts";

/** AWS's example account ids; the laptop's two accounts. */
export const operatorAccountId = "111111111111";
export const customerAccountId = "222222222222";
export const laptopRegion = "us-east-1";
export const connectionStackName = "sesami-connection";

export interface LaptopOptions extends Pick<
  CloudOptions,
  "state" | "log" | "onFunctionLog" | "faults" | "duplicateEvery" | "sesDelayMs"
> {
  built: Built;
  /** 0 takes any free one. */
  ports: { dashboard: number; api: number; aws: number };
}

export interface Laptop {
  cloud: Cloud;
  dashboardUrl: string;
  apiUrl: string;
  inboxUrl: string;
  userPoolId: string;
  functions: RunningFunction[];
  /** What a customer does in their CloudFormation console. */
  deployConnection: (accountId: string, parameters: Record<string, string>) => Promise<void>;
  stop: () => Promise<void>;
}

/** Every account that connects has this SES: in production, with one verified domain. */
const customerSes = {
  production: true,
  maxSendRate: 50,
  max24Hours: 50_000,
  identities: ["shop.example"],
};

const output = (outputs: Record<string, string>, name: string): string => {
  const value = outputs[name];
  if (value === undefined) throw new Error(`The stacks have no output ${name}.`);
  return value;
};

export async function startLaptop({ built, ports, ...options }: LaptopOptions): Promise<Laptop> {
  const cloud = await createCloud({ ...options, port: ports.aws, apiPort: () => ports.api });
  try {
    const laptop = await deployAll(cloud, options.state, built, ports.dashboard);
    cloud.ses.resume();
    cloud.scheduler.resume();
    return laptop;
  } catch (error) {
    await cloud.stop();
    throw error;
  }
}

async function deployAll(cloud: Cloud, state: StateFolder, built: Built, dashboardPort: number): Promise<Laptop> {
  const assembly = readAssembly(built.assemblyFolder);
  const templateFolder = join(built.assemblyFolder, "customer");
  const inboxUrl = `${cloud.url}/inbox`;
  const parameters = {
    UserPoolEndpoint: cloud.url,
    ConsoleUrl: `${cloud.url}${consolePath}?account={account}&region={region}`,
    InboxUrl: inboxUrl,
    // Of its HTTP API: the cloud speaks Momento's protocol too.
    MomentoEndpoint: cloud.url,
  };
  const outputs: Record<string, string> = {};
  for (const { stackName, template } of assembly.stacks) {
    const declared = (template as { Parameters?: Record<string, unknown> }).Parameters ?? {};
    const given = Object.fromEntries(Object.entries(parameters).filter(([name]) => name in declared));
    const deployed = await cloud.deploy({
      stackName,
      template,
      parameters: given,
      accountId: operatorAccountId,
      region: laptopRegion,
      assetPath: assembly.assetPath,
    });
    Object.assign(outputs, deployed.outputs);
  }

  const customerStacks = await createCustomerStacks(cloud, state);
  cloud.route(
    consolePath,
    createConsole({
      accountId: customerAccountId,
      region: laptopRegion,
      templateFolder,
      createStack: customerStacks.create,
    }),
  );

  const apiUrl = output(outputs, "ApiUrl");
  const dashboard = await serveDashboard({
    folder: built.dashboardFolder,
    port: dashboardPort,
    apiUrl,
    userPoolUrl: cloud.url,
  });
  return {
    cloud,
    dashboardUrl: dashboard.url,
    apiUrl,
    inboxUrl,
    userPoolId: output(outputs, "UserPoolId"),
    functions: runningFunctions(cloud, assembly),
    deployConnection: (accountId, given) => {
      const template: unknown = JSON.parse(readFileSync(join(templateFolder, "connection.template.json"), "utf8"));
      const stack = { accountId, region: laptopRegion, stackName: connectionStackName };
      return customerStacks.create({ ...stack, template, parameters: given, replaces: true });
    },
    stop: async () => {
      await dashboard.close();
      await cloud.stop();
    },
  };
}

interface CustomerStack {
  accountId: string;
  region: string;
  stackName: string;
  template: unknown;
  parameters: Record<string, string>;
}

/** Stacks that customers made in their console. They are there again after a restart, as they were. */
async function createCustomerStacks(cloud: Cloud, state: StateFolder) {
  // Once all were in the laptop's own region, and none was written down.
  type Kept = [string, Omit<CustomerStack, "region"> & { region?: string }][];
  const kept = new Map<string, CustomerStack>(
    (state.read<Kept>("customer-stacks") ?? []).map(([key, stack]) => [key, { region: laptopRegion, ...stack }]),
  );
  const deploy = async (stack: CustomerStack): Promise<void> => {
    await cloud.deploy(stack);
    cloud.ses.configureAccount(stack.accountId, stack.region, customerSes);
  };
  for (const stack of kept.values()) await deploy(stack);
  return {
    create: async ({ replaces, ...stack }: CustomerStack & { replaces: boolean }): Promise<void> => {
      const key = `${stack.accountId}/${stack.region}/${stack.stackName}`;
      const there = kept.get(key);
      if (there !== undefined && !replaces && !isDeepStrictEqual(there.parameters, stack.parameters))
        throw new StackExistsError(stack.stackName);
      await deploy(stack);
      kept.set(key, stack);
      state.save("customer-stacks", () => [...kept]);
    },
  };
}

interface FunctionResource {
  Metadata?: { "sesami:function"?: string };
}

/** Which bundle runs as which function: the templates name the source of each. */
function runningFunctions(cloud: Cloud, { stacks }: Assembly): RunningFunction[] {
  const definitions = cloud.functions.listFunctions();
  return stacks.flatMap(({ stackName, template }) => {
    const { resources = {} } = cloud.findStack({ accountId: operatorAccountId, region: laptopRegion, stackName }) ?? {};
    const { Resources } = template as { Resources: Record<string, FunctionResource> };
    return Object.entries(Resources).flatMap(([logicalId, { Metadata }]) => {
      const name = Metadata?.["sesami:function"];
      const definition = definitions.find(({ arn }) => arn === resources[logicalId]?.attributes["Arn"]);
      if (name === undefined || definition === undefined) return [];
      return [{ name, functionArn: definition.arn, bundleFolder: definition.folder }];
    });
  });
}
