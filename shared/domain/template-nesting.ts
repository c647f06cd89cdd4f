// Bounds on a template that are kept before it is parsed. The parser copies its stack at every step and is itself walked by
// recursion afterwards: without them a few kilobytes of nested blocks take minutes (measured: 20,000 `else if`, 400 s).
import { TemplateSyntaxError } from "./template-errors.ts";
import { lexerOf, tokenNumbers } from "./template-syntax-tree.ts";

/** Blocks and expressions within each other; each `else if` is one within the one before. */
export const maxNesting = 100;
/** Tags count for three and more: a tag's ends, its words, the text after it. */
export const maxTokens = 50_000;

const opening = tokenNumbers("OPEN_BLOCK", "OPEN_INVERSE", "OPEN_PARTIAL_BLOCK", "OPEN_RAW_BLOCK");
const closing = tokenNumbers("OPEN_ENDBLOCK", "END_RAW_BLOCK");
const chaining = tokenNumbers("OPEN_INVERSE_CHAIN");
const openingExpression = tokenNumbers("OPEN_SEXPR");
const closingExpression = tokenNumbers("CLOSE_SEXPR");
const ending = tokenNumbers("EOF");

/** @throws TemplateSyntaxError */
export function assertNesting(source: string): void {
  const lexer = lexerOf(source);
  /** For each open block: how many blocks it is, its `else if`s included. */
  const open: number[] = [];
  let depth = 0;
  const refuse = (reason: string): never => {
    const { first_line: line, first_column: column } = lexer.yylloc;
    throw new TemplateSyntaxError(reason, { line, column: column + 1 });
  };

  for (let tokens = 0; ; tokens += 1) {
    const token = nextToken(lexer);
    if (token === undefined || ending.has(token)) return;
    if (tokens > maxTokens) refuse("the template has too many tags");
    if (opening.has(token)) open.push(1);
    else if (chaining.has(token) && open.length > 0) open[open.length - 1]! += 1;
    else if (closing.has(token)) depth -= open.pop() ?? 0;
    if (opening.has(token) || chaining.has(token) || openingExpression.has(token)) depth += 1;
    else if (closingExpression.has(token)) depth -= 1;
    // What is closed without having been opened the parser refuses at this place.
    if (depth < 0) return;
    if (depth > maxNesting) refuse(`blocks are nested more than ${maxNesting} deep`);
  }
}

/** Undefined where the source is no template from here on: the parser says it better, and goes no further. */
function nextToken(lexer: Pick<ReturnType<typeof lexerOf>, "lex">): number | undefined {
  try {
    const token = lexer.lex();
    return typeof token === "number" ? token : undefined;
  } catch {
    return undefined;
  }
}
