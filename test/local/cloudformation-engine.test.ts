import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { createCloudFormation, type CloudFormation, type Deployment } from "../../local/cloudformation/engine.ts";
import type { ResourceProviders } from "../../local/cloudformation/provider.ts";
import { AwsError } from "../../local/protocol.ts";
import { openState } from "../../local/state.ts";

const place = { accountId: "111111111111", region: "us-east-1", stackName: "shop" };

/** What the providers were asked for, in order. */
let history: string[];

/** A resource with a name: its properties come back as attributes. */
const thing = {
  create: (properties: Record<string, unknown>, { logicalId, generatedName, region, accountId }) => {
    history.push(`create ${logicalId}`);
    if (properties["Fails"]) throw new Error("the service said no");
    const name = (properties["Name"] as string | undefined) ?? generatedName;
    return { ref: name, attributes: { Arn: `arn:aws:test:${region}:${accountId}:${name}`, ...properties } };
  },
  delete: ({ ref }, { logicalId }) => void history.push(`delete ${logicalId} ${ref}`),
} satisfies ResourceProviders[string];

const providers: ResourceProviders = {
  "Test::Thing": thing,
  "AWS::SSM::Parameter": {
    create: (properties) => ({ ref: String(properties["Name"]), attributes: { Value: properties["Value"] } }),
  },
};

let cloudFormation: CloudFormation;

beforeEach(() => {
  history = [];
  cloudFormation = createCloudFormation({ providers, state: openState() });
});

type Resources = Record<string, Record<string, unknown>>;
const things = (resources: Resources) =>
  Object.fromEntries(
    Object.entries(resources).map(
      ([logicalId, { DependsOn, Condition, DeletionPolicy, UpdateReplacePolicy, ...Properties }]) => [
        logicalId,
        { Type: "Test::Thing", Properties, DependsOn, Condition, DeletionPolicy, UpdateReplacePolicy },
      ],
    ),
  );

const deploy = (template: Record<string, unknown>, deployment: Partial<Deployment> = {}) =>
  cloudFormation.deploy({ ...place, template: { Resources: {}, ...template }, ...deployment });

/** The value of an expression, as an output says it. */
async function valueOf(
  expression: unknown,
  template: Record<string, unknown> = {},
  deployment: Partial<Deployment> = {},
) {
  const { outputs } = await deploy({ ...template, Outputs: { Value: { Value: expression } } }, deployment);
  return outputs["Value"];
}

/** The value of an expression, as a provider gets it. */
async function propertyOf(expression: unknown, template: Record<string, unknown> = {}) {
  const { resources } = await deploy({ ...template, Resources: things({ Holder: { Held: expression } }) });
  return resources["Holder"]!.attributes["Held"];
}

