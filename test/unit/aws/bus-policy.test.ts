// The bus policy names just the accounts that are owned, whoever writes it and in whatever order.
import { beforeEach, expect, test } from "vitest";
import type { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { writeBusPolicy } from "../../../shared/aws/bus-policy.ts";

const busArn = "arn:aws:events:us-east-1:111111111111:event-bus/sesami";

interface Statement {
  Sid: string;
  Principal: { AWS: string | string[] };
}

/** A bus that keeps its policy as AWS does: account ids become root ARNs, one alone loses its list. */
function createBus(policy?: { Statement: Statement[] }) {
  let current = policy;
  const writes: unknown[] = [];
  const asAws = (statement: Statement): Statement => {
    const arns = [statement.Principal.AWS].flat().map((id) => (id.length === 12 ? `arn:aws:iam::${id}:root` : id));
    return { ...statement, Principal: { AWS: arns.length === 1 ? (arns[0] ?? "") : arns } };
  };
  const send = async (command: { constructor: { name: string }; input: Record<string, unknown> }) => {
    if (command.constructor.name === "DescribeEventBusCommand")
      return current ? { Policy: JSON.stringify(current) } : {};
    writes.push(command.input);
    if (command.constructor.name === "RemovePermissionCommand") {
      current = undefined;
      return {};
    }
    const document = JSON.parse(String(command.input["Policy"])) as { Statement: Statement[] };
    current = { ...document, Statement: document.Statement.map(asAws) };
    return {};
  };
  return {
    events: { send } as unknown as EventBridgeClient,
    writes,
    statements: () => current?.Statement ?? [],
    accounts: () =>
      (current?.Statement ?? [])
        .filter(({ Sid }) => Sid === "ConnectedAccounts")
        .flatMap(({ Principal }) => Principal.AWS)
        .map((arn) => arn.slice("arn:aws:iam::".length, -":root".length)),
  };
}

const operatorStatement: Statement = { Sid: "Operator", Principal: { AWS: "arn:aws:iam::333333333333:root" } };

let owned: string[];
beforeEach(() => {
  owned = [];
});
const write = (bus: ReturnType<typeof createBus>) =>
  writeBusPolicy({ events: bus.events, busArn, listAccountIds: async () => [...owned] });

test("the statement admits SES events of the owned accounts, each once", async () => {
  const bus = createBus();
  owned = ["444444444444", "222222222222", "222222222222"];

  await write(bus);

  expect(bus.statements()).toEqual([
    {
      Sid: "ConnectedAccounts",
      Effect: "Allow",
      Principal: { AWS: ["arn:aws:iam::222222222222:root", "arn:aws:iam::444444444444:root"] },
      Action: "events:PutEvents",
      Resource: busArn,
      Condition: { StringEquals: { "events:source": "aws.ses" } },
    },
  ]);
});

test("a policy that is right already is not written", async () => {
  const bus = createBus();
  owned = ["222222222222"];
  await write(bus);

  await write(bus);

  expect(bus.writes).toHaveLength(1);
});

test("statements of others stay", async () => {
  const bus = createBus({ Statement: [operatorStatement] });
  owned = ["222222222222"];
  await write(bus);
  owned = [];

  await write(bus);

  expect(bus.statements()).toEqual([operatorStatement]);
});

test("without an account our statement goes", async () => {
  const bus = createBus();
  owned = ["222222222222"];
  await write(bus);
  owned = [];

  await write(bus);

  expect(bus.statements()).toEqual([]);
});

test("a writer with an old list writes again, so nobody who connected meanwhile is lost", async () => {
  const bus = createBus();
  owned = ["222222222222"];
  const slow = writeBusPolicy({
    events: bus.events,
    busArn,
    listAccountIds: async () => {
      const seen = [...owned];
      if (!owned.includes("444444444444")) {
        owned.push("444444444444");
        await write(bus);
      }
      return seen;
    },
  });

  await slow;

  expect(bus.accounts()).toEqual(["222222222222", "444444444444"]);
});

test("a policy that is full is told as such", async () => {
  const events = {
    send: async (command: { constructor: { name: string } }) => {
      if (command.constructor.name === "DescribeEventBusCommand") return {};
      throw Object.assign(new Error("too long"), { name: "PolicyLengthExceededException" });
    },
  } as unknown as EventBridgeClient;

  const written = writeBusPolicy({ events, busArn, listAccountIds: async () => ["222222222222"] });

  await expect(written).rejects.toMatchObject({ code: "unavailable" });
});
