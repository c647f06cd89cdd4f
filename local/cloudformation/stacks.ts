// The stacks that are deployed: their resources, outputs and exports, kept over restarts.
import type { StateFolder } from "../state.ts";
import type { StackOutputReference } from "./intrinsics.ts";
import type { CreatedResource } from "./provider.ts";

/** Where a stack is. */
export interface StackPlace {
  accountId: string;
  region: string;
  stackName: string;
}

export interface StackResource extends CreatedResource {
  type: string;
  /** Stays when the stack or the resource in it is deleted. */
  isRetained?: boolean;
  /** Stays when another takes its place. */
  isRetainedOnReplacement?: boolean;
}

export interface Stack extends StackPlace {
  /** In the order of their making. */
  resources: Record<string, StackResource>;
  outputs: Record<string, string>;
  /** By export name. */
  exports: Record<string, string>;
}

export interface Stacks {
  find: (place: StackPlace) => Stack | undefined;
  put: (stack: Stack) => void;
  remove: (place: StackPlace) => void;
  /** @throws when nobody exports it */
  importValue: (place: Omit<StackPlace, "stackName">, exportName: string) => string;
  /** @throws when the stack or the output is not there */
  outputOf: (asking: StackPlace, reference: StackOutputReference) => string;
  /** A parameter of Systems Manager that a stack made. */
  findStored: (place: Omit<StackPlace, "stackName">, name: string) => string | undefined;
}

const stateName = "cloudformation";

/** Every account of the laptop counts as bootstrapped, by whatever version a template asks for. */
const bootstrapVersion = { name: /^\/cdk-bootstrap\/[^/]+\/version$/, value: "999" };

const keyOf = ({ accountId, region, stackName }: StackPlace) => `${accountId}/${region}/${stackName}`;

export function createStacks(state: StateFolder): Stacks {
  const stacks = new Map(Object.entries(state.read<Record<string, Stack>>(stateName) ?? {}));
  const save = () => state.save(stateName, () => Object.fromEntries(stacks));
  const stacksIn = ({ accountId, region }: Omit<StackPlace, "stackName">) =>
    [...stacks.values()].filter((stack) => stack.accountId === accountId && stack.region === region);

  return {
    find: (place) => stacks.get(keyOf(place)),

    put: (stack) => {
      for (const other of stacksIn(stack))
        for (const name of Object.keys(stack.exports))
          if (other.stackName !== stack.stackName && name in other.exports)
            throw new Error(`The export ${name} belongs to the stack ${other.stackName} already.`);
      stacks.set(keyOf(stack), stack);
      save();
    },

    remove: (place) => {
      stacks.delete(keyOf(place));
      save();
    },

    importValue: (place, exportName) => {
      const value = stacksIn(place).find(({ exports }) => exportName in exports)?.exports[exportName];
      if (value === undefined) throw new Error(`No export named ${exportName} found.`);
      return value;
    },

    outputOf: (asking, { stackName, outputName, region, accountId }) => {
      const place = { stackName, region: region ?? asking.region, accountId: accountId ?? asking.accountId };
      const value = stacks.get(keyOf(place))?.outputs[outputName];
      if (value === undefined) throw new Error(`There is no output ${outputName} of a stack ${keyOf(place)}.`);
      return value;
    },

    findStored: (place, name) => {
      if (bootstrapVersion.name.test(name)) return bootstrapVersion.value;
      const parameters = stacksIn(place).flatMap(({ resources }) => Object.values(resources));
      const found = parameters.find(({ type, ref }) => type === "AWS::SSM::Parameter" && ref === name);
      return found && String(found.attributes["Value"]);
    },
  };
}
