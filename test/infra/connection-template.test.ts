import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Match, Template } from "aws-cdk-lib/assertions";
import { afterAll, describe, expect, it } from "vitest";
import { connectionTemplate } from "../../infra/customer/connection-stack.ts";

const folder = mkdtempSync(join(tmpdir(), "sesami-connection-"));
const json = connectionTemplate(folder);
const template = Template.fromJSON(json);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the connection template", () => {
  it("trusts one account, and only with the external id", () => {
    template.hasResourceProperties("AWS::IAM::Role", {
      AssumeRolePolicyDocument: {
        Statement: [
          {
            Action: "sts:AssumeRole",
            Effect: "Allow",
            Condition: { StringEquals: { "sts:ExternalId": { Ref: "ExternalId" } } },
            Principal: Match.anyValue(),
          },
        ],
      },
      MaxSessionDuration: 3600,
    });
  });

  it("allows sending, reading the set-up and the suppression list, and nothing else", () => {
    const roles = Object.values(template.findResources("AWS::IAM::Role"));
    const role = roles.find(({ Properties }) =>
      JSON.stringify(Properties.AssumeRolePolicyDocument).includes("ExternalId"),
    );
    const allowed = (role?.["Properties"].Policies[0].PolicyDocument.Statement ?? []) as {
      Action: string | string[];
    }[];
    const actions = allowed.flatMap(({ Action }) => Action);

    expect(actions).toContain("ses:SendRawEmail");
    expect(actions.filter((action) => action.includes("*"))).toEqual([]);
    expect(new Set(actions.map((action) => action.split(":")[0]))).toEqual(new Set(["ses", "events"]));
    expect(actions.filter((action) => /:(Create|Delete|Update|Put)/.test(action)).sort()).toEqual([
      "ses:DeleteSuppressedDestination",
      "ses:PutSuppressedDestination",
    ]);
  });

  it("publishes all ten event types to the default bus", () => {
    const [destination] = Object.values(template.findResources("AWS::SES::ConfigurationSetEventDestination"));

    // The names of CloudFormation's EventDestination.MatchingEventTypes.
    expect(destination?.["Properties"].EventDestination.Enabled).toBe(true);
    expect(new Set(destination?.["Properties"].EventDestination.MatchingEventTypes)).toEqual(
      new Set(
        "bounce click complaint delivery deliveryDelay open reject renderingFailure send subscription".split(" "),
      ),
    );
  });

  it("forwards the events with a role of its own and keeps what cannot be forwarded", () => {
    template.hasResourceProperties("AWS::Events::Rule", {
      EventPattern: { source: ["aws.ses"], "detail-type": [{ prefix: "Email " }] },
      Targets: [
        Match.objectLike({
          Arn: { Ref: "EventBusArn" },
          RoleArn: Match.anyValue(),
          DeadLetterConfig: Match.anyValue(),
        }),
      ],
    });
  });

  it("can be deployed from a console: parameters have descriptions, and nothing needs a bootstrapped account", () => {
    const parameters = json["Parameters"] as Record<string, { Description?: string }>;

    expect(Object.keys(parameters).sort()).toEqual(["EventBusArn", "ExternalId", "OperatorAccountId"]);
    expect(Object.values(parameters).every(({ Description }) => Description)).toBe(true);
    expect(JSON.stringify(json)).not.toContain("BootstrapVersion");
    expect(JSON.stringify(json)).not.toContain("Fn::ImportValue");
  });
});
