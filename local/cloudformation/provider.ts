// How a resource type of a template becomes something in a service of the laptop cloud.
// Each service exports its own table of providers; the engine (engine.ts) knows no resource type.

export interface ResourceContext {
  accountId: string;
  region: string;
  stackName: string;
  logicalId: string;
  /** Stable over restarts: what CloudFormation would have generated where the template gives no name. */
  generatedName: string;
  /** The raw resource, for its Metadata. */
  resource: { Type: string; Metadata?: Record<string, unknown> };
  /** Absolute folder or file of an asset of the assembly, from its path or its bucket key. */
  assetPath: (name: string) => string;
}

export interface CreatedResource {
  /** What `Ref` gives. */
  ref: string;
  /** What `Fn::GetAtt` gives. */
  attributes: Record<string, unknown>;
}

/** Properties come with every intrinsic resolved. Creating what is there already (a restart) adopts or updates it. */
export interface ResourceProvider {
  create: (properties: Record<string, any>, context: ResourceContext) => CreatedResource | Promise<CreatedResource>; // oxlint-disable-line typescript/no-explicit-any -- a template is untyped JSON
  delete?: (created: CreatedResource, context: ResourceContext) => void | Promise<void>;
}

export type ResourceProviders = Record<string, ResourceProvider>;
