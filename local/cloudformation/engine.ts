// Deploys templates: decides what is to be there, makes it in order through the services' providers, removes what went.
// Knows no resource type; a type without a provider is an error.
import { AwsError } from "../protocol.ts";
import type { StateFolder } from "../state.ts";
import { createConditions } from "./conditions.ts";
import { creationOrder } from "./dependencies.ts";
import { resolveValue, type Scope } from "./intrinsics.ts";
import { parameterValues } from "./parameters.ts";
import type { CreatedResource, ResourceContext, ResourceProvider, ResourceProviders } from "./provider.ts";
import { stableId, stableUuid } from "./stable-id.ts";
import { createStacks, type Stack, type StackPlace, type StackResource } from "./stacks.ts";
import { isObject, parseTemplate, type Template, type TemplateResource } from "./template.ts";

export type { Stack, StackPlace, StackResource } from "./stacks.ts";

export interface Deployment extends StackPlace {
  /** An object, or JSON. */
  template: unknown;
  parameters?: Record<string, string>;
  /** Absent: a template without assets. */
  assetPath?: (name: string) => string;
}

export interface CloudFormation {
  /**
   * Makes or updates a stack. Every resource goes through its provider again, also after a restart.
   * @throws naming the stack and the resource; all resource types that lack are named at once, before anything is made
   */
  deploy: (deployment: Deployment) => Promise<Pick<Stack, "outputs" | "resources">>;
  /** Deletes what is not retained, last made first. A stack that is not there is no error. */
  deleteStack: (place: StackPlace) => Promise<void>;
  findStack: (place: StackPlace) => Stack | undefined;
}

const urlSuffix = "amazonaws.com";
/**
 * What makes a resource itself. An ARN where there is one: a queue's `Ref` holds the laptop's port, which may be
 * another one after a restart.
 */
const isSame = (left: StackResource, right: StackResource) =>
  left.type === right.type && (left.attributes["Arn"] ?? left.ref) === (right.attributes["Arn"] ?? right.ref);

/** CloudFormation cuts generated names so that the shortest limit (roles, functions: 64) holds. */
const namePartLength = 24;
const nameHashLength = 12;

function generatedName({ accountId, region, stackName }: StackPlace, logicalId: string): string {
  const hash = stableId(`${accountId}/${region}/${stackName}/${logicalId}`, nameHashLength);
  return `${stackName.slice(0, namePartLength)}-${logicalId.slice(0, namePartLength)}-${hash}`;
}

const isGone = ({ code, status }: AwsError) => status === 404 || /NotFound|NoSuch|DoesNotExist/.test(code);

const isKept = (policy: string | undefined) => policy === "Retain" || policy === "RetainExceptOnCreate";

function noAsset(name: string): never {
  throw new Error(`The stack was deployed without assets, so there is no ${name}.`);
}

