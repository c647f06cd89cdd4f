// A template carried out over data, as Handlebars would: its own small interpreter, so that nothing is ever compiled or
// evaluated, and every run is bounded.
import { TemplateTooLarge, type DataProblem } from "./template-errors.ts";
import type { Block, Expression, PathExpression, Template, TemplateNode } from "./template-nodes.ts";
import { escapeHtml, isEmpty, isMissing, ownMember, textOf } from "./template-values.ts";

/** UTF-16 units of one result. */
export const maxRenderedLength = 4_000_000;
/** Tags, turns of loops, steps of paths and items of printed lists, of one run: far more than a mail of the largest size needs. */
export const maxSteps = 200_000;
/** More would help nobody. */
const maxProblems = 50;

/** What a name is looked up in; `parent` is what `../` means. `name` is the way here from the root: `items[2]`. */
interface Context {
  value: unknown;
  name: string;
  parent: Context | undefined;
}

/** The `@` variables of a loop, and those around it. */
interface Frame {
  variables: Record<string, unknown>;
  parent: Frame | undefined;
}

/** The names that `as |…|` gave. */
interface BlockParams {
  values: ReadonlyMap<string, { value: unknown; name: string }>;
  parent: BlockParams | undefined;
}

interface Scope {
  context: Context;
  frame: Frame;
  blockParams: BlockParams | undefined;
}

export interface RenderOptions {
  escape: "html" | "none";
}

export interface Rendered {
  /** Empty where there is a problem. */
  text: string;
  /** Each path once, in the order of the template. */
  problems: readonly DataProblem[];
}

/** @throws TemplateTooLarge */
export function run(template: Template, data: Readonly<Record<string, unknown>>, { escape }: RenderOptions): Rendered {
  const problems = new Map<string, DataProblem>();
  let output = "";
  let steps = 0;

  const step = (count: number): void => {
    steps += count;
    if (steps > maxSteps) throw new TemplateTooLarge(`takes more than ${maxSteps} steps: its loops go on for too long`);
  };
  const write = (text: string): void => {
    output += text;
    if (output.length > maxRenderedLength)
      throw new TemplateTooLarge(`becomes longer than ${maxRenderedLength} characters`);
  };
  const complain = (path: string, message: string): void => {
    if (problems.size < maxProblems && !problems.has(path)) problems.set(path, { path, message });
  };

  const look = (expression: Expression, scope: Scope): Found => {
    if (expression.kind === "literal") return { value: expression.value, name: String(expression.value) };
    if (expression.kind === "path") {
      step(expression.parts.length + expression.depth);
      return findPath(expression, scope);
    }
    step(1);
    const object = look(expression.object, scope);
    const key = look(expression.key, scope);
    // As Handlebars has it: a lookup in nothing is that nothing.
    if (!object.value) return object;
    if (isMissing(key.value)) return { value: undefined, name: key.name };
    const member = textOf(key.value) ?? "";
    return { value: ownMember(object.value, member), name: memberName(object.name, member) };
  };

  /** A value that must be there. */
  const need = (expression: Expression, scope: Scope): Found => {
    const found = look(expression, scope);
    if (isMissing(found.value)) complain(found.name, "is missing");
    return found;
  };

  const print = (expression: Expression, isEscaped: boolean, scope: Scope): void => {
    const { value, name } = need(expression, scope);
    if (isMissing(value)) return;
    if (Array.isArray(value)) step(value.length);
    const text = textOf(value);
    if (text === undefined) complain(name, "is no text: name one of its members");
    else write(isEscaped ? escapeHtml(text) : text);
  };

  const runBlock = ({ nodes }: Block, scope: Scope): void => {
    for (const node of nodes) runNode(node, scope);
  };

  /** `into` is what the block's names are looked up in from here on. */
  const enter = (block: Block, scope: Scope, { into, key, frame = scope.frame }: Entry): void => {
    step(1);
    const [valueName, keyName] = block.params;
    const values = new Map<string, Found>();
    if (valueName !== undefined) values.set(valueName, into);
    if (keyName !== undefined) values.set(keyName, { value: key, name: keyName });
    runBlock(block, {
      context: childOf(scope.context, into),
      frame,
      blockParams: values.size > 0 ? { values, parent: scope.blockParams } : scope.blockParams,
    });
  };

  const runEach = ({ value, name }: Found, block: Block, otherwise: Block | undefined, scope: Scope): void => {
    const isList = Array.isArray(value);
    const keys = isList ? value.keys() : typeof value === "object" && value !== null ? Object.keys(value) : [];
    const count = isList ? value.length : (keys as string[]).length;
    let index = 0;
    for (const key of keys) {
      const variables = { ...scope.frame.variables, key, index, first: index === 0, last: index === count - 1 };
      enter(block, scope, {
        into: {
          value: (value as Record<string | number, unknown>)[key],
          name: isList ? `${name}[${key}]` : memberName(name, `${key}`),
        },
        key,
        frame: { variables, parent: scope.frame },
      });
      index += 1;
    }
    if (index === 0 && otherwise) runBlock(otherwise, scope);
  };

  /** `{{#name}}`: over a list, into an object, or once if the value is true. */
  const runSection = (found: Found, body: Block, otherwise: Block | undefined, scope: Scope): void => {
    const { value } = found;
    if (value === true) runBlock(body, scope);
    else if (value === false || value === null || isMissing(value)) {
      if (otherwise) runBlock(otherwise, scope);
    } else if (Array.isArray(value)) runEach(found, body, otherwise, scope);
    else enter(body, scope, { into: found, key: undefined });
  };

  const runNode = (node: TemplateNode, scope: Scope): void => {
    step(1);
    if (node.kind === "text") return write(node.text);
    if (node.kind === "print") return print(node.value, escape === "html" && !node.isRaw, scope);
    if (node.kind === "if") {
      const { value } = look(node.test, scope);
      const isTrue = value === 0 ? node.includesZero : !isMissing(value) && !isEmpty(value) && !Number.isNaN(value);
      return runBlock(isTrue ? node.body : node.otherwise, scope);
    }
    const { over, body, otherwise } = node;
    // An `else` says what to do without: then the value may be missing.
    const found = otherwise ? look(over, scope) : need(over, scope);
    if (node.kind === "each") return runEach(found, body, otherwise, scope);
    if (node.kind === "section") return runSection(found, body, otherwise, scope);
    if (!isMissing(found.value) && !isEmpty(found.value)) enter(body, scope, { into: found, key: undefined });
    else if (otherwise) runBlock(otherwise, scope);
  };

  runBlock(template.root, {
    context: { value: data, name: "", parent: undefined },
    frame: { variables: { root: data }, parent: undefined },
    blockParams: undefined,
  });
  return { text: output, problems: [...problems.values()] };
}

