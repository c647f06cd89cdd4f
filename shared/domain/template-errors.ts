// What can be wrong with a template, and with the data for one.
import type { Place } from "./template-syntax-tree.ts";

export class TemplateSyntaxError extends Error {
  /** What is wrong, without its place. */
  readonly reason: string;
  /** Both count from 1. */
  readonly line: number;
  readonly column: number;

  constructor(reason: string, { line, column }: { line: number; column: number }) {
    super(`line ${line}, column ${column}: ${reason}`);
    this.name = "TemplateSyntaxError";
    this.reason = reason;
    this.line = line;
    this.column = column;
  }
}

export const syntaxError = ({ loc }: Place, reason: string): TemplateSyntaxError =>
  new TemplateSyntaxError(reason, { line: loc.start.line, column: loc.start.column + 1 });

/** One place in the data, as `customer.name` or `items[0].price`, and what is wrong there. */
export interface DataProblem {
  path: string;
  message: string;
}

/**
 * Where a request has a problem's place. The data as a whole have no name of their own.
 * @param data where the request has the data
 */
export function pathInData(data: string, name: string): string {
  if (name === "") return data;
  return name.startsWith("[") ? `${data}${name}` : `${data}.${name}`;
}

/** The data lack what the template prints, or have something there that is no text. */
export class MissingVariable extends Error {
  /** Each path once, in the order of the template. */
  readonly problems: readonly DataProblem[];

  constructor(problems: readonly DataProblem[]) {
    super(problems.map(({ path, message }) => `${path} ${message}`).join("; "));
    this.name = "MissingVariable";
    this.problems = problems;
  }
}

/** Rendering was given up: the result is too large, or loops within loops go on for too long. */
export class TemplateTooLarge extends Error {
  constructor(message: string) {
    super(message);
    this.name = "TemplateTooLarge";
  }
}
