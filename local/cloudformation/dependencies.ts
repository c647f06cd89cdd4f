// The order in which a template's resources are made: what is referred to comes first.
import { attributeReference, findIntrinsic, substitution } from "./intrinsics.ts";
import { isObject, type TemplateResource } from "./template.ts";

/** The names that an expression speaks of. The branch of an `Fn::If` that does not count is not looked at. */
function namesIn(value: unknown, holds: (condition: string) => boolean): string[] {
  const inner = (part: unknown) => namesIn(part, holds);
  if (Array.isArray(value)) return value.flatMap(inner);
  if (!isObject(value)) return [];
  const [name, argument] = findIntrinsic(value) ?? [];
  if (name === "Ref") return [String(argument)];
  if (name === "Fn::GetAtt") {
    const [logicalId, attribute] = attributeReference(argument);
    return [logicalId, ...inner(attribute)];
  }
  if (name === "Fn::If" && Array.isArray(argument)) {
    const [condition, whenTrue, whenFalse] = argument as [string, unknown, unknown];
    return inner(holds(condition) ? whenTrue : whenFalse);
  }
  if (name === "Fn::Sub") {
    const [text, variables] = Array.isArray(argument) ? (argument as unknown[]) : [argument];
    const own = isObject(variables) ? Object.keys(variables) : [];
    const named = [...String(text).matchAll(substitution)]
      .filter(([, literal]) => !literal)
      .map(([, , reference = ""]) => reference.trim())
      .filter((reference) => !own.includes(reference))
      .map((reference) => reference.split(".")[0] ?? "");
    return [...named, ...inner(variables)];
  }
  return Object.values(value).flatMap(inner);
}

/**
 * The logical ids in the order of their making, by `Ref`, `Fn::GetAtt`, `Fn::Sub` and `DependsOn`.
 * @throws when resources wait for one another in a circle
 */
export function creationOrder(
  resources: Record<string, TemplateResource>,
  holds: (condition: string) => boolean,
): string[] {
  const order: string[] = [];
  const done = new Set<string>();

  const visit = (logicalId: string, path: string[]) => {
    const resource = resources[logicalId];
    if (!resource || done.has(logicalId)) return;
    if (path.includes(logicalId))
      throw new Error(`Circular dependency: ${[...path.slice(path.indexOf(logicalId)), logicalId].join(" → ")}`);
    const dependsOn = [resource.DependsOn ?? []].flat();
    for (const name of [...dependsOn, ...namesIn(resource.Properties, holds)]) visit(name, [...path, logicalId]);
    done.add(logicalId);
    order.push(logicalId);
  };

  for (const logicalId of Object.keys(resources)) visit(logicalId, []);
  return order;
}
