// Which of the data a template uses, found without any data: what a person, or an editor, has to give.
import type { Block, Expression, Template, TemplateNode } from "./template-nodes.ts";

export interface TemplateVariable {
  /** As in `customer.name`, and `items[].price` for what each of a list has. */
  name: string;
  /** Nothing is printed, or gone through, without having been asked for by `if`, or having an `{{else}}`. */
  optional: boolean;
}

/** The name of what names are looked up in: "" is the data as a whole, undefined is no part of the data. */
type Name = string | undefined;

interface Scope {
  context: { name: Name; parent: Scope["context"] | undefined };
  blockParams: ReadonlyMap<string, Name>;
  /** What an `if` around has asked for. */
  asked: ReadonlySet<string>;
}

const memberOf = (name: Name, member: string): Name =>
  name === undefined ? undefined : name === "" ? member : `${name}.${member}`;

export function findVariables(templates: readonly Template[]): TemplateVariable[] {
  const found = new Map<string, TemplateVariable>();

  const note = (name: Name, isNeeded: boolean, { asked }: Scope): void => {
    if (name === undefined || name === "") return;
    const optional = !isNeeded || asked.has(name);
    const known = found.get(name);
    if (known) known.optional &&= optional;
    else found.set(name, { name, optional });
  };

  const use = (expression: Expression, isNeeded: boolean, scope: Scope): Name => {
    if (expression.kind === "literal") return undefined;
    if (expression.kind === "path") {
      const name = nameOf(expression, scope);
      note(name, isNeeded, scope);
      return name;
    }
    const object = use(expression.object, isNeeded, scope);
    use(expression.key, isNeeded, scope);
    return expression.key.kind === "literal" ? memberOf(object, String(expression.key.value)) : undefined;
  };

  const enter = ({ nodes, params }: Block, scope: Scope, into: Name): void => {
    const [value, key] = params;
    const blockParams = new Map(scope.blockParams);
    if (value !== undefined) blockParams.set(value, into);
    if (key !== undefined) blockParams.set(key, undefined);
    visit(nodes, { ...scope, context: { name: into, parent: scope.context }, blockParams });
  };

  const visit = (nodes: readonly TemplateNode[], scope: Scope): void => {
    for (const node of nodes)
      if (node.kind === "print") use(node.value, true, scope);
      else if (node.kind === "if") {
        const name = use(node.test, false, scope);
        const asked = name === undefined ? scope.asked : new Set([...scope.asked, name]);
        visit(node.body.nodes, { ...scope, asked });
        visit(node.otherwise.nodes, scope);
      } else if (node.kind !== "text") {
        const name = use(node.over, node.otherwise === undefined, scope);
        enter(node.body, scope, node.kind === "each" && name !== undefined ? `${name}[]` : name);
        if (node.otherwise) visit(node.otherwise.nodes, scope);
      }
  };

  for (const { root } of templates)
    visit(root.nodes, { context: { name: "", parent: undefined }, blockParams: new Map(), asked: new Set() });
  return [...found.values()];
}

function nameOf({ from, depth, parts }: Extract<Expression, { kind: "path" }>, scope: Scope): Name {
  const [head = "", ...tail] = parts;
  if (from === "blockParam") return tail.reduce(memberOf, scope.blockParams.get(head));
  if (from === "variable") return head === "root" ? tail.reduce(memberOf, "" as Name) : undefined;
  let context: Scope["context"] | undefined = scope.context;
  for (let up = 0; up < depth; up += 1) context = context?.parent;
  return parts.reduce(memberOf, context?.name);
}