describe("intrinsic functions", () => {
  const Bus = things({ Bus: { Name: "sesami", Endpoint: "events.example.com" } });

  it.each([
    ["Ref of a resource", { Ref: "Bus" }, "sesami"],
    ["Ref of the account", { Ref: "AWS::AccountId" }, "111111111111"],
    ["Ref of the region", { Ref: "AWS::Region" }, "us-east-1"],
    ["Ref of the partition", { Ref: "AWS::Partition" }, "aws"],
    ["Ref of the suffix", { Ref: "AWS::URLSuffix" }, "amazonaws.com"],
    ["Ref of the stack's name", { Ref: "AWS::StackName" }, "shop"],
    ["GetAtt as a list", { "Fn::GetAtt": ["Bus", "Endpoint"] }, "events.example.com"],
    ["GetAtt as text", { "Fn::GetAtt": "Bus.Arn" }, "arn:aws:test:us-east-1:111111111111:sesami"],
    ["Join", { "Fn::Join": ["/", ["a", { Ref: "Bus" }, 3]] }, "a/sesami/3"],
    ["Join of a split", { "Fn::Join": ["-", { "Fn::Split": [",", "a,b,c"] }] }, "a-b-c"],
    ["Sub", { "Fn::Sub": "${Bus} in ${AWS::Region} at ${Bus.Endpoint}" }, "sesami in us-east-1 at events.example.com"],
    ["Sub with variables", { "Fn::Sub": ["${Name} of ${Bus}", { Name: { Ref: "AWS::StackName" } }] }, "shop of sesami"],
    ["Sub that leaves a literal", { "Fn::Sub": "${!Bus} ${Bus}" }, "${Bus} sesami"],
    ["Select", { "Fn::Select": ["1", ["a", "b"]] }, "b"],
    ["Select of an ARN's part", { "Fn::Select": [5, { "Fn::Split": [":", { "Fn::GetAtt": "Bus.Arn" }] }] }, "sesami"],
    ["FindInMap", { "Fn::FindInMap": ["Sizes", { Ref: "AWS::Region" }, "small"] }, "s1"],
    ["Base64", { "Fn::Base64": "AWS CloudFormation" }, "QVdTIENsb3VkRm9ybWF0aW9u"],
  ])("%s", async (_, expression, value) => {
    const Mappings = { Sizes: { "us-east-1": { small: "s1" } } };

    expect(await valueOf(expression, { Resources: Bus, Mappings })).toBe(value);
  });

  it("NoValue leaves out a property, and an element of a list", async () => {
    const held = await propertyOf({ a: 1, b: { Ref: "AWS::NoValue" }, c: [1, { Ref: "AWS::NoValue" }, 2] });

    expect(held).toEqual({ a: 1, c: [1, 2] });
  });

  it("an object with a Ref among other keys is data", async () => {
    expect(await propertyOf({ Ref: "Bus", other: 1 })).toEqual({ Ref: "Bus", other: 1 });
  });

  it.each([
    ["Fn::GetAZs", { "Fn::GetAZs": "" }, "Fn::GetAZs"],
    ["a reference to nothing", { Ref: "Nobody" }, "Nobody"],
    ["an attribute that is not there", { "Fn::GetAtt": ["Bus", "Size"] }, "Bus has no attribute Size"],
    ["a part that is not there", { "Fn::Select": [2, ["a"]] }, "no element 2"],
    ["a key that no map has", { "Fn::FindInMap": ["Sizes", "a", "b"] }, "Sizes has no a with b"],
    ["a dynamic reference", "{{resolve:secretsmanager:name}}", "{{resolve:secretsmanager"],
    ["an export that is not there", { "Fn::ImportValue": "gone" }, "No export named gone"],
  ])("%s is an error with its name", async (_, expression, message) => {
    await expect(valueOf(expression, { Resources: Bus })).rejects.toThrow(message);
  });
});

describe("conditions", () => {
  const template = {
    Parameters: { Stage: { Type: "String", Default: "test" } },
    Conditions: {
      IsProduction: { "Fn::Equals": [{ Ref: "Stage" }, "production"] },
      IsTest: { "Fn::Not": [{ Condition: "IsProduction" }] },
      Both: { "Fn::And": [{ Condition: "IsTest" }, { Condition: "IsProduction" }] },
      Either: { "Fn::Or": [{ Condition: "IsTest" }, { Condition: "IsProduction" }] },
    },
  };

  it.each([
    ["IsProduction", "no"],
    ["IsTest", "yes"],
    ["Both", "no"],
    ["Either", "yes"],
  ])("%s chooses %s", async (condition, choice) => {
    expect(await valueOf({ "Fn::If": [condition, "yes", "no"] }, template)).toBe(choice);
  });

  it("leave out resources and outputs, and what only the other branch refers to", async () => {
    const { resources, outputs } = await deploy({
      ...template,
      Resources: things({
        Alarm: { Condition: "IsProduction" },
        Page: { DependsOn: ["Alarm"], Alarm: { "Fn::If": ["IsProduction", { Ref: "Alarm" }, "none"] } },
      }),
      Outputs: { AlarmName: { Condition: "IsProduction", Value: { Ref: "Alarm" } } },
    });

    expect(Object.keys(resources)).toEqual(["Page"]);
    expect(resources["Page"]!.attributes["Alarm"]).toBe("none");
    expect(outputs).toEqual({});
  });

  it.each([
    ["that is not there", {}, "no condition Loop"],
    ["that refers to itself", { Loop: { "Fn::Not": [{ Condition: "Loop" }] } }, "Loop refers to itself"],
    ["of no known form", { Loop: { "Fn::Maybe": [] } }, "Fn::Maybe"],
  ])("%s is an error", async (_, Conditions, message) => {
    await expect(valueOf({ "Fn::If": ["Loop", 1, 2] }, { Conditions })).rejects.toThrow(message);
  });
});

