// The resource policy of one bus: statements of templates and statements put at run time, by their id.
import type { Conditions, PolicyDocument, PolicyStatement } from "../identity/policy.ts";
import { AwsError } from "../protocol.ts";

/** "PutPermission", API reference */
const maximumPolicySizeBytes = 10_240;

export type StatementOrigin = "template" | "runtime";

export type BusPolicy = ReturnType<typeof createBusPolicy>;

/** The short form of a statement, in templates and in PutPermission. */
export interface Permission {
  statementId: string;
  action: string;
  /** An account id, or `*`. */
  principal: string;
  condition?: { Type: string; Key: string; Value: string } | undefined;
}

export function toStatement(
  { statementId, action, principal, condition }: Permission,
  busArn: string,
): PolicyStatement {
  const Condition: Conditions | undefined = condition && { [condition.Type]: { [condition.Key]: condition.Value } };
  return {
    Sid: statementId,
    Effect: "Allow",
    Principal: principal === "*" ? "*" : { AWS: `arn:aws:iam::${principal}:root` },
    Action: action,
    Resource: busArn,
    ...(Condition && { Condition }),
  };
}

/**
 * What runtime calls have put is given back to it after a restart; templates put theirs again at every deployment, and
 * win over a runtime statement of the same id.
 */
export function createBusPolicy(runtimeStatements: PolicyStatement[]) {
  let statements: { statement: PolicyStatement; origin: StatementOrigin }[] = runtimeStatements.map((statement) => ({
    statement,
    origin: "runtime",
  }));

  const toDocument = (): PolicyDocument | undefined =>
    statements.length === 0
      ? undefined
      : { Version: "2012-10-17", Statement: statements.map(({ statement }) => statement) };

  const replace = (next: typeof statements) => {
    const earlier = statements;
    statements = next;
    if (JSON.stringify(toDocument() ?? "").length <= maximumPolicySizeBytes) return;
    statements = earlier;
    throw new AwsError("PolicyLengthExceededException", `The policy is longer than ${maximumPolicySizeBytes} bytes.`);
  };

  const without = (sid: string | undefined) =>
    statements.filter(({ statement }) => sid === undefined || statement.Sid !== sid);

  return {
    document: toDocument,
    runtimeStatements: (): PolicyStatement[] =>
      statements.filter(({ origin }) => origin === "runtime").map(({ statement }) => statement),
    /** Adds it, or replaces the one of the same id. @throws AwsError `PolicyLengthExceededException` */
    put: (statement: PolicyStatement, origin: StatementOrigin) => {
      replace([...without(statement.Sid), { statement, origin }]);
    },
    /** The whole policy anew; statements that say what a template said stay the template's. */
    putDocument: ({ Statement }: PolicyDocument) => {
      const fromTemplate = new Set(
        statements.filter(({ origin }) => origin === "template").map(({ statement }) => JSON.stringify(statement)),
      );
      replace(
        [Statement].flat().map((statement) => ({
          statement,
          origin: fromTemplate.has(JSON.stringify(statement)) ? "template" : "runtime",
        })),
      );
    },
    /** @throws AwsError `ResourceNotFoundException` */
    remove: (sid: string) => {
      const rest = without(sid);
      if (rest.length === statements.length)
        throw new AwsError("ResourceNotFoundException", "Statement with the provided id does not exist.");
      statements = rest;
    },
    removeAll: () => {
      statements = [];
    },
  };
}
