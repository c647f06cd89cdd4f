// Reads a cloud assembly (cdk.out): its stacks in the order of deployment, and where its assets lie.
// Source: the CDK's cloud-assembly-schema, manifest and asset manifest.
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

export interface AssemblyStack {
  /** The artifact's id. */
  id: string;
  stackName: string;
  template: unknown;
  /** Absent where the app leaves it to the deployment. */
  accountId?: string;
  region?: string;
  /** Ids of the stacks that come first. */
  dependsOn: string[];
}

export interface Assembly {
  /** In the order of deployment. */
  stacks: AssemblyStack[];
  /** The folder or file of an asset, from its key in the bucket, its hash or its path. @throws when there is none */
  assetPath: (name: string) => string;
}

interface Artifact {
  type: string;
  environment?: string;
  dependencies?: string[];
  properties?: { templateFile?: string; stackName?: string; file?: string };
}

interface AssetManifest {
  files?: Record<string, { source: { path?: string }; destinations: Record<string, { objectKey: string }> }>;
}

const readJson = (path: string): unknown => JSON.parse(readFileSync(path, "utf8"));

function readAssets(folder: string, artifacts: Record<string, Artifact>): Map<string, string> {
  const paths = new Map<string, string>();
  for (const { type, properties } of Object.values(artifacts)) {
    if (type !== "cdk:asset-manifest" || properties?.file === undefined) continue;
    const manifest = readJson(join(folder, properties.file)) as AssetManifest;
    for (const [hash, { source, destinations }] of Object.entries(manifest.files ?? {})) {
      // An asset that a command builds has no path; nothing of ours has one.
      if (source.path === undefined) continue;
      const path = resolve(folder, source.path);
      paths.set(hash, path);
      for (const { objectKey } of Object.values(destinations)) paths.set(objectKey, path);
    }
  }
  return paths;
}

function deploymentOrder(stacks: AssemblyStack[]): AssemblyStack[] {
  const ordered = new Set<AssemblyStack>();
  const visit = (stack: AssemblyStack) => {
    if (ordered.has(stack)) return;
    for (const id of stack.dependsOn) {
      const first = stacks.find((other) => other.id === id);
      if (first) visit(first);
    }
    ordered.add(stack);
  };
  for (const stack of stacks) visit(stack);
  return [...ordered];
}

/** `aws://111111111111/us-east-1`; an agnostic stack says `unknown-account`. */
function placeOf(environment: string | undefined): Pick<AssemblyStack, "accountId" | "region"> {
  const [, accountId, region] = /^aws:\/\/([^/]+)\/(.+)$/.exec(environment ?? "") ?? [];
  return {
    ...(accountId !== undefined && accountId !== "unknown-account" && { accountId }),
    ...(region !== undefined && region !== "unknown-region" && { region }),
  };
}

/** @throws when the folder is no cloud assembly */
export function readAssembly(folder: string): Assembly {
  const { artifacts = {} } = readJson(join(folder, "manifest.json")) as { artifacts?: Record<string, Artifact> };
  const isStack = (id: string) => artifacts[id]?.type === "aws:cloudformation:stack";
  const stacks = Object.entries(artifacts)
    .filter(([id]) => isStack(id))
    .map(([id, { environment, dependencies, properties }]): AssemblyStack => {
      const template = readJson(join(folder, properties?.templateFile ?? ""));
      const dependsOn = (dependencies ?? []).filter(isStack);
      return Object.assign(placeOf(environment), { id, stackName: properties?.stackName ?? id, template, dependsOn });
    });
  const assets = readAssets(folder, artifacts);

  return {
    stacks: deploymentOrder(stacks),
    assetPath: (name) => {
      const path = assets.get(name) ?? join(folder, name);
      if (!existsSync(path)) throw new Error(`The cloud assembly has no asset ${name}.`);
      return path;
    },
  };
}