describe("parameters", () => {
  const ofType = (Type: string, more: Record<string, unknown> = {}) => ({ Parameters: { Given: { Type, ...more } } });

  it("take what is given before their default", async () => {
    const template = ofType("String", { Default: "default" });

    expect(await valueOf({ Ref: "Given" }, template)).toBe("default");
    expect(await valueOf({ Ref: "Given" }, template, { parameters: { Given: "given" } })).toBe("given");
  });

  it("are lists where their type says so", async () => {
    expect(await propertyOf({ Ref: "Given" }, ofType("CommaDelimitedList", { Default: "a, b" }))).toEqual(["a", "b"]);
  });

  it("may stand for a stored parameter that another stack made", async () => {
    const stored = { Type: "AWS::SSM::Parameter", Properties: { Name: "/shop/domain", Value: "shop.example" } };
    await deploy({ Resources: { Stored: stored } }, { stackName: "settings" });

    const template = ofType("AWS::SSM::Parameter::Value<String>", { Default: "/shop/domain" });

    expect(await valueOf({ Ref: "Given" }, template)).toBe("shop.example");
    await expect(valueOf({ Ref: "Given" }, template, { region: "eu-west-1" })).rejects.toThrow("Given");
  });

  it("of the CDK's bootstrap check are met, and its rule is passed over", async () => {
    const template = {
      Parameters: {
        BootstrapVersion: { Type: "AWS::SSM::Parameter::Value<String>", Default: "/cdk-bootstrap/hnb659fds/version" },
      },
      Rules: {
        CheckBootstrapVersion: { Assertions: [{ Assert: { "Fn::Contains": [["1"], { Ref: "BootstrapVersion" }] } }] },
      },
    };

    await expect(deploy(template)).resolves.toBeDefined();
  });

  it.each([
    ["lacks", {}, {}, "Parameters [Given] must have values"],
    ["is unknown", { Default: "a" }, { Other: "b" }, "Parameters [Other] do not exist"],
    ["is none of the allowed", { AllowedValues: ["a", "b"] }, { Given: "c" }, "one of a, b"],
    ["breaks the pattern", { AllowedPattern: "[a-z]+" }, { Given: "abc1" }, "pattern [a-z]+"],
    ["is too short", { MinLength: 2 }, { Given: "a" }, "at least 2"],
    ["is too long", { MaxLength: "2" }, { Given: "abc" }, "at most 2"],
    ["is no number", { Type: "Number" }, { Given: "many" }, "must be a number"],
    ["is too small", { Type: "Number", MinValue: 2 }, { Given: "1" }, "at least 2"],
    ["is too big", { Type: "Number", MaxValue: 2 }, { Given: "3" }, "at most 2"],
    ["has a type that is not there", { Type: "AWS::EC2::VPC::Id" }, { Given: "x" }, "AWS::EC2::VPC::Id"],
  ])("an error says what is wrong when one %s", async (_, more, parameters, message) => {
    await expect(deploy(ofType("String", more), { parameters })).rejects.toThrow(message);
  });

  it("with NoEcho are not in the error", async () => {
    const template = ofType("String", { NoEcho: true, AllowedPattern: "[a-z]+" });

    const deployed = deploy(template, { parameters: { Given: "SECRET-1" } });

    await expect(deployed).rejects.not.toThrow("SECRET-1");
  });
});

