// Evaluates a parsed condition or filter against an item. dynalite's own evaluator compares maps and lists by reference,
// and takes an empty string for an absent one.
import { isSameValue, typeOf, type AttributeValue, type Item } from "./attribute-value.ts";
import { dynalite, type ExpressionNode, type Operand, type Path } from "./dynalite.ts";

const isPath = (operand: Operand): operand is Path => Array.isArray(operand);

const isNode = (operand: Operand): operand is ExpressionNode => "args" in operand;

function sizeOf(value: AttributeValue): number | undefined {
  if (value.S !== undefined) return value.S.length;
  if (value.B !== undefined) return Buffer.byteLength(value.B, "base64");
  if (value.M) return Object.keys(value.M).length;
  return (value.SS ?? value.NS ?? value.BS ?? value.L)?.length;
}

function valueOf(operand: Operand, item: Item): AttributeValue | undefined {
  if (isPath(operand)) return dynalite.mapPath(operand, item) ?? undefined;
  if (!isNode(operand)) return operand;
  const [measured] = operand.args;
  const value = measured && valueOf(measured, item);
  const size = value && sizeOf(value);
  return size === undefined ? undefined : { N: String(size) };
}

const bytes = (base64: string) => Buffer.from(base64, "base64");

function contains(container: AttributeValue, element: AttributeValue): boolean {
  if (container.S !== undefined) return element.S !== undefined && container.S.includes(element.S);
  if (container.B !== undefined) return element.B !== undefined && bytes(container.B).includes(bytes(element.B));
  if (container.L) return container.L.some((member) => isSameValue(member, element));
  const members = { S: container.SS, N: container.NS, B: container.BS };
  return (["S", "N", "B"] as const).some((type) => members[type]?.includes(element[type] ?? "") ?? false);
}

function beginsWith(value: AttributeValue, prefix: AttributeValue): boolean {
  if (value.S !== undefined && prefix.S !== undefined) return value.S.startsWith(prefix.S);
  if (value.B === undefined || prefix.B === undefined) return false;
  return bytes(value.B).subarray(0, bytes(prefix.B).length).equals(bytes(prefix.B));
}

/** dynalite's comparison of two scalars is right, once both are there and of one type. */
const isOrdered = (operator: string, value: AttributeValue, operand: AttributeValue | undefined): boolean =>
  operand !== undefined && typeOf(value) === typeOf(operand) && dynalite.compare(operator, value, [operand]);

function holds(operator: string, value: AttributeValue | undefined, operands: (AttributeValue | undefined)[]): boolean {
  const [first, second] = operands;
  if (operator === "attribute_not_exists") return value === undefined;
  if (operator === "<>") return !isSameValue(value, first);
  if (value === undefined) return false;
  switch (operator) {
    case "attribute_exists":
      return true;
    case "attribute_type":
      return typeOf(value) === first?.S;
    case "=":
      return isSameValue(value, first);
    case "in":
      return operands.some((operand) => isSameValue(value, operand));
    case "contains":
      return first !== undefined && contains(value, first);
    case "begins_with":
      return first !== undefined && beginsWith(value, first);
    case "between":
      return isOrdered(">=", value, first) && isOrdered("<=", value, second);
    default:
      return isOrdered(operator, value, first);
  }
}

/** An absent item is an empty one. */
export function matches(expression: ExpressionNode, item: Item): boolean {
  const nested = expression.args as ExpressionNode[];
  if (expression.type === "and") return nested.every((argument) => matches(argument, item));
  if (expression.type === "or") return nested.some((argument) => matches(argument, item));
  if (expression.type === "not") return !nested.some((argument) => matches(argument, item));

  const [value, ...operands] = expression.args.map((operand) => valueOf(operand, item));
  return holds(expression.type === "function" ? (expression.name ?? "") : expression.type, value, operands);
}
