// The syntax of Handlebars → what we carry out. All that we do not carry out is refused here, with its place: partials,
// decorators, helpers but the built-in ones.
import { clip } from "./clip.ts";
import { assertNesting } from "./template-nesting.ts";
import type { Block, Expression, PathExpression, Template, TemplateNode } from "./template-nodes.ts";
import { syntaxError, TemplateSyntaxError } from "./template-errors.ts";
import {
  parseTree,
  type BlockNode,
  type Call,
  type ExpressionNode,
  type HashNode,
  type ParserError,
  type Place,
  type ProgramNode,
  type StatementNode,
} from "./template-syntax-tree.ts";

const blockHelpers: ReadonlySet<string> = new Set(["if", "unless", "each", "with"]);
/** Names that Handlebars looks up among its helpers before it looks into the data. */
const helpers: ReadonlySet<string> = new Set([...blockHelpers, "lookup", "log", "helperMissing", "blockHelperMissing"]);
const variables: ReadonlySet<string> = new Set(["root", "index", "key", "first", "last"]);

/** The names that blocks around have given, the innermost first. */
type Scope = readonly string[];

/**
 * Linear in the source, for nesting is bounded.
 * @throws TemplateSyntaxError
 */
export function parseSyntax(source: string): Template {
  try {
    assertNesting(source);
    return { root: toBlock(parseTree(source), []) };
  } catch (error) {
    throw error instanceof TemplateSyntaxError ? error : toSyntaxError(error);
  }
}

const toBlock = ({ body, blockParams = [] }: ProgramNode, scope: Scope): Block => ({
  nodes: body.flatMap((statement) => toNode(statement, [...blockParams, ...scope])),
  params: blockParams,
});

function toNode(statement: StatementNode, scope: Scope): TemplateNode[] {
  switch (statement.type) {
    case "ContentStatement":
      return statement.value === "" ? [] : [{ kind: "text", text: statement.value }];
    case "CommentStatement":
      return [];
    case "MustacheStatement":
      return [{ kind: "print", value: toPrinted(statement, scope), isRaw: !statement.escaped }];
    case "BlockStatement":
      return [toBlockNode(statement, scope)];
    case "PartialStatement":
    case "PartialBlockStatement":
      throw syntaxError(statement, "partials ({{> …}}) are not supported: put their content here");
    default:
      throw syntaxError(statement, "decorators ({{* …}}) are not supported");
  }
}

/** `{{name}}`, or `{{lookup …}}`. */
function toPrinted(mustache: Call, scope: Scope): Expression {
  if (mustache.params.length > 0 || mustache.hash) return toCall(mustache, scope);
  const path = toPath(mustache.path, scope);
  if (isHelperName(path, mustache.path)) throw helperError(mustache, path.parts[0] as string);
  return path;
}

/** The only helper that gives a value: `lookup`. */
function toCall(call: Call, scope: Scope): Expression {
  const name = nameOf(call.path);
  const [object, key, ...more] = call.params;
  if (name !== "lookup") throw helperError(call, name);
  if (!object || !key || more.length > 0 || call.hash)
    throw syntaxError(call, "lookup takes two values: {{lookup list key}}");
  return { kind: "lookup", object: toExpression(object, scope), key: toExpression(key, scope) };
}

function toBlockNode(block: BlockNode, scope: Scope): TemplateNode {
  const { path, params, hash, program, inverse } = block;
  const body = program ? toBlock(program, scope) : { nodes: [], params: [] };
  const otherwise = inverse ? toBlock(inverse, scope) : undefined;
  const isCall = params.length > 0 || Boolean(hash);
  const name = nameOf(path);
  if (!isCall && !helpers.has(name)) {
    refuseBlockParams(block);
    return { kind: "section", over: toPath(path, scope), body, otherwise };
  }
  if (!blockHelpers.has(name)) throw helperError(block, name);
  const [value, ...more] = params;
  if (!value || more.length > 0) throw syntaxError(block, `${name} takes one value: {{#${name} name}}`);
  if (name === "each" || name === "with") {
    if (hash) throw syntaxError(hash, `${name} takes no ${hash.pairs[0]?.key}=`);
    return { kind: name, over: toExpression(value, scope), body, otherwise };
  }
  refuseBlockParams(block);
  const empty: Block = { nodes: [], params: [] };
  const [yes, no] = name === "if" ? [body, otherwise ?? empty] : [otherwise ?? empty, body];
  return { kind: "if", test: toExpression(value, scope), includesZero: toIncludesZero(hash), body: yes, otherwise: no };
}