describe("order", () => {
  it("is by Ref, GetAtt, Sub and DependsOn, whatever the order in the template", async () => {
    await deploy({
      Resources: things({
        E: { DependsOn: "D" },
        D: { On: { "Fn::Join": ["", [{ "Fn::Sub": "${C.Arn}" }]] } },
        C: { On: { "Fn::Sub": ["${X}", { X: { Ref: "B" } }] } },
        B: { On: [{ nested: { "Fn::GetAtt": ["A", "Arn"] } }] },
        A: {},
      }),
    });

    expect(history).toEqual(["create A", "create B", "create C", "create D", "create E"]);
  });

  it("looks at the branch of a condition that counts alone", async () => {
    const chosen = (whenTrue: string, whenFalse: string) => ({
      "Fn::If": ["Yes", { Ref: whenTrue }, { Ref: whenFalse }],
    });

    await deploy({
      Conditions: { Yes: { "Fn::Equals": ["1", "1"] } },
      Resources: things({ A: { On: chosen("B", "A") }, B: { On: chosen("C", "A") }, C: {} }),
    });

    expect(history).toEqual(["create C", "create B", "create A"]);
  });

  it("that goes in a circle is an error that shows the circle", async () => {
    const Resources = things({ A: { On: { Ref: "B" } }, B: { On: { Ref: "C" } }, C: { On: { Ref: "B" } } });

    await expect(deploy({ Resources })).rejects.toThrow("Stack shop: Circular dependency: B → C → B");
    expect(history).toEqual([]);
  });
});

describe("what lacks", () => {
  it("is named all at once, before anything is made", async () => {
    const Resources = { ...things({ A: {} }), Site: { Type: "AWS::Amplify::App" }, Disk: { Type: "AWS::EC2::Volume" } };

    await expect(deploy({ Resources })).rejects.toThrow(
      "Stack shop: The laptop cloud does not have: AWS::Amplify::App (Site), AWS::EC2::Volume (Disk).",
    );
    expect(history).toEqual([]);
  });

  it("is a template's section too", async () => {
    await expect(deploy({ Transform: "AWS::Serverless-2016-10-31" })).rejects.toThrow("Transform");
  });

  it("in a provider is told with stack, resource and type", async () => {
    await expect(deploy({ Resources: things({ A: {}, B: { Fails: true } }) })).rejects.toThrow(
      "Stack shop: B (Test::Thing): the service said no",
    );
  });
});

describe("several stacks", () => {
  const exporting = {
    Resources: things({ Bus: { Name: "sesami" } }),
    Outputs: { BusName: { Value: { Ref: "Bus" }, Export: { Name: { "Fn::Sub": "${AWS::StackName}-bus" } } } },
  };

  it("import what others export, in the same account and region", async () => {
    await deploy(exporting, { stackName: "ingest" });

    expect(await valueOf({ "Fn::ImportValue": "ingest-bus" })).toBe("sesami");
    await expect(valueOf({ "Fn::ImportValue": "ingest-bus" }, {}, { accountId: "222222222222" })).rejects.toThrow(
      "No export named ingest-bus",
    );
  });

  it("read outputs of others without an export, also from another region or account", async () => {
    await deploy(exporting, { stackName: "ingest" });
    const reference = { StackName: "ingest", OutputName: "BusName" };
    const away = { ...reference, Region: "us-east-1", RoleArn: "arn:aws:iam::111111111111:role/reader" };

    expect(await valueOf({ "Fn::GetStackOutput": reference })).toBe("sesami");
    expect(await valueOf({ "Fn::GetStackOutput": away }, {}, { accountId: "222222222222", region: "eu-west-1" })).toBe(
      "sesami",
    );
    await expect(valueOf({ "Fn::GetStackOutput": { ...reference, OutputName: "Gone" } })).rejects.toThrow("Gone");
  });

  it("do not export the same name twice", async () => {
    const Outputs = { A: { Value: "1", Export: { Name: "same" } } };
    await deploy({ Outputs }, { stackName: "first" });

    await expect(deploy({ Outputs }, { stackName: "second" })).rejects.toThrow("same belongs to the stack first");
  });
});

