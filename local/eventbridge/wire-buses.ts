// The operations on buses and their policies.
import { parsePolicyDocument, type PolicyDocument } from "../identity/policy.ts";
import { AwsError } from "../protocol.ts";
import { toStatement } from "./bus-policy.ts";
import type { Bus, Buses } from "./buses.ts";
import * as input from "./wire-input.ts";
import { pageOf, type Operation } from "./wire-request.ts";

const describe = ({ name, arn, description, policy }: Bus) => {
  const document = policy.document();
  return {
    Name: name,
    Arn: arn,
    ...(description !== undefined && { Description: description }),
    ...(document && { Policy: JSON.stringify(document) }),
  };
};

function readPolicy(text: string): PolicyDocument {
  try {
    return parsePolicyDocument(text);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw new AwsError("ValidationException", `The policy is not valid: ${error.message}`);
  }
}

export function busOperations(buses: Buses): Record<string, Operation> {
  return {
    DescribeEventBus: ({ read, openBus }) => describe(openBus(read(input.describeEventBus).Name)),
    ListEventBuses: ({ read, openBus, accountId, region }) => {
      const { NamePrefix, ...wanted } = read(input.listEventBuses);
      openBus("default");
      const mine = buses.listBuses(accountId, region).filter(({ name }) => name.startsWith(NamePrefix));
      const { page, token } = pageOf(mine, wanted);
      return { EventBuses: page.map(describe), ...token };
    },
    PutPermission: ({ read, openBus }) => {
      const { EventBusName, Policy, StatementId, Action, Principal, Condition } = read(input.putPermission);
      const { arn, policy } = openBus(EventBusName);
      const hasStatement = StatementId !== undefined && Action !== undefined && Principal !== undefined;
      const hasPart = [StatementId, Action, Principal, Condition].some((part) => part !== undefined);
      if (Policy === undefined ? !hasStatement : hasPart)
        throw new AwsError("ValidationException", "Give either Policy, or Action, Principal and StatementId.");
      if (Policy !== undefined) policy.putDocument(readPolicy(Policy));
      else if (hasStatement)
        policy.put(
          toStatement({ statementId: StatementId, action: Action, principal: Principal, condition: Condition }, arn),
          "runtime",
        );
      buses.save();
    },
    RemovePermission: ({ read, openBus }) => {
      const { EventBusName, StatementId, RemoveAllPermissions } = read(input.removePermission);
      const { policy } = openBus(EventBusName);
      if (RemoveAllPermissions) policy.removeAll();
      else if (StatementId === undefined) throw new AwsError("ValidationException", "StatementId is required.");
      else policy.remove(StatementId);
      buses.save();
    },
  };
}