function refuseBlockParams({ program, inverse, path }: BlockNode): void {
  const blockParams = program?.blockParams ?? inverse?.blockParams ?? [];
  if (blockParams.length > 0) throw syntaxError(path, `only each and with give names (as |${blockParams.join(" ")}|)`);
}

function toIncludesZero(hash: HashNode | undefined): boolean {
  if (!hash) return false;
  const [pair, ...more] = hash.pairs;
  if (pair?.key !== "includeZero" || pair.value.type !== "BooleanLiteral" || more.length > 0)
    throw syntaxError(hash, "the only option here is includeZero=true");
  return pair.value.value;
}

function toExpression(node: ExpressionNode, scope: Scope): Expression {
  switch (node.type) {
    case "PathExpression":
      return toPath(node, scope);
    case "SubExpression":
      return toCall(node, scope);
    case "StringLiteral":
    case "NumberLiteral":
    case "BooleanLiteral":
      return { kind: "literal", value: node.value };
    case "NullLiteral":
    case "UndefinedLiteral":
      return { kind: "literal", value: null };
    default:
      throw syntaxError(node, "only names, literals and (lookup …) can stand here");
  }
}

/** Where a literal stands for a name it is one: `{{"first name"}}`, `{{12}}`. */
function toPath(node: ExpressionNode, scope: Scope): PathExpression {
  if (!("original" in node)) throw syntaxError(node, "a name must stand here");
  if (node.type !== "PathExpression") return { kind: "path", from: "data", depth: 0, parts: [String(node.original)] };
  const { data, depth, parts, original } = node;
  const names = parts.map((part) => {
    if (typeof part === "string") return part;
    throw syntaxError(node, "a name must stand here, not an expression: use {{lookup …}}");
  });
  const [head = ""] = names;
  if (data && !variables.has(head))
    throw syntaxError(node, `there is no @${head}: there are @${[...variables].join(", @")}`);
  const isBlockParam = !data && depth === 0 && !isScoped(original) && scope.includes(head);
  return { kind: "path", from: data ? "variable" : isBlockParam ? "blockParam" : "data", depth, parts: names };
}

/** `./name` and `this.name` are of the data, whatever else is called so (as Handlebars has it). */
const isScoped = (original: string): boolean => /^\.|this\b/.test(original);

const isHelperName = ({ from, depth, parts }: PathExpression, node: ExpressionNode): boolean =>
  from === "data" && depth === 0 && parts.length === 1 && helpers.has(parts[0] as string) && !isScoped(nameOf(node));

const nameOf = (node: ExpressionNode): string => ("original" in node ? String(node.original) : "");

function helperError(node: Place, name: string): TemplateSyntaxError {
  if (blockHelpers.has(name)) return syntaxError(node, `${name} is a block: {{#${name} name}} … {{/${name}}}`);
  if (name === "lookup") return syntaxError(node, "lookup takes two values: {{lookup list key}}");
  if (helpers.has(name))
    return syntaxError(node, `${name} is a word of Handlebars: for the data's write {{this.${name}}}`);
  return syntaxError(node, `there is no helper ${clip(name, 40)}: give ready values in the data`);
}

function toSyntaxError(error: unknown): TemplateSyntaxError {
  const { message, lineNumber, column, hash } = error as ParserError;
  if (hash) {
    const { text = "", token, line = 0, loc } = hash;
    const place = { line: loc?.first_line ?? line + 1, column: (loc?.first_column ?? 0) + 1 };
    if (token === "EOF") return new TemplateSyntaxError("a tag or block before the end is not closed", place);
    if (!token) return new TemplateSyntaxError("a tag or comment is not closed", place);
    return new TemplateSyntaxError(`unexpected "${clip(text, 40)}"`, place);
  }
  if (lineNumber === undefined) throw error;
  return new TemplateSyntaxError(message.replace(/ - \d+:\d+$/, ""), { line: lineNumber, column: (column ?? 0) + 1 });
}