describe("a second deployment", () => {
  it("gives the same generated names, different for each stack, account and resource", async () => {
    const Resources = things({ A: {}, B: {} });
    const nameIn = async (deployment: Partial<Deployment>, logicalId: string) =>
      (await deploy({ Resources }, deployment)).resources[logicalId]!.ref;

    const first = await nameIn({}, "A");

    expect(first).toMatch(/^shop-A-[0-9a-z]{12}$/);
    expect(await nameIn({}, "A")).toBe(first);
    expect(await nameIn({}, "B")).not.toBe(first);
    expect((await nameIn({ accountId: "222222222222" }, "A")).slice(-12)).not.toBe(first.slice(-12));
  });

  it("makes names of 64 characters at most", async () => {
    const Resources = things({ ["L".repeat(200)]: {} });

    const { resources } = await deploy({ Resources }, { stackName: "s".repeat(100) });

    expect(Object.values(resources)[0]!.ref.length).toBeLessThanOrEqual(64);
  });

  it("deletes what the template no longer has and what was replaced, last made first", async () => {
    await deploy({ Resources: things({ A: { Name: "a" }, B: { Name: "b" }, C: { Name: "c" } }) });
    history = [];

    await deploy({ Resources: things({ A: { Name: "a2" }, B: { Name: "b" } }) });

    expect(history).toEqual(["create A", "create B", "delete C c", "delete A a"]);
  });

  it("leaves alone what another logical id took over, and what is retained", async () => {
    await deploy({
      Resources: things({
        Old: { Name: "same" },
        Kept: { Name: "kept", DeletionPolicy: "Retain" },
        Renamed: { Name: "before", UpdateReplacePolicy: "Retain" },
      }),
    });
    history = [];

    await deploy({ Resources: things({ New: { Name: "same" }, Renamed: { Name: "after" } }) });

    expect(history).toEqual(["create New", "create Renamed"]);
  });

  it("after a restart knows what was there before", async () => {
    const folder = mkdtempSync(join(tmpdir(), "cloudformation-"));
    try {
      const state = openState(folder);
      cloudFormation = createCloudFormation({ providers, state });
      await deploy({ Resources: things({ A: {}, B: { Name: "b" } }) });
      state.flush();
      history = [];

      const stateAfter = openState(folder);
      cloudFormation = createCloudFormation({ providers, state: stateAfter });
      await deploy({ Resources: things({ A: {} }) });
      // Now, and not when the folder is gone.
      stateAfter.flush();

      expect(history).toEqual(["create A", "delete B b"]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("after one that failed halfway knows what that one made", async () => {
    await expect(deploy({ Resources: things({ A: { Name: "a" }, B: { Fails: true } }) })).rejects.toThrow("said no");
    history = [];

    await cloudFormation.deleteStack(place);

    expect(history).toEqual(["delete A a"]);
  });
});

describe("deleting a stack", () => {
  it.each([
    ["passes over what is gone already", "NotFoundException", undefined],
    ["fails where the service refuses", "ResourceInUseException", "refused"],
  ])("%s", async (_, code, message) => {
    const stubborn: ResourceProviders[string] = {
      ...thing,
      delete: () => {
        throw new AwsError(code, "refused");
      },
    };
    cloudFormation = createCloudFormation({ providers: { "Test::Thing": stubborn }, state: openState() });
    await deploy({ Resources: things({ A: {} }) });

    const deleted = cloudFormation.deleteStack(place).then(
      () => undefined,
      (error: Error) => error.message,
    );

    expect(await deleted).toBe(message);
  });

  it("deletes its resources, last made first, but not the retained, and forgets its outputs", async () => {
    const Resources = things({
      A: { Name: "a" },
      B: { Name: "b", DeletionPolicy: "Retain" },
      C: { Name: "c", DependsOn: "A" },
    });
    await deploy({ Resources, Outputs: { Name: { Value: "x" } } });
    history = [];

    await cloudFormation.deleteStack(place);

    expect(history).toEqual(["delete C c", "delete A a"]);
    expect(cloudFormation.findStack(place)).toBeUndefined();
  });
});