interface Found {
  value: unknown;
  name: string;
}

interface Entry {
  into: Found;
  key: string | number | undefined;
  frame?: Frame;
}

/** As Handlebars has it: what is entered again is no level of its own. */
const childOf = (context: Context, { value, name }: Found): Context =>
  // oxlint-disable-next-line eqeqeq -- Handlebars compares the two loosely, and `../` depends on it.
  value != context.value ? { value, name, parent: context } : context;

const memberName = (name: string, member: string): string => (name === "" ? member : `${name}.${member}`);

function findPath(path: PathExpression, scope: Scope): Found {
  const { start, parts } = startOf(path, scope);
  let { value, name } = start;
  for (const part of parts) {
    value = ownMember(value, part);
    name = memberName(name, part);
  }
  return { value, name };
}

/** Where a path begins, and what of it is still to go. */
function startOf({ from, depth, parts }: PathExpression, scope: Scope): { start: Found; parts: readonly string[] } {
  const [head = "", ...tail] = parts;
  if (from === "blockParam") {
    let names = scope.blockParams;
    while (names && !names.values.has(head)) names = names.parent;
    return { start: names?.values.get(head) ?? { value: undefined, name: head }, parts: tail };
  }
  if (from === "variable") {
    let frame: Frame | undefined = scope.frame;
    for (let up = 0; up < depth; up += 1) frame = frame?.parent;
    const value = ownMember(frame?.variables, head);
    return { start: { value, name: head === "root" ? "" : `@${head}` }, parts: tail };
  }
  let context: Context | undefined = scope.context;
  for (let up = 0; up < depth; up += 1) context = context?.parent;
  return { start: context ?? { value: undefined, name: "../".repeat(depth).slice(0, -1) }, parts };
}
