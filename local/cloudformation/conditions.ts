// The Conditions section: each condition is decided once, from parameters and mappings alone.
import { unsupported } from "../protocol.ts";
import { resolveValue, type Scope } from "./intrinsics.ts";
import { isObject, type Template } from "./template.ts";

/** Gives whether a condition holds. @throws for an unknown condition, or one that refers to itself */
export function createConditions(
  declared: Template["Conditions"],
  scope: Omit<Scope, "holds">,
): (name: string) => boolean {
  const decided = new Map<string, boolean | "deciding">();

  const holds = (name: string): boolean => {
    const known = decided.get(name);
    if (known === "deciding") throw new Error(`The condition ${name} refers to itself.`);
    if (known !== undefined) return known;
    if (!(name in declared)) throw new Error(`The template has no condition ${name}.`);
    decided.set(name, "deciding");
    const result = decide(declared[name]);
    decided.set(name, result);
    return result;
  };

  const decide = (expression: unknown): boolean => {
    const [name, argument] = isObject(expression) ? (Object.entries(expression)[0] ?? []) : [];
    const operands = Array.isArray(argument) ? (argument as unknown[]) : [];
    switch (name) {
      case "Condition":
        return holds(String(argument));
      case "Fn::Equals": {
        const [left, right] = operands.map((operand) => JSON.stringify(resolveValue(operand, { ...scope, holds })));
        return left === right;
      }
      case "Fn::And":
        return operands.every(decide);
      case "Fn::Or":
        return operands.some(decide);
      case "Fn::Not":
        return !operands.some(decide);
      default:
        throw unsupported(`${JSON.stringify(expression)} as a condition`);
    }
  };

  return holds;
}