export function createCloudFormation({
  providers,
  state,
}: {
  providers: ResourceProviders;
  state: StateFolder;
}): CloudFormation {
  const stacks = createStacks(state);

  const providerOf = (type: string): ResourceProvider => {
    const provider = providers[type];
    if (!provider) throw new Error(`The laptop cloud does not have ${type}.`);
    return provider;
  };

  const contextOf = (place: StackPlace, logicalId: string, resource: TemplateResource, assetPath = noAsset) => ({
    accountId: place.accountId,
    region: place.region,
    stackName: place.stackName,
    logicalId,
    generatedName: generatedName(place, logicalId),
    resource,
    assetPath: assetPath as ResourceContext["assetPath"],
  });

  const remove = async (place: StackPlace, logicalId: string, resource: StackResource) => {
    const context = contextOf(place, logicalId, { Type: resource.type });
    try {
      await providers[resource.type]?.delete?.(resource, context);
    } catch (error) {
      // After a restart a service may not have what an earlier run made.
      if (!(error instanceof AwsError && isGone(error))) throw error;
    }
  };

  const scopeOf = (deployment: Deployment, template: Template, created: Record<string, CreatedResource>): Scope => {
    const { accountId, region, stackName } = deployment;
    const stackArn = `arn:aws:cloudformation:${region}:${accountId}:stack/${stackName}`;
    const parameters = {
      ...parameterValues(template.Parameters, deployment.parameters ?? {}, (name) =>
        stacks.findStored(deployment, name),
      ),
      "AWS::AccountId": accountId,
      "AWS::Region": region,
      "AWS::StackName": stackName,
      "AWS::StackId": `${stackArn}/${stableUuid(stackArn)}`,
      "AWS::Partition": "aws",
      "AWS::URLSuffix": urlSuffix,
      "AWS::NotificationARNs": [],
    } as Record<string, string | string[]>;
    const scope = {
      mappings: template.Mappings,
      findParameter: (name: string) => parameters[name],
      findResource: (logicalId: string) => created[logicalId],
      importValue: (name: string) => stacks.importValue(deployment, name),
      stackOutput: (reference: Parameters<Scope["stackOutput"]>[0]) => stacks.outputOf(deployment, reference),
    };
    return { ...scope, holds: createConditions(template.Conditions, scope) };
  };

  const create = async (deployment: Deployment, logicalId: string, resource: TemplateResource, scope: Scope) => {
    const properties = resolveValue(resource.Properties ?? {}, scope);
    const context = contextOf(deployment, logicalId, resource, deployment.assetPath as typeof noAsset | undefined);
    const made = await providerOf(resource.Type).create(isObject(properties) ? properties : {}, context);
    return {
      ...made,
      type: resource.Type,
      isRetained: isKept(resource.DeletionPolicy),
      isRetainedOnReplacement: isKept(resource.UpdateReplacePolicy),
    };
  };

  const outputsOf = (template: Template, scope: Scope) => {
    const outputs: Record<string, string> = {};
    const exports: Record<string, string> = {};
    for (const [name, output] of Object.entries(template.Outputs)) {
      if (output.Condition !== undefined && !scope.holds(output.Condition)) continue;
      const value = String(resolveValue(output.Value, scope));
      outputs[name] = value;
      if (output.Export) exports[String(resolveValue(output.Export.Name, scope))] = value;
    }
    return { outputs, exports };
  };

  /** Removes what the template no longer has, and what another took the place of. */
  const removeFormer = async (former: Stack, resources: Record<string, StackResource>) => {
    const current = Object.values(resources);
    for (const [logicalId, old] of Object.entries(former.resources).toReversed()) {
      // Also under another logical id: that one has taken it over.
      if (current.some((resource) => isSame(resource, old))) continue;
      const isKeptBack = resources[logicalId] ? old.isRetainedOnReplacement : old.isRetained;
      if (isKeptBack !== true) await remove(former, logicalId, old);
    }
  };

  const deploy = async (deployment: Deployment) => {
    const { accountId, region, stackName } = deployment;
    const template = parseTemplate(deployment.template);
    const resources: Record<string, StackResource> = {};
    const scope = scopeOf(deployment, template, resources);
    const wanted = Object.fromEntries(
      Object.entries(template.Resources).filter(
        ([, { Condition }]) => Condition === undefined || scope.holds(Condition),
      ),
    );
    const lacking = Object.entries(wanted).filter(([, { Type }]) => !providers[Type]);
    if (lacking.length > 0)
      throw new Error(
        `The laptop cloud does not have: ${lacking.map(([logicalId, { Type }]) => `${Type} (${logicalId})`).join(", ")}.`,
      );

    const former = stacks.find(deployment);
    for (const logicalId of creationOrder(wanted, scope.holds)) {
      const resource = wanted[logicalId] as TemplateResource;
      try {
        resources[logicalId] = await create(deployment, logicalId, resource, scope);
      } catch (error) {
        // What was made so far stays on record, so that the next deployment or deletion finds it.
        stacks.put({
          accountId,
          region,
          stackName,
          outputs: former?.outputs ?? {},
          exports: former?.exports ?? {},
          resources: { ...former?.resources, ...resources },
        });
        throw new Error(`${logicalId} (${resource.Type}): ${(error as Error).message}`, { cause: error });
      }
    }
    const stack = { accountId, region, stackName, resources, ...outputsOf(template, scope) };
    stacks.put(stack);
    if (former) await removeFormer(former, resources);
    return { outputs: stack.outputs, resources };
  };

  return {
    deploy: async (deployment) => {
      try {
        return await deploy(deployment);
      } catch (error) {
        throw new Error(`Stack ${deployment.stackName}: ${(error as Error).message}`, { cause: error });
      }
    },

    deleteStack: async (place) => {
      const stack = stacks.find(place);
      if (!stack) return;
      for (const [logicalId, resource] of Object.entries(stack.resources).toReversed())
        if (resource.isRetained !== true) await remove(stack, logicalId, resource);
      stacks.remove(place);
    },

    findStack: stacks.find,
  };
}
