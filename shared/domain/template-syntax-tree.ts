// What @handlebars/parser makes of a source, as far as we read it. (Its own types do not resolve under NodeNext: the
// import of `./ast` in them has no ending.)
import * as handlebars from "@handlebars/parser";

export interface Place {
  /** `line` counts from 1, `column` from 0. */
  loc: { start: { line: number; column: number } };
}

export interface PathNode extends Place {
  type: "PathExpression";
  /** With an `@` before it. */
  data: boolean;
  depth: number;
  parts: (string | SubExpressionNode)[];
  original: string;
}

type LiteralNode = Place &
  (
    | { type: "StringLiteral"; value: string; original: string }
    | { type: "NumberLiteral"; value: number; original: number }
    | { type: "BooleanLiteral"; value: boolean; original: boolean }
    | { type: "NullLiteral" | "UndefinedLiteral"; original?: null }
  );

/** What is called, if it is called at all: `{{path param key=value}}`. */
export interface Call extends Place {
  path: ExpressionNode;
  params: ExpressionNode[];
  hash?: HashNode;
}

export interface SubExpressionNode extends Call {
  type: "SubExpression";
}

export type ExpressionNode =
  | PathNode
  | LiteralNode
  | SubExpressionNode
  | (Place & { type: "ArrayLiteral" | "HashLiteral" });

export interface HashNode extends Place {
  pairs: { key: string; value: ExpressionNode }[];
}

export interface ProgramNode extends Place {
  body: StatementNode[];
  blockParams?: string[];
}

export type StatementNode =
  | (Place & { type: "ContentStatement"; value: string })
  | (Place & { type: "CommentStatement" })
  | (Call & { type: "MustacheStatement"; escaped: boolean })
  | BlockNode
  | (Place & { type: "PartialStatement" | "PartialBlockStatement" | "Decorator" | "DecoratorBlock" });

export interface BlockNode extends Call {
  type: "BlockStatement";
  /** Absent for `{{^name}}` without an `{{else}}`. */
  program?: ProgramNode;
  inverse?: ProgramNode;
}

/** What the parser throws for a source that is no template: jison's with `hash`, its own with `lineNumber`. */
export interface ParserError {
  message: string;
  lineNumber?: number;
  column?: number;
  hash?: { text?: string; token?: string | null; line?: number; loc?: { first_line: number; first_column: number } };
}

export const parseTree = (source: string): ProgramNode => handlebars.parse(source) as ProgramNode;

/** The lexer that jison made. */
interface Lexer {
  setInput: (source: string, yy: object) => void;
  /** A token's number; a name for what is none. */
  lex: () => unknown;
  yylloc: { first_line: number; first_column: number };
}

/** Exported by the package, left out by its types. */
interface Parser {
  lexer: Lexer;
  /** Numbers of the tokens by their names. */
  symbols_: Record<string, number>;
}

const { parser } = handlebars as unknown as { parser: Parser };

export function lexerOf(source: string): Pick<Lexer, "lex" | "yylloc"> {
  const lexer = Object.create(parser.lexer) as Lexer;
  lexer.setInput(source, { syntax: { square: "string" } });
  return lexer;
}

export const tokenNumbers = (...names: string[]): ReadonlySet<unknown> =>
  new Set(names.map((name) => parser.symbols_[name]));
